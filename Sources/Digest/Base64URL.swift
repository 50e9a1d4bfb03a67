/// Bytes in the alphabet of URLs and file names, without padding: for cursors.
/// - Source: RFC 4648, section 5.
package enum Base64URL {
    private static let alphabet: StaticString =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    /// Four characters for three bytes, two or three for the last one or two.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var window: UInt32 = 0
        var bits = 0
        for byte in bytes {
            window = window << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(character(window >> UInt32(bits)))
            }
        }
        if bits > 0 { text.append(character(window << UInt32(6 - bits))) }
        return String(decoding: text, as: UTF8.self)
    }

    /// - Returns: nil for padding, other characters, a length no bytes have, and bits that are set
    ///   behind the last byte: every byte sequence has one text only.
    package static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 3 / 4)
        var window: UInt32 = 0
        var bits = 0
        for character in text.utf8 {
            guard let digit = digit(character) else { return nil }
            window = window << 6 | UInt32(digit)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: window >> UInt32(bits)))
        }
        guard bits < 6, window & (1 << UInt32(bits) - 1) == 0 else { return nil }
        return bytes
    }

    private static func character(_ window: UInt32) -> UInt8 {
        alphabet.utf8Start[Int(window & 63)]
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
