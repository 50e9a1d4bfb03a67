import HTTP
import HTTPServer
import Testing

@Suite struct ExchangeTests {
    @Test(arguments: [1, 2]) func keepAlive(_ loops: Int) throws {
        let station = try Station { $0.loops = loops }
        let client = try station.client()
        for word in ["one", "two", ""] {
            client.send(post("/echo", word))
            let answer = try client.answer()
            #expect(answer.status == 200 && answer.body == word && !answer.closes)
            #expect(answer.field("Date")?.hasSuffix(" GMT") == true)
        }
        #expect(station.server.counts.requests == 3)
        #expect(station.server.counts.open == 1)
    }

    @Test("81, 82: pipelined answers keep their order, the last is a refusal")
    func pipeline() throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/held") + post("/echo", "b") + get("/none") + "BAD\r\n" + get("/echo"))
        #expect(station.gate.isReached())
        station.gate.open()
        #expect(try client.answer().body == "opened")
        #expect(try client.answer().body == "b")
        #expect(try client.answer().status == 404)
        let refusal = try client.answer()
        #expect(refusal.status == 400 && refusal.closes)
        #expect(client.isClosed())
    }

    @Test func longPipeline() throws {
        let station = try Station()
        let client = try station.client()
        let words = (0..<2000).map { "word \($0)" }
        client.send(words.map { post("/echo", $0) }.joined())
        for word in words { #expect(try client.answer().body == word) }
    }

    @Test("76: one byte at a time, chunked") func chunked() throws {
        let station = try Station()
        let client = try station.client()
        let head = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        for byte in (head + "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nA: b\r\n\r\n").utf8 {
            client.send([byte])
        }
        #expect(try client.answer().body == "hello world")
    }

    @Test("93: HEAD has GET's length and no body") func head() throws {
        let station = try Station()
        let client = try station.client()
        client.send("HEAD /large?bytes=5 HTTP/1.1\r\nHost: h\r\n\r\n" + get("/large?bytes=2"))
        let answer = try client.answer(hasBody: false)
        #expect(answer.status == 200 && answer.length == 5)
        #expect(try client.answer().body == "xx")
    }

    @Test("64: a declared body above the limit is refused unread") func declaredTooLarge() throws {
        let station = try Station()
        let client = try station.client()
        client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100001\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 413 && answer.closes && answer.body == "refused /echo")
        client.halfClose()
        #expect(client.isClosed())
    }

    @Test("65: a chunked body is refused when it grows too large") func grownTooLarge() throws {
        let station = try Station()
        let client = try station.client()
        client.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<26 { client.send("fa0\r\n\(String(repeating: "x", count: 4000))\r\n") }
        let answer = try client.answer()
        #expect(answer.status == 413 && answer.closes)
    }

    @Test("83: an answer before the body closes, unless the body is here already")
    func earlyAnswer() throws {
        let station = try Station()
        let client = try station.client()
        client.send(post("/none", "body"))
        #expect(try !client.answer().closes)
        client.send("POST /none HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\n" + get("/echo"))
        let answer = try client.answer()
        #expect(answer.status == 404 && answer.closes)
        client.halfClose()
        #expect(client.isClosed())
    }

    @Test("84: 100 Continue, then the answer") func goOn() throws {
        let station = try Station()
        let client = try station.client()
        let head =
            "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        client.send(head)
        #expect(try client.answer().head == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send("hi")
        #expect(try client.answer().body == "hi")
        client.send(head + "hi")
        #expect(try client.answer().status == 200)
    }

    @Test("85: what the head decides is answered instead of 100") func noGoOn() throws {
        let station = try Station()
        let client = try station.client()
        client.send(
            "POST /none HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 404 && answer.closes)
    }

    @Test("45: hosts that are not ours") func hosts() throws {
        let station = try Station { $0.allowedHosts = Server.loopbackNames }
        let client = try station.client()
        client.send(get("/echo"))
        #expect(try client.answer().status == 200)
        client.send("GET /echo HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 421 && answer.closes)
    }

    @Test("24: OPTIONS *") func asterisk() throws {
        let station = try Station()
        let client = try station.client()
        client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 204 && answer.field("Content-Length") == nil)
    }

    @Test(
        "79, 80, 91: who keeps the connection",
        arguments: [
            ("GET /echo HTTP/1.0\r\n\r\n", "close"),
            ("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive"),
            ("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n", "close"),
        ])
    func keeping(_ request: String, _ connection: String) throws {
        let station = try Station()
        let client = try station.client()
        client.send(request + get("/none"))
        let answer = try client.answer()
        #expect(answer.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.field("Connection") == connection)
        if connection == "close" {
            client.halfClose()
            #expect(client.isClosed())
        } else {
            #expect(try client.answer().status == 404)
        }
    }

    @Test("A body that no handler reads is passed over", arguments: ["length", "chunked", "none"])
    func unread(_ framing: String) throws {
        let station = try Station()
        let client = try station.client()
        switch framing {
        case "length": client.send(post("/unread", String(repeating: "x", count: 90_000)))
        case "chunked":
            let chunk = "4000\r\n\(String(repeating: "x", count: 0x4000))\r\n"
            client.send(
                "GET /unread HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + String(repeating: chunk, count: 5) + "0\r\n\r\n")
        default: client.send(get("/unread"))
        }
        client.send(post("/echo", "next"))
        #expect(try client.answer().body == "0")
        #expect(try client.answer().body == "next")
        let longest = try station.client()
        longest.send(post("/unread", String(repeating: "x", count: 100_001)))
        #expect(try longest.answer().status == 413)
    }

    @Test("89: a half-close does not take the answer away") func halfClose() throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/held") + get("/none"))
        client.halfClose()
        #expect(station.gate.isReached())
        station.gate.open()
        #expect(try client.answer().body == "opened")
        #expect(try client.answer().status == 404)
        #expect(client.isClosed())
    }
}
