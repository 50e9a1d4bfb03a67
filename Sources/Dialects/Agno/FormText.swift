/// Bytes of a form, read by position and never as characters.
extension ArraySlice<UInt8> {
    /// Where `needle` stands first at or behind `start`; nil when it does not.
    func firstIndex(of needle: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, count >= needle.count else { return nil }
        var index = start
        let last = endIndex - needle.count
        while index <= last {
            guard let found = self[index...last].firstIndex(of: first) else { return nil }
            if self[found..<(found + needle.count)].elementsEqual(needle) { return found }
            index = found + 1
        }
        return nil
    }

    /// Whether the bytes are those of `text`, ASCII letters compared without case.
    func isText(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { other in
            count == other.count && zip(self, other).allSatisfy { lowered($0) == lowered($1) }
        }
    }

    /// The bytes without spaces and tabs around them.
    var withoutBlanks: ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        guard let first = firstIndex(where: { !isBlank($0) }),
            let last = lastIndex(where: { !isBlank($0) })
        else { return [] }
        return self[first...last]
    }

    /// The text of UTF-8 bytes without NUL, which no text of ours may hold.
    var strictText: String? {
        contains(0) ? nil : String(validating: self, as: UTF8.self)
    }
}

/// ASCII letters in lower case, every other byte as it is.
func lowered(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}
