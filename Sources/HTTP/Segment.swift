/// What stands between two slashes of a path, still encoded.
package struct Segment: Sendable {
    /// The bytes as they were sent.
    package let raw: ArraySlice<UInt8>

    init(raw: ArraySlice<UInt8>) {
        self.raw = raw
    }

    /// Whether nothing stands between the slashes.
    package var isEmpty: Bool { raw.isEmpty }

    /// The segment, percent-decoded once.
    /// - Returns: nil when it holds NUL, `/` or `\`, is `.` or `..`, or is not UTF-8: such a
    ///   segment matches no parameter and no literal.
    package var text: String? {
        guard let text = percentDecoded(raw), text != ".", text != ".." else { return nil }
        let isWhole = text.consists {
            $0 != 0 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
        }
        return isWhole ? text : nil
    }

    /// Whether the segment is this literal. An encoded letter is the letter (RFC 3986, 6.2.2.2).
    package func equals(_ literal: [UInt8]) -> Bool {
        if raw.count == literal.count { return raw.elementsEqual(literal) }
        guard raw.count > literal.count, raw.contains(UInt8(ascii: "%")), let text else {
            return false
        }
        return text.utf8.elementsEqual(literal)
    }

    /// The same for a literal that is seldom asked for.
    package func equals(_ literal: String) -> Bool { equals(Array(literal.utf8)) }
}
