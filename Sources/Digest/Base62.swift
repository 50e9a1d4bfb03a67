/// Numbers in the digits `0-9A-Za-z`, most significant first.
package enum Base62 {
    /// Digits that hold any 128 bits.
    package static let digitsOf128Bits = 22

    static let alphabet: StaticString =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

    /// 62 to the power of 10: digits are worked out in chunks of 64 bits, which is several times as
    /// fast as dividing 128 bits for each.
    private static let chunkSize: UInt128 = 839_299_365_868_340_224
    private static let chunkDigits = 10

    /// - Parameter digits: how many to write, with zeros in front; a number needing more loses its
    ///   highest ones, so give enough (22 for any).
    package static func encode(_ number: UInt128, digits: Int = digitsOf128Bits) -> String {
        String(unsafeUninitializedCapacity: digits) { text in
            var rest = number
            var end = digits
            while end > 0 {
                let (quotient, chunk) = rest.quotientAndRemainder(dividingBy: chunkSize)
                var low = UInt64(truncatingIfNeeded: chunk)
                for _ in 0..<min(chunkDigits, end) {
                    end -= 1
                    text[end] = alphabet.utf8Start[Int(low % 62)]
                    low /= 62
                }
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
        var chunk: UInt64 = 0
        for (place, character) in text.utf8.enumerated() {
            guard let digit = digit(character) else { return nil }
            chunk = chunk * 62 + UInt64(digit)
            let left = digitsOf128Bits - 1 - place
            guard left.isMultiple(of: chunkDigits) else { continue }
            let (shifted, tooLarge) = number.multipliedReportingOverflow(by: chunkSize)
            let (sum, overTop) = shifted.addingReportingOverflow(UInt128(chunk))
            guard !tooLarge, !overTop else { return nil }
            number = sum
            chunk = 0
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
