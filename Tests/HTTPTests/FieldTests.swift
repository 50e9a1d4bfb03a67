import HTTP
import Testing

private func get(_ fields: String) -> String { "GET /a HTTP/1.1\r\nHost: h\r\n\(fields)\r\n" }

/// The first request of some text.
private func head(_ text: String) throws -> Head {
    let bytes = Array(text.utf8)
    var index = 0
    var parser = HeadParser()
    return try #require(try parser.feed(bytes.span, at: &index))
}

@Suite struct FieldTests {
    @Test("39, 40, 48: only spaces and tabs are stripped, names have no case, order stays")
    func lookUps() throws {
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
