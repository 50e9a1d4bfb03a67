import JSON

/// The beginning of what a command wrote on standard output; the rest is counted only.
struct OutputHead {
    /// Of what the command wrote, and of the JSON text made of it.
    static let bytesMax = 1 << 20

    private var bytes: [UInt8] = []
    private var dropped = 0

    mutating func append(_ more: some Collection<UInt8>) {
        let kept = more.prefix(Self.bytesMax - bytes.count)
        bytes.append(contentsOf: kept)
        dropped += more.count - kept.count
    }

    /// The step's output: what the command wrote if that is JSON, else a JSON string of its text,
    /// with a last line that says what is missing; nil when it wrote nothing.
    var json: String? {
        if bytes.isEmpty { return nil }
        if dropped == 0, (try? JSONValue(parsing: bytes)) != nil {
            return String(decoding: trimmed(bytes[...]), as: UTF8.self)
        }
        var writer = JSONWriter(reserving: bytes.count + 64)
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private var text: String {
        let whole = repaired(bytes)
        let kept = whole[..<end(in: whole)]
        let missing = dropped + whole.utf8.count - kept.utf8.count
        return missing == 0 ? whole : "\(kept)\n[\(missing) bytes more were dropped]"
    }

    /// Up to where the text fits when it is written as JSON, the note included.
    private func end(in text: String) -> String.Index {
        var room = Self.bytesMax - 64
        for (index, scalar) in zip(text.unicodeScalars.indices, text.unicodeScalars) {
            room -= Self.writtenBytes(scalar)
            if room < 0 { return index }
        }
        return text.endIndex
    }

    private static func writtenBytes(_ scalar: Unicode.Scalar) -> Int {
        switch scalar {
        case "\"", "\\", "\n", "\r", "\t": 2
        case _ where scalar.value < 0x20: 6
        default: UTF8.width(scalar)
        }
    }
}

/// The end of what a command wrote on standard error.
struct OutputTail {
    /// Leaves room for the words before it in an error text of 64 KiB.
    static let bytesMax = 65_536 - 256

    private var bytes: [UInt8] = []

    mutating func append(_ more: some Collection<UInt8>) {
        bytes.append(contentsOf: more)
        if bytes.count > 4 * Self.bytesMax { bytes = Array(bytes.suffix(Self.bytesMax)) }
    }

    /// Its text without white space around it, at most `bytesMax` long; empty when nothing was
    /// written.
    var text: String {
        let written = wholeScalars(bytes.suffix(Self.bytesMax))
        let text = repaired(Array(trimmed(written)))
        return String(decoding: wholeScalars(Array(text.utf8).suffix(Self.bytesMax)), as: UTF8.self)
    }

    /// Without the end of a scalar that began before.
    private func wholeScalars(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let broken = bytes.prefix(3).prefix { (0x80...0xbf).contains($0) }.count
        return bytes.dropFirst(broken)
    }
}

/// Text of any bytes: what is not UTF-8 becomes U+FFFD, and so does NUL, where SQLite ends a text.
private func repaired(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.map { $0 == 0 ? 0xff : $0 }, as: UTF8.self)
}

private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0d).contains(byte) }
    guard let last = bytes.lastIndex(where: { !isSpace($0) }) else { return [] }
    return bytes[...last].drop(while: isSpace)
}
