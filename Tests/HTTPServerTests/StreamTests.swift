import HTTP
import HTTPServer
import Testing

@Suite struct StreamTests {
    private static let firstTwo =
        "id: one\nevent: word\ndata: one\n\nid: two\nevent: word\ndata: two\n\n"
    private static let third = "data: three\ndata: lines\ndata: \n\n"

    /// A piece as a chunk.
    private func chunk(_ text: String) -> String {
        String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
    }

    @Test("102, 103: the head first, then chunks with events, then the last one")
    func events() throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/events"))
        let answer = try client.answer()
        #expect(answer.status == 200 && answer.field("Content-Type") == "text/event-stream")
        #expect(answer.field("Transfer-Encoding") == "chunked")
        #expect(answer.field("Content-Length") == nil && !answer.closes)
        try client.expect(chunk(Self.firstTwo))
        station.gate.open()
        try client.expect(chunk(Self.third) + chunk(":\n") + "0\r\n\r\n")
        client.send(post("/echo", "next"))
        #expect(try client.answer().body == "next")
    }

    @Test("102: to HTTP/1.0 the end of the connection ends the stream") func old() throws {
        let station = try Station()
        let client = try station.client()
        client.send("GET /events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.closes && answer.field("Transfer-Encoding") == nil)
        try client.expect(Self.firstTwo)
        station.gate.open()
        #expect(client.end() == Self.third + ":\n")
    }

    @Test("93: HEAD of a stream has no body") func head() throws {
        let station = try Station()
        let client = try station.client()
        client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n" + post("/echo", "next"))
        let answer = try client.answer()
        #expect(answer.status == 200 && answer.field("Transfer-Encoding") == nil)
        #expect(try client.answer().body == "next")
    }

    @Test("104: a comment when nothing else was sent") func keepAlive() throws {
        let station = try Station { $0.limits.streamSilenceMilliseconds = 100 }
        let client = try station.client()
        client.send(get("/events"))
        _ = try client.answer()
        try client.expect(after: chunk(Self.firstTwo), chunk(":\n") + chunk(":\n"))
    }

    @Test("107: a client that goes ends the stream's task", arguments: [true, false])
    func gone(_ halfCloses: Bool) throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/events"))
        #expect(station.gate.isReached())
        if halfCloses { client.halfClose() } else { client.hangUp() }
        #expect(station.gate.isPassed())
    }

    @Test("109: what is sent during a stream waits, and the stream still hears of the end")
    func inputDuringStream() throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/events") + post("/echo", "later"))
        #expect(station.gate.isReached())
        client.send(post("/echo", "later still"))
        try client.expect(after: "\r\n\r\n", chunk(Self.firstTwo))
        station.gate.open()
        try client.expect(chunk(Self.third) + chunk(":\n") + "0\r\n\r\n")
        #expect(try client.answer().body == "later")
        #expect(try client.answer().body == "later still")
    }

    @Test("110, 136: a drain ends streams with a clean last chunk") func drain() throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/events"))
        #expect(station.gate.isReached())
        _ = try client.answer()
        let drain = Work { station.server.drain(milliseconds: 10_000) }
        #expect(client.end() == chunk(Self.firstTwo) + chunk(":\n") + "0\r\n\r\n")
        client.hangUp()
        #expect(drain.isDone())
    }

    @Test("97: a stream that fails is cut, without a last chunk") func broken() throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/broken"))
        _ = try client.answer()
        #expect(client.end() == chunk("half"))
    }

    @Test("106, 134: a slow reader costs one piece, and gets them all") func slowReader() throws {
        let station = try Station()
        let client = try Client(station.port, receiveBufferBytes: 4096)
        client.send(get("/pieces?count=200&bytes=60000") + post("/echo", "next"))
        _ = try client.answer()
        for _ in 0..<200 { try client.expect(chunk(String(repeating: "x", count: 60_000))) }
        try client.expect("0\r\n\r\n")
        #expect(try client.answer().body == "next")
    }

    @Test("115: a reader that takes nothing is cut") func noReader() throws {
        let station = try Station { $0.limits.writeMilliseconds = 200 }
        let client = try Client(station.port, receiveBufferBytes: 4096)
        client.send(get("/pieces?count=10000&bytes=60000"))
        while station.server.counts.timedOut == 0 {
            let other = try station.client()
            other.send(get("/echo", "Connection: close\r\n"))
            #expect(try other.answer().status == 200)
        }
        #expect(client.end().utf8.count < 600_000_000)
    }

    @Test("117: a handler that takes too long is answered for") func slowHandler() throws {
        let station = try Station { $0.limits.handlerMilliseconds = 100 }
        let client = try station.client()
        client.send(get("/held"))
        let answer = try client.answer()
        #expect(answer.status == 503 && answer.closes && answer.body == "refused /held")
        station.gate.open()
        client.halfClose()
        #expect(client.isClosed())
    }

    @Test("103: fields of an event hold no line break and no NUL", arguments: ["\n", "\r", "\0"])
    func eventFields(_ text: String) {
        #expect(ServerSentEvent(id: text, data: "") == nil)
        #expect(ServerSentEvent(event: text, data: "") == nil)
    }
}
