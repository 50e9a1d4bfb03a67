/// A value with parameters, as in `Content-Type` and `Content-Disposition`.
/// - Source: RFC 9110, section 5.6.6.
struct MediaType {
    private let essence: ArraySlice<UInt8>
    /// Names in lower case; nil when the parameters are malformed or one is there twice.
    private let parameters: [(name: [UInt8], value: [UInt8])]?

    init(_ text: String) {
        self.init(Array(text.utf8)[...])
    }

    init(_ bytes: ArraySlice<UInt8>) {
        let end = bytes.firstIndex(of: UInt8(ascii: ";")) ?? bytes.endIndex
        essence = bytes[..<end].withoutBlanks
        parameters = Self.parameters(in: bytes[end...])
    }

    var isURLEncoded: Bool { essence.isText("application/x-www-form-urlencoded") }
    var isMultipart: Bool { essence.isText("multipart/form-data") }
    var isFormData: Bool { essence.isText("form-data") }
    var isMalformed: Bool { parameters == nil }

    /// 1 to 70 characters of RFC 2046, section 5.1.1, the last of them no space; nil without.
    var boundary: [UInt8]? {
        guard let value = self["boundary"], (1...70).contains(value.count), value.last != 0x20,
            value.allSatisfy(isBoundary)
        else { return nil }
        return value
    }

    /// The value of a parameter, unquoted; nil without one.
    subscript(name: String) -> [UInt8]? {
        parameters?.first { $0.name.elementsEqual(name.utf8) }?.value
    }

    /// - Parameter bytes: empty, or from the first semicolon on.
    private static func parameters(
        in bytes: ArraySlice<UInt8>
    ) -> [(name: [UInt8], value: [UInt8])]? {
        var parameters: [(name: [UInt8], value: [UInt8])] = []
        var rest = bytes
        while rest.first == UInt8(ascii: ";") {
            rest = rest.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
            if rest.isEmpty || rest.first == UInt8(ascii: ";") { continue }
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = rest[..<equals].map(lowered)
            rest = rest[(equals + 1)...]
            guard !name.isEmpty, name.allSatisfy(isToken), let value = takeValue(&rest),
                !parameters.contains(where: { $0.name == name })
            else { return nil }
            parameters.append((name, value))
        }
        return rest.isEmpty ? parameters : nil
    }

    /// Takes a token or a quoted string and the blanks behind it.
    private static func takeValue(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var value: [UInt8] = []
        if rest.first == UInt8(ascii: "\"") {
            rest = rest.dropFirst()
            var isOpen = true
            while isOpen {
                guard var byte = rest.popFirst() else { return nil }
                if byte == UInt8(ascii: "\"") {
                    isOpen = false
                    break
                }
                if byte == UInt8(ascii: "\\") {
                    guard let escaped = rest.popFirst() else { return nil }
                    byte = escaped
                }
                value.append(byte)
            }
        } else {
            value = Array(rest.prefix { isToken($0) })
            if value.isEmpty { return nil }
            rest = rest.dropFirst(value.count)
        }
        rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
        return value
    }
}

/// A byte of a token. Source: RFC 9110, section 5.6.2.
func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}

private func isBoundary(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "'()+_,-./:=? ".utf8.contains(byte)
    }
}
