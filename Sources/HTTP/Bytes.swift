/// Classes of bytes. Parsing looks at bytes only: a Character or a CharacterSet knows other rules
/// than the protocol does.
extension UInt8 {
    /// A byte of a token. Source: RFC 9110, section 5.6.2.
    var isToken: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"),
            UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// A byte that may stand in a request target: printable, ASCII, and not one of those that no
    /// URI holds unencoded. Source: RFC 3986, appendix A.
    var isTarget: Bool {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "\\"), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            false
        default: self > 0x20 && self < 0x7f
        }
    }

    /// A byte of a field value: text, space, tab, or opaque. Source: RFC 9110, section 5.5.
    var isFieldValue: Bool { self >= 0x20 ? self != 0x7f : self == 0x09 }

    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    /// Space or tab, the only bytes that are stripped from around a value.
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// The value of a hexadecimal digit in either case.
    var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// ASCII letters in lower case, every other byte as it is.
    var lowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }
}

extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0a
    static let carriageReturn: UInt8 = 0x0d
    static let space: UInt8 = 0x20
}

extension ArraySlice<UInt8> {
    /// Whether the bytes are those of `text`, ASCII letters compared without case.
    func equalsIgnoringCase(_ text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        let other = text.utf8.span
        for index in other.indices
        where self[startIndex + index].lowercased != other[index].lowercased {
            return false
        }
        return true
    }

    /// The bytes as text; nil where they are not UTF-8.
    var text: String? {
        guard let valid = try? UTF8Span(validating: span) else { return nil }
        return String(copying: valid)
    }

    /// The bytes without the blanks around them.
    var trimmed: ArraySlice<UInt8> {
        var slice = self
        while let byte = slice.first, byte.isBlank { slice.removeFirst() }
        while let byte = slice.last, byte.isBlank { slice.removeLast() }
        return slice
    }
}

extension String {
    /// Whether every byte is one of these. It goes over the span, which is several times as fast as
    /// the view is.
    func consists(of isAllowed: (UInt8) -> Bool) -> Bool {
        let bytes = utf8.span
        for index in bytes.indices where !isAllowed(bytes[index]) { return false }
        return true
    }
}

/// Decodes `%XX` once, and `+` as a space where the bytes are form encoded.
/// - Returns: the text; nil where an escape is broken or the bytes are not UTF-8.
func percentDecoded(_ raw: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> String? {
    guard
        raw.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) })
    else { return raw.text }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(raw.count)
    var index = raw.startIndex
    while index < raw.endIndex {
        let byte = raw[index]
        if byte == UInt8(ascii: "%") {
            guard raw.endIndex - index > 2, let high = raw[index + 1].hexValue,
                let low = raw[index + 2].hexValue
            else { return nil }
            decoded.append(high << 4 | low)
            index += 3
        } else {
            decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? .space : byte)
            index += 1
        }
    }
    return decoded[...].text
}
