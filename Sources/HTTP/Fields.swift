/// The fields of a request, in the order they came, names compared without case (ASCII only).
///
/// Values stay bytes until they are asked for: they may be opaque (0x80 to 0xff).
package struct Fields: Sendable {
    /// Where one field stands in `bytes`.
    struct Line: Sendable {
        var name: Range<Int>
        var value: Range<Int>
    }

    let bytes: [UInt8]
    let lines: [Line]

    init(bytes: [UInt8], lines: [Line]) {
        self.bytes = bytes
        self.lines = lines
    }

    /// Fields made from text, for callers without a connection.
    package init(_ pairs: [(String, String)] = []) {
        var bytes: [UInt8] = []
        var lines: [Line] = []
        for (name, value) in pairs {
            let nameStart = bytes.count
            bytes.append(contentsOf: name.utf8)
            let valueStart = bytes.count
            bytes.append(contentsOf: value.utf8)
            lines.append(Line(name: nameStart..<valueStart, value: valueStart..<bytes.count))
        }
        self.init(bytes: bytes, lines: lines)
    }

    /// How many field lines there are.
    package var count: Int { lines.count }

    /// The value of the first field of this name; nil without one, or where it is not UTF-8.
    package func first(_ name: String) -> String? {
        raw(name)?.text
    }

    /// The values of all fields of this name in order, without those that are not UTF-8.
    package func all(_ name: String) -> [String] {
        lines.filter { isNamed($0, name) }.compactMap { bytes[$0.value].text }
    }

    /// How many field lines have this name.
    package func count(of name: String) -> Int {
        lines.reduce(0) { $0 + (isNamed($1, name) ? 1 : 0) }
    }

    /// The bytes of the first field of this name, whatever they are.
    package func raw(_ name: String) -> ArraySlice<UInt8>? {
        for line in lines where isNamed(line, name) { return bytes[line.value] }
        return nil
    }

    /// The bytes of all fields of this name in order, whatever they are.
    package func allRaw(_ name: String) -> [ArraySlice<UInt8>] {
        lines.filter { isNamed($0, name) }.map { bytes[$0.value] }
    }

    /// Every name and value as text, in order, without those that are not UTF-8.
    package var pairs: [(name: String, value: String)] {
        lines.compactMap { line in
            guard let name = bytes[line.name].text, let value = bytes[line.value].text else {
                return nil
            }
            return (name, value)
        }
    }

    /// Looks at the length first, which tells most names apart.
    private func isNamed(_ line: Line, _ name: String) -> Bool {
        line.name.count == name.utf8.count && bytes[line.name].equalsIgnoringCase(name)
    }
}
