/// Bytes and what must come of them, with a parser alone and over a socket; the name begins with
/// the items of the checklist that it is for.
package struct WireRow: Sendable, CustomStringConvertible {
    package let name: String
    package let bytes: [UInt8]
    /// The good requests in front, as a handler sees them: method, path, body.
    package let seen: [String]
    /// What comes after them.
    package let end: Transcript.End

    package init(
        _ name: String, _ bytes: [UInt8], _ seen: [String], _ end: Transcript.End = .clean
    ) {
        self.name = name
        self.bytes = bytes
        self.seen = seen
        self.end = end
    }

    init(_ name: String, _ text: String, _ seen: [String], _ end: Transcript.End = .clean) {
        self.init(name, Array(text.utf8), seen, end)
    }

    /// Bytes that are refused with this status.
    init(_ name: String, _ text: String, _ status: Int) {
        self.init(name, text, [], .refused(status))
    }

    /// The same with one byte between two texts, for bytes that no text has.
    init(_ name: String, _ before: String, _ byte: UInt8, _ after: String, _ status: Int) {
        self.init(
            name, Array(before.utf8) + [byte] + Array(after.utf8), [], .refused(status))
    }

    package var description: String { name }

    /// Whether the request at the end is one whose answer has no body.
    package var isHead: Bool { bytes.starts(with: Array("HEAD ".utf8)) }

    /// The whole table.
    package static let all = requestLines + targets + fields + hosts + lengths + chunks + closings
}

/// A request with this first line.
func line(_ requestLine: String) -> String { requestLine + "\r\nHost: h\r\n\r\n" }

/// A request with these field lines, each with its end.
func get(_ fields: String) -> String { "GET /a HTTP/1.1\r\nHost: h\r\n\(fields)\r\n" }

/// A request with these field lines, without the last line end, and a body.
func post(_ fields: String, _ body: String) -> String {
    "POST /a HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\r\n\(body)"
}

/// A byte as names of rows show it.
func hex(_ byte: UInt8) -> String { "0x" + String(byte, radix: 16) }

/// All bytes that stand in no token, but for those of `except`.
func notToken(except: String) -> [UInt8] {
    let token =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return (0...255).filter { !token.utf8.contains($0) && !except.utf8.contains($0) }
}
