import HTTP
import HTTPServer
import Testing

/// Expectations over a socket.
@Suite struct ContinueTests {
    private static let goOn = "HTTP/1.1 100 Continue\r\n\r\n"

    private func head(_ path: String, _ fields: String, version: Int = 1) -> String {
        "POST \(path) HTTP/1.\(version)\r\nHost: localhost\r\n\(fields)\r\n\r\n"
    }

    @Test(
        "84, 86: 100 at once where a body is to come",
        arguments: [
            ("Expect: 100-continue\r\nContent-Length: 2", "hi"),
            ("expect: 100-CONTINUE\r\nContent-Length: 2", "hi"),
            ("Expect: 100-continue, 100-continue\r\nContent-Length: 2", "hi"),
            ("Expect: 100-continue\r\nTransfer-Encoding: chunked", "2\r\nhi\r\n0\r\n\r\n"),
        ])
    func isSaid(_ fields: String, _ body: String) throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/echo") + head("/echo", fields))
        #expect(try client.answer().status == 200)
        #expect(try client.answer().head == Self.goOn)
        client.send(body + get("/none"))
        #expect(try client.answer().body == "hi")
        #expect(try client.answer().status == 404)
    }

    @Test(
        "86: no 100 where none is to come, or to HTTP/1.0",
        arguments: [
            ("Expect: 100-continue", "", 1), ("Expect: 100-continue\r\nContent-Length: 0", "", 1),
            ("Expect: 100-continue\r\nContent-Length: 2", "hi", 0),
            ("Expect: something\r\nContent-Length: 2", "hi", 0), ("Expect:", "", 1),
        ])
    func isNotSaid(_ fields: String, _ body: String, _ version: Int) throws {
        let station = try Station()
        let client = try station.client()
        client.send(head("/echo", fields, version: version))
        // It comes at once or never: the server has nothing else to wait for.
        if !body.isEmpty { #expect(!client.hears(withinMilliseconds: 50)) }
        client.send(body)
        let answer = try client.answer()
        #expect(answer.status == 200 && answer.body == body)
    }

    @Test(
        "85, 87: what the head decides is answered instead of 100",
        arguments: [
            ("/none", "Expect: 100-continue\r\nContent-Length: 2", 404),
            ("/echo", "Expect: 100-continue\r\nContent-Length: 100001", 413),
            ("/echo", "Expect: 100-continue\r\nContent-Length: 9223372036854775808", 413),
            ("/echo", "Expect: 100-continue, go\r\nContent-Length: 2", 417),
            ("/echo", "Expect: 101-continue\r\nContent-Length: 2", 417),
            ("/echo", "Expect: 100-continue\r\nContent-Length: two", 400),
            ("/echo", "Expect: 100-continue\r\nTransfer-Encoding: gzip, chunked", 501),
            ("/none", "Expect: 100-continue\r\nTransfer-Encoding: chunked", 404),
        ])
    func isDecided(_ path: String, _ fields: String, _ status: Int) throws {
        let station = try Station()
        let client = try station.client()
        client.send(head(path, fields))
        let answer = try client.answer()
        #expect(answer.status == status && answer.closes)
        client.send(get("/echo"))
        client.halfClose()
        #expect(client.isClosedInOrder())
        #expect(station.server.counts.requests <= 1)
    }
}
