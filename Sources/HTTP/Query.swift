/// The query of a target, form encoded (`+` is a space), decoded when it is asked for.
package struct Query: Sendable {
    /// The bytes after the question mark.
    package let raw: ArraySlice<UInt8>

    init(raw: ArraySlice<UInt8>) {
        self.raw = raw
    }

    /// Whether there is nothing after the question mark, or no question mark.
    package var isEmpty: Bool { raw.isEmpty }

    /// Every name with its value, in order; those that are not UTF-8 or hold NUL are left out
    /// (`isWellFormed` tells). A name without `=` has the empty value.
    package var pairs: [(name: String, value: String)] {
        parts.compactMap(decoded)
    }

    /// Whether every part decodes to text.
    package var isWellFormed: Bool { parts.allSatisfy { decoded($0) != nil } }

    /// The value of the first part of this name.
    package func first(_ name: String) -> String? {
        guard !raw.isEmpty else { return nil }
        return pairs.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The values of all parts of this name, in order.
    package func all(_ name: String) -> [String] {
        pairs.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
    }

    private var parts: [ArraySlice<UInt8>] { raw.split(separator: UInt8(ascii: "&")) }

    private func decoded(_ part: ArraySlice<UInt8>) -> (name: String, value: String)? {
        let equals = part.firstIndex(of: UInt8(ascii: "="))
        guard let name = percentDecoded(part[..<(equals ?? part.endIndex)], plusIsSpace: true),
            let value = percentDecoded(
                part[(equals.map { $0 + 1 } ?? part.endIndex)...], plusIsSpace: true),
            !name.utf8.contains(0), !value.utf8.contains(0)
        else { return nil }
        return (name, value)
    }
}
