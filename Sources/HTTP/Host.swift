/// Whether the bytes are a host as a Host field or a target may have it: a name, an IPv4 address or
/// `[IPv6]`, then optionally `:` and a port. Userinfo is refused.
/// Source: RFC 9110, section 7.2; RFC 3986, section 3.2.
func isHost(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let name = hostName(bytes), !name.isEmpty else { return false }
    return isPort(bytes[name.endIndex...])
        && (name.first == UInt8(ascii: "[") ? isBracketed(name) : isName(name))
}

/// The host without its port; nil when a bracket is not closed.
func hostName(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    if bytes.first == UInt8(ascii: "[") {
        return bytes.firstIndex(of: UInt8(ascii: "]")).map { bytes[...$0] }
    }
    return bytes[..<(bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex)]
}

/// Nothing, or a colon and at most five significant digits up to 65535 (an empty port is allowed).
private func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let colon = bytes.first else { return true }
    let digits = bytes.dropFirst()
    guard colon == UInt8(ascii: ":"), digits.allSatisfy(\.isDigit) else { return false }
    let significant = digits.drop { $0 == UInt8(ascii: "0") }
    return significant.count <= 5
        && significant.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 65535
}

/// `[` an IPv6 address `]`.
private func isBracketed(_ bytes: ArraySlice<UInt8>) -> Bool {
    isIPv6(bytes.dropFirst().dropLast())
}

/// Eight groups of one to four hexadecimal digits; one `::` stands for one group of zeros or more,
/// an IPv4 address at the end for two. Source: RFC 3986, section 3.2.2.
private func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
    var groups = 0
    var digits = 0
    var isShortened = false
    var index = bytes.startIndex
    while index < bytes.endIndex {
        if bytes[index].hexValue != nil {
            digits += 1
            index += 1
            guard digits <= 4 else { return false }
        } else if bytes[index] == UInt8(ascii: "."), digits > 0 {
            groups += 2
            return isIPv4(bytes[(index - digits)...]) && (isShortened ? groups < 8 : groups == 8)
        } else if bytes[index...].starts(with: "::".utf8) {
            guard !isShortened else { return false }
            isShortened = true
            groups += digits > 0 ? 1 : 0
            digits = 0
            index += 2
        } else {
            // A colon alone has a group on either side.
            guard bytes[index] == UInt8(ascii: ":"), digits > 0, index + 1 < bytes.endIndex else {
                return false
            }
            groups += 1
            digits = 0
            index += 1
        }
        guard groups <= 8 else { return false }
    }
    groups += digits > 0 ? 1 : 0
    return isShortened ? groups < 8 : groups == 8
}

/// Four numbers up to 255 without leading zeros, dots between them.
private func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4
        && parts.allSatisfy { part in
            (1...3).contains(part.count) && part.allSatisfy(\.isDigit)
                && (part.count == 1 || part.first != UInt8(ascii: "0"))
                && part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
        }
}

/// A registered name: unreserved characters, sub-delimiters and whole escapes.
private func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    var index = bytes.startIndex
    while index < bytes.endIndex {
        switch bytes[index] {
        case UInt8(ascii: "%"):
            guard bytes.endIndex - index > 2, bytes[index + 1].hexValue != nil,
                bytes[index + 2].hexValue != nil
            else { return false }
            index += 3
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "="):
            index += 1
        case UInt8(ascii: "#"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"):
            return false
        case let byte where byte.isToken: index += 1
        default: return false
        }
    }
    return true
}
