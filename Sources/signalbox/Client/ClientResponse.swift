/// The answer to a client command, read from a connection that ends with it.
struct ClientResponse: Equatable, Sendable {
    let status: Int
    let body: [UInt8]

    /// Reads everything a server sent until it closed the connection.
    /// - Returns: nil when this is no HTTP answer, or not the whole of one.
    /// - Source: RFC 9112, sections 4 and 6.
    init?(_ bytes: [UInt8]) {
        guard let headEnd = Self.firstBlankLine(in: bytes),
            let head = String(validating: bytes[..<headEnd], as: UTF8.self)
        else { return nil }
        let lines = head.unicodeScalars.split { $0 == "\r" || $0 == "\n" }.map { String($0) }
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3,
            let status = wholeNumber(words[1])
        else { return nil }
        let fields = lines.dropFirst().map(Self.field)
        let rest = bytes[(headEnd + 4)...]
        self.status = Int(status)
        if fields.contains(where: { $0.name == "transfer-encoding" && $0.value == "chunked" }) {
            guard let body = Self.unchunked(rest) else { return nil }
            self.body = body
        } else if let length = fields.first(where: { $0.name == "content-length" }) {
            guard let count = wholeNumber(length.value), rest.count >= count else { return nil }
            body = Array(rest.prefix(Int(count)))
        } else {
            body = Array(rest)
        }
    }

    private static func firstBlankLine(in bytes: [UInt8]) -> Int? {
        let mark: [UInt8] = [13, 10, 13, 10]
        return bytes.indices.dropLast(3).first { bytes[$0..<($0 + 4)].elementsEqual(mark) }
    }

    private static func field(_ line: String) -> (name: String, value: String) {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
        return (parts[0].lowercased(), String(value))
    }

    /// The data of a body in chunks.
    /// - Returns: nil when the last chunk is missing or a size is no hexadecimal number.
    private static func unchunked(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = bytes
        var data: [UInt8] = []
        while let lineEnd = rest.firstIndex(of: 13) {
            let digits = rest[..<lineEnd].prefix { $0 != UInt8(ascii: ";") }
            guard (1...8).contains(digits.count),
                let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0
            else { return nil }
            if size == 0 { return data }
            let chunk = rest[lineEnd...].dropFirst(2)
            guard chunk.count >= size + 2 else { return nil }
            data += chunk.prefix(size)
            rest = chunk.dropFirst(size + 2)
        }
        return nil
    }
}
