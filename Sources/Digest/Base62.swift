/// Numbers in the digits `0-9A-Za-z`, most significant first.
package enum Base62 {
    /// Digits that hold any 128 bits.
    package static let digitsOf128Bits = 22

    static let alphabet: StaticString =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

    /// - Parameter digits: how many to write, with zeros in front; a number needing more loses its
    ///   highest ones, so give enough (22 for any).
    package static func encode(_ number: UInt128, digits: Int = digitsOf128Bits) -> String {
        String(unsafeUninitializedCapacity: digits) { text in
            var rest = number
            for index in (0..<digits).reversed() {
                let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 62)
                text[index] = alphabet.utf8Start[Int(remainder)]
                rest = quotient
            }
            return digits
        }
    }

    /// - Parameter text: exactly 22 digits.
    /// - Returns: nil for another length, other characters, and for more than 128 bits.
    package static func decode(_ text: String) -> UInt128? {
        guard text.utf8.count == digitsOf128Bits else { return nil }
        var number: UInt128 = 0
        for character in text.utf8 {
            guard let digit = digit(character) else { return nil }
            let (shifted, tooLarge) = number.multipliedReportingOverflow(by: 62)
            let (sum, overTop) = shifted.addingReportingOverflow(UInt128(digit))
            guard !tooLarge, !overTop else { return nil }
            number = sum
        }
        return number
    }

    /// Sixteen bytes, such as those of a UUID, as 22 digits.
    package static func encode(bytes: [UInt8]) -> String {
        precondition(bytes.count == 16)
        return encode(bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
    }

    /// - Returns: sixteen bytes; nil where `decode` gives nil.
    package static func decodeBytes(_ text: String) -> [UInt8]? {
        decode(text).map { number in
            (0..<16).map { UInt8(truncatingIfNeeded: number >> (120 - 8 * UInt128($0))) }
        }
    }

    static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 36
        default: nil
        }
    }
}
