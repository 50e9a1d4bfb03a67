import HTTP
import Testing

/// Bytes and what must come of them; the name begins with the item of the checklist.
struct ParserRow: CustomTestStringConvertible, Sendable {
    let name: String
    let bytes: [UInt8]
    let messages: [String]
    let end: Transcript.End

    init(_ name: String, _ text: String, _ messages: [String], _ end: Transcript.End = .clean) {
        self.init(name, Array(text.utf8), messages, end)
    }

    init(_ name: String, _ bytes: [UInt8], _ messages: [String], _ end: Transcript.End) {
        self.name = name
        self.bytes = bytes
        self.messages = messages
        self.end = end
    }

    var testDescription: String { name }

    /// The result is the same however the bytes are cut, and a request behind is read or not.
    func check() {
        let expected = "\(messages) \(end)"
        for pieces in cuts(of: bytes) {
            let transcript = Transcript(of: pieces)
            #expect(transcript.description == expected, "\(name): \(pieces.count) pieces")
            if transcript.description != expected { return }
        }
        guard end != .needsMore else { return }
        let behind = Transcript(of: [bytes + Array("GET /behind HTTP/1.1\r\nHost: h\r\n\r\n".utf8)])
        #expect(behind.messages == messages + (end == .clean ? ["GET /behind"] : []), "\(name)")
        #expect(behind.end == end, "\(name)")
    }
}

private func line(_ requestLine: String) -> String { requestLine + "\r\nHost: h\r\n\r\n" }

@Suite struct RequestLineTests {
    @Test(arguments: [
        ParserRow("1 plain", line("GET /a HTTP/1.1"), ["GET /a"]),
        ParserRow("1 two spaces", line("GET  /a HTTP/1.1"), [], .refused(400)),
        ParserRow("1 space before", line(" GET /a HTTP/1.1"), [], .refused(400)),
        ParserRow("1 space after", line("GET /a HTTP/1.1 "), [], .refused(400)),
        ParserRow("1 tab", line("GET\t/a HTTP/1.1"), [], .refused(400)),
        ParserRow("2 one empty line", "\r\n" + line("GET /a HTTP/1.1"), ["GET /a"]),
        ParserRow("3 many empty lines", "\r\n\r\n\r\n\r\n\r\n", [], .refused(400)),
        ParserRow("4 lower case", line("get /a HTTP/1.1"), [], .refused(501)),
        ParserRow("5 unknown", line("BREW /a HTTP/1.1"), [], .refused(501)),
        ParserRow("5 too long", String(repeating: "A", count: 40), [], .refused(501)),
        ParserRow("8 delimiter", line("GE(T /a HTTP/1.1"), [], .refused(400)),
        ParserRow("8 NUL", line("GE\0T /a HTTP/1.1"), [], .refused(400)),
        ParserRow("9 1.10", line("GET /a HTTP/1.10"), [], .refused(400)),
        ParserRow("9 one", line("GET /a HTTP/1"), [], .refused(400)),
        ParserRow("9 lower case", line("GET /a http/1.1"), [], .refused(400)),
        ParserRow("9 letter", line("GET /a HTTP/1.1x"), [], .refused(400)),
        ParserRow("9 01.1", line("GET /a HTTP/01.1"), [], .refused(400)),
        ParserRow("10 two", line("GET /a HTTP/2.0"), [], .refused(505)),
        ParserRow("10 nought", line("GET /a HTTP/0.9"), [], .refused(505)),
        ParserRow("11 1.2", line("GET /a HTTP/1.2"), ["GET /a"]),
        ParserRow("12 no version", "GET /a\r\n", [], .refused(400)),
        ParserRow("13 NUL in the target", line("GET /a\0 HTTP/1.1"), [], .refused(400)),
        ParserRow("13 DEL in the target", line("GET /a\u{7f} HTTP/1.1"), [], .refused(400)),
        ParserRow("14 above 0x7e", line("GET /ä HTTP/1.1"), [], .refused(400)),
        ParserRow("14 brace", line("GET /{a} HTTP/1.1"), [], .refused(400)),
        ParserRow("14 backslash", line("GET /a\\b HTTP/1.1"), [], .refused(400)),
        ParserRow("14 hash", line("GET /a#b HTTP/1.1"), [], .refused(400)),
        ParserRow("15 broken escape", line("GET /a%2 HTTP/1.1"), [], .refused(400)),
        ParserRow("15 in the query", line("GET /a?b=%zz HTTP/1.1"), [], .refused(400)),
        ParserRow("21 no slash", line("GET a HTTP/1.1"), [], .refused(400)),
        ParserRow("21 query only", line("GET ?a=b HTTP/1.1"), [], .refused(400)),
        ParserRow("22 absolute", line("GET http://h/p?q HTTP/1.1"), ["GET /p"]),
        ParserRow("22 absolute, no path", line("GET HTTP://h:80 HTTP/1.1"), ["GET /"]),
        ParserRow("23 empty host", line("GET http:///p HTTP/1.1"), [], .refused(400)),
        ParserRow("23 userinfo", line("GET http://u@h/p HTTP/1.1"), [], .refused(400)),
        ParserRow("24 asterisk", line("OPTIONS * HTTP/1.1"), ["OPTIONS "]),
        ParserRow("24 GET asterisk", line("GET * HTTP/1.1"), [], .refused(400)),
        ParserRow("25 CONNECT", line("CONNECT h:443 HTTP/1.1"), [], .refused(501)),
        ParserRow("25 CONNECT path", line("CONNECT /a HTTP/1.1"), [], .refused(400)),
        ParserRow("26 TRACE", line("TRACE /a HTTP/1.1"), [], .refused(501)),
        ParserRow("29 h2", "PRI * HTTP/2.0\r\n\r\n", [], .refused(505)),
        ParserRow("29 TLS", [0x16, 0x03, 0x01, 0x02], [], .refused(400)),
        ParserRow("41 bare LF", "GET /a HTTP/1.1\nHost: h\n\n", [], .refused(400)),
        ParserRow("42 bare CR", "GET /a HTTP/1.1\rX", [], .refused(400)),
        ParserRow("46 1.0 without Host", "GET /a HTTP/1.0\r\n\r\n", ["GET /a"], .closed),
        ParserRow("90 half", "GET /a HTTP/1.1\r\nHo", [], .needsMore),
    ])
    func requestLine(_ row: ParserRow) { row.check() }

    @Test(
        "27, 28: the length of the request line",
        arguments: [
            (8192, Transcript.End.clean), (8193, .refused(414)), (100_000, .refused(414)),
        ])
    func lineLength(_ length: Int, _ end: Transcript.End) {
        let rest = "GET / HTTP/1.1\r\n".utf8.count
        let target = "/" + String(repeating: "a", count: length - rest)
        #expect(Transcript(of: [Array(line("GET \(target) HTTP/1.1").utf8)]).end == end)
    }
}
