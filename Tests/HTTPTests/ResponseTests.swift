import HTTP
import Testing

@Suite struct ResponseTests {
    private func written(
        _ response: Response, isHead: Bool = false,
        _ connection: ResponseWriter.Context.Connection? = nil
    ) -> String {
        var output: [UInt8] = []
        let context = ResponseWriter.Context(
            isHead: isHead, date: Array("D".utf8), connection: connection)
        ResponseWriter.append(response, to: &output, context)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func whole() {
        var response = Response.json(404, Array("{}".utf8))
        response.add("X-A", "b")
        let line = "HTTP/1.1 404 Not Found\r\n"
        let fields = "Content-Type: application/json\r\nX-A: b\r\nDate: D\r\n"
        #expect(
            written(response, .close)
                == "\(line)\(fields)Connection: close\r\nContent-Length: 2\r\n\r\n{}"
        )
        #expect(
            written(response, isHead: true)
                == "\(line)\(fields)Content-Length: 2\r\n\r\n")
    }

    @Test("93: no body, and no length with 204", arguments: [204, 304])
    func bodyless(_ status: Int) {
        let text = written(Response(status: status, body: Array("x".utf8)), .keepAlive)
        #expect(text.hasSuffix("\r\nDate: D\r\nConnection: keep-alive\r\n\r\n"))
    }

    @Test(
        "96: what may not be set",
        arguments: [
            ("A", "b\r\nC: d"), ("A", "b\0"), ("A", "\u{7f}"), ("A b", "c"), ("", "c"), ("A:", "c"),
            ("content-length", "1"), ("Transfer-Encoding", "chunked"), ("Connection", "close"),
            ("Date", "x"),
        ])
    func refusedFields(_ name: String, _ value: String) {
        var response = Response(status: 200)
        let added = response.add(name, value)
        let set = response.set(name, value)
        #expect(!added && !set && response.fields.isEmpty)
    }

    @Test func setReplaces() {
        var response = Response.json(200, [])
        response.set("content-type", "text/plain")
        #expect(response.fields.count == 1)
        #expect(response.first("Content-Type") == "text/plain")
    }

    @Test(
        "94: dates",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        ])
    func dates(_ seconds: Int64, _ text: String) {
        #expect(String(decoding: httpDate(seconds: seconds), as: UTF8.self) == text)
    }
}
