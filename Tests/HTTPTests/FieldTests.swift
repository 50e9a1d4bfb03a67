import HTTP
import Testing

private func get(_ fields: String) -> String { "GET /a HTTP/1.1\r\nHost: h\r\n\(fields)\r\n" }

private func host(_ value: String) -> String { "GET /a HTTP/1.1\r\nHost: \(value)\r\n\r\n" }

/// The first request of some text.
private func head(_ text: String) throws -> Head {
    let bytes = Array(text.utf8)
    var index = 0
    var parser = HeadParser()
    return try #require(try parser.feed(bytes.span, at: &index))
}

@Suite struct FieldTests {
    @Test(arguments: [
        ParserRow("30 space before the colon", get("A : b\r\n"), [], .refused(400)),
        ParserRow("31 folded", get("A: b\r\n c\r\n"), [], .refused(400)),
        ParserRow("32 blank first", "GET /a HTTP/1.1\r\n Host: h\r\n\r\n", [], .refused(400)),
        ParserRow("33 no colon", get("Abc\r\n"), [], .refused(400)),
        ParserRow("33 empty name", get(": b\r\n"), [], .refused(400)),
        ParserRow("34 not a token", get("A(b): c\r\n"), [], .refused(400)),
        ParserRow("34 NUL", get("A\0: c\r\n"), [], .refused(400)),
        ParserRow("35 every token byte", get("!#$%&'*+-.^_`|~09azAZ: c\r\n"), ["GET /a"]),
        ParserRow("36 NUL in a value", get("A: b\0c\r\n"), [], .refused(400)),
        ParserRow("36 CR in a value", get("A: b\rc\r\n"), [], .refused(400)),
        ParserRow("37 control in a value", get("A: b\u{1}c\r\n"), [], .refused(400)),
        ParserRow("38 opaque bytes", get("A: ä\tb\r\n"), ["GET /a"]),
        ParserRow("40 empty value", get("A:\r\n"), ["GET /a"]),
        ParserRow("41 LF", get("A: b\n"), [], .refused(400)),
        ParserRow("41 CR CR LF", get("A: b\r\r\n"), [], .refused(400)),
        ParserRow("42 CRLF CR x", get("A: b\r\n\rx"), [], .refused(400)),
        ParserRow("43 no Host", "GET /a HTTP/1.1\r\n\r\n", [], .refused(400)),
        ParserRow("43 two Hosts", get("Host: h\r\n"), [], .refused(400)),
        ParserRow("44 port", host("h:8080"), ["GET /a"]),
        ParserRow("44 IPv6", host("[::1]:8080"), ["GET /a"]),
        ParserRow("44 space", host("h h"), [], .refused(400)),
        ParserRow("44 slash", host("h/a"), [], .refused(400)),
        ParserRow("44 at", host("u@h"), [], .refused(400)),
        ParserRow("44 open bracket", host("[::1"), [], .refused(400)),
        ParserRow("44 letters in the port", host("h:8o"), [], .refused(400)),
        ParserRow("44 second colon", host("h:1:2"), [], .refused(400)),
        ParserRow("44 large port", host("h:65536"), [], .refused(400)),
        ParserRow("44 empty", host(""), [], .refused(400)),
        ParserRow(
            "47 Authorization", get("Authorization: a\r\nAuthorization: a\r\n"), [], .refused(400)),
        ParserRow("47 X-API-Key", get("X-API-Key: a\r\nx-api-key: b\r\n"), [], .refused(400)),
        ParserRow("77 close", get("Connection: Foo, CLOSE\r\n"), ["GET /a"], .closed),
        ParserRow(
            "77 close in a second line", get("Connection: a\r\nConnection: close\r\n"), ["GET /a"],
            .closed),
        ParserRow("80 1.0 kept", "GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", ["GET /a"]),
        ParserRow("87 expectation", get("Expect: 200-ok\r\n"), [], .refused(417)),
        ParserRow("88 upgrade", get("Connection: upgrade\r\nUpgrade: h2c\r\n"), ["GET /a"]),
    ])
    func fields(_ row: ParserRow) { row.check() }

    @Test(arguments: [
        ("49 sixty of sixty", 60, 60, Transcript.End.clean),
        ("49 as many as allowed", 99, 10, .clean), ("49 one too many", 100, 10, .refused(431)),
        ("49 one of the limit", 1, 16 * 1024, .clean),
        ("49 one too long", 1, 16 * 1024 + 1, .refused(431)),
        ("49 together too long", 40, 1000, .refused(431)),
    ])
    func limits(_ name: String, _ count: Int, _ bytes: Int, _ end: Transcript.End) {
        let lines = (0..<count).map { "A\($0): \(String(repeating: "b", count: bytes - 6))\r\n" }
        #expect(Transcript(of: [Array(get(lines.joined()).utf8)]).end == end, "\(name)")
    }

    @Test("50: the limit is met while bytes arrive") func endlessField() {
        let bytes = get("A: ") + String(repeating: "b", count: 17_000)
        #expect(Transcript(of: [Array(bytes.dropLast(2).utf8)]).end == .refused(431))
    }

    @Test func lookUps() throws {
        let head = try head(get("X-A: \t one\t \r\nx-a: two\r\nY: \u{a0}z\r\n"))
        #expect(head.fields.first("X-a") == "one")
        #expect(head.fields.all("x-A") == ["one", "two"])
        #expect(head.fields.count(of: "x-a") == 2)
        #expect(head.fields.first("x-b") == nil)
        #expect(head.fields.first("y") == "\u{a0}z")
    }

    @Test("38: a value that is not UTF-8 is no text") func opaque() throws {
        let bytes = Array("GET / HTTP/1.1\r\nHost: h\r\nA: ".utf8) + [0xff] + Array("\r\n\r\n".utf8)
        var index = 0
        var parser = HeadParser()
        let head = try #require(try parser.feed(bytes.span, at: &index))
        #expect(head.fields.first("a") == nil)
        #expect(head.fields.raw("a") == [0xff])
    }

    @Test(
        "84: a wait for 100 needs 1.1 and a body",
        arguments: [
            (
                "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n",
                true
            ),
            ("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n", false),
            ("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", false),
        ])
    func expectation(_ text: String, _ expects: Bool) throws {
        #expect(try head(text).expectsContinue == expects)
    }

    @Test(
        "45: the host of the request",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: LocalHost:80\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", false),
            ("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", false),
            ("GET / HTTP/1.0\r\n\r\n", true),
        ])
    func hosts(_ text: String, _ isOurs: Bool) throws {
        #expect(try head(text).isFor(["localhost", "[::1]"]) == isOurs)
    }

    @Test("A refusal knows what was read") func refusal() throws {
        let bytes = Array("BREW /x?y HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n".utf8)
        var index = 0
        var parser = HeadParser()
        let error = #expect(throws: ParseError.self) { try parser.feed(bytes.span, at: &index) }
        #expect(error?.target?.rawPath == "/x")
        #expect(error?.fields?.first("a") == "b")
        #expect(error?.method == nil)
    }
}
