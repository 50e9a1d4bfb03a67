/// A place in a document and the tokens that start there.
struct JSONScanner {
    let input: UnsafeBufferPointer<UInt8>
    /// Of the next byte; at most `input.count`.
    private(set) var offset = 0

    init(_ input: UnsafeBufferPointer<UInt8>) { self.input = input }

    /// The next byte; nil at the end.
    var next: UInt8? { offset < input.count ? input[offset] : nil }

    var startsWithByteOrderMark: Bool { input.starts(with: [0xEF, 0xBB, 0xBF]) }

    mutating func skipWhitespace() {
        while offset < input.count {
            switch input[offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                offset += 1
            default: return
            }
        }
    }

    mutating func skipByte() { offset += 1 }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    mutating func skip(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard input.count - offset >= count else { return false }
        for index in 0..<count where input[offset + index] != word.utf8Start[index] { return false }
        offset += count
        return true
    }

    /// Stands on a minus sign or a digit.
    /// - Source: RFC 8259, section 6. What follows a number is for the caller to refuse.
    mutating func number() throws(JSONError) -> JSONNumber {
        let start = offset
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")), skipDigits() == 0 { throw error(.value, at: start) }
        var end = offset
        if skip(UInt8(ascii: ".")) {
            if skipDigits() > 0 { end = offset } else { offset = end }
        }
        if offset == end, skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            if skipDigits() > 0 { end = offset }
        }
        offset = end
        let literal = UnsafeBufferPointer(rebasing: input[start..<end])
        return JSONNumber(scanned: String(decoding: literal, as: UTF8.self))
    }

    /// Stands on the opening quote.
    mutating func string() throws(JSONError) -> String {
        let quote = offset
        offset += 1
        let start = offset
        var seen: UInt8 = 0
        while offset < input.count {
            let byte = input[offset]
            switch byte {
            case UInt8(ascii: "\""):
                let text = try text(of: start..<offset, isASCII: seen < 0x80)
                offset += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start, quote: quote)
            case 0..<0x20: throw error(.controlCharacter)
            default:
                seen |= byte
                offset += 1
            }
        }
        throw error(.unterminatedString, at: quote)
    }

    /// Stands on the first backslash of a string that began at `start`. The text with its escapes
    /// decoded is never longer than its source.
    private mutating func escapedString(from start: Int, quote: Int) throws(JSONError) -> String {
        var decoded = [UInt8]()
        var plain = start
        while offset < input.count {
            switch input[offset] {
            case UInt8(ascii: "\""):
                decoded.append(contentsOf: input[plain..<offset])
                offset += 1
                guard let text = String(validating: decoded, as: UTF8.self) else {
                    throw error(.notUTF8, at: start)
                }
                return text
            case UInt8(ascii: "\\"):
                decoded.append(contentsOf: input[plain..<offset])
                guard input.count - offset > 1 else { throw error(.unterminatedString, at: quote) }
                try escape(into: &decoded)
                plain = offset
            case 0..<0x20: throw error(.controlCharacter)
            default: offset += 1
            }
        }
        throw error(.unterminatedString, at: quote)
    }

    /// Stands on a backslash that is not the last byte.
    private mutating func escape(into decoded: inout [UInt8]) throws(JSONError) {
        let start = offset
        let letter = input[offset + 1]
        offset += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(letter)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try unicodeEscape(from: start)
            decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw error(.escape, at: start)
        }
    }

    /// Stands behind `\u`; takes a second escape along where the first is half of a pair.
    private mutating func unicodeEscape(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try hexadecimal(ofEscapeAt: start)
        guard first != 0 else { throw error(.nulCharacter, at: start) }
        if let scalar = Unicode.Scalar(first) { return scalar }
        let second = offset
        guard first < 0xDC00, skip("\\u") else { throw error(.loneSurrogate, at: start) }
        let low = try hexadecimal(ofEscapeAt: second)
        guard 0xDC00..<0xE000 ~= low,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (low - 0xDC00))
        else { throw error(.loneSurrogate, at: start) }
        return scalar
    }

    /// - Returns: 0 to 0xFFFF.
    private mutating func hexadecimal(ofEscapeAt start: Int) throws(JSONError) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next.flatMap(hexadecimalDigit) else {
                throw error(.unicodeEscape, at: start + 1)
            }
            number = number << 4 | digit
            offset += 1
        }
        return number
    }

    private func text(of range: Range<Int>, isASCII: Bool) throws(JSONError) -> String {
        let bytes = UnsafeBufferPointer(rebasing: input[range])
        // The fast path: `String(validating:)` is several times as slow on short texts.
        if isASCII { return String(decoding: bytes, as: UTF8.self) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error(.notUTF8, at: range.lowerBound)
        }
        return text
    }

    /// - Returns: how many digits there were.
    private mutating func skipDigits() -> Int {
        let start = offset
        while offset < input.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= input[offset] {
            offset += 1
        }
        return offset - start
    }
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}
