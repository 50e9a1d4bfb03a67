import HTTP
import HTTPServer
import Testing

/// Sections C and E over a socket: what clients send, and when they stop.
@Suite struct InputTests {
    private static let floodBytesMax = 64 << 20

    @Test(
        "81, 124, 129, 134: nothing is read while a request is handled",
        arguments: ["held", "poll"])
    func flood(_ path: String) throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/" + path))
        #expect(station.gate.isReached())
        let requests = Array(String(repeating: get("/echo"), count: 1000).utf8)
        #expect(client.flood(requests, bytesMax: Self.floodBytesMax) < Self.floodBytesMax)
        #expect(station.server.counts.requests == 1)
        // Another one is served all the while.
        let other = try station.client()
        other.send(get("/echo"))
        #expect(try other.answer().status == 200)
        station.gate.open()
        #expect(try client.answer().body == "opened")
        #expect(try client.answer().status == 200)
    }

    @Test("134: nothing is read while an answer is not taken") func untaken() throws {
        let station = try Station()
        let client = try Client(station.port, receiveBufferBytes: 4096)
        client.send(get("/large?bytes=20000000"))
        #expect(client.hears(withinMilliseconds: 10_000))
        let requests = Array(String(repeating: get("/echo"), count: 1000).utf8)
        #expect(client.flood(requests, bytesMax: Self.floodBytesMax) < Self.floodBytesMax)
        #expect(station.server.counts.requests == 1)
    }

    @Test(
        "63, 90: an end in the middle closes at once, and nothing is acted upon",
        arguments: [
            "G", "GET /held", "GET /held HTTP/1.1\r\nHost: h\r\n",
            "POST /held HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhello",
            "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0",
            "\r\n", "",
        ])
    func half(_ start: String) throws {
        let station = try Station()
        let client = try station.client()
        client.send(start)
        client.halfClose()
        #expect(client.end().isEmpty || start.hasPrefix("POST /held"))
        let gone = try station.client()
        gone.send(start)
        gone.hangUp()
        let reset = try station.client()
        reset.send(start)
        reset.reset()
        #expect(try station.comes { $0.open == 0 })
    }

    @Test("130: what was sent in front of a hang-up is read first") func sentAndGone() throws {
        let station = try Station()
        for _ in 0..<20 {
            let client = try station.client()
            client.send(get("/held"))
            client.hangUp()
            #expect(station.gate.isReached())
        }
        #expect(station.server.counts.requests == 20)
    }

    @Test("66: nothing is set aside for what is only promised", arguments: [true, false])
    func promised(_ isChunked: Bool) throws {
        // A declared length beyond all memory, from hundreds of clients.
        let station = try Station()
        let clients = try (0..<200).map { _ in try station.client() }
        for client in clients {
            client.send(
                isChunked
                    ? "POST /endless HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "7fffffffffffff\r\nx"
                    : "POST /endless HTTP/1.1\r\nHost: h\r\nContent-Length: 9007199254740991\r\n"
                        + "\r\nx")
        }
        #expect(try station.comes { $0.requests >= 200 })
        for client in clients { #expect(!client.hears(withinMilliseconds: 0)) }
    }

    @Test("128, 133: clients that go while they are answered end nobody") func goneReaders() throws
    {
        let station = try Station()
        for index in 0..<60 {
            let client = try station.client()
            client.send(get("/large?bytes=3000000") + get("/pieces?count=50&bytes=60000"))
            if index % 3 == 0 { _ = client.take(bytes: 1000) }
            if index % 2 == 0 { client.reset() } else { client.hangUp() }
        }
        #expect(try station.comes { $0.open == 0 })
    }

    @Test("83: a long body that nobody reads ends the connection, a short one is skipped")
    func unread() throws {
        let station = try Station()
        let client = try station.client()
        client.send(
            "POST /none HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n0\r\n\r\n"
                + get("/echo"))
        #expect(try !client.answer().closes)
        #expect(try client.answer().status == 200)
        client.send("POST /none HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n")
        #expect(try client.answer().closes)
        client.send(String(repeating: get("/echo"), count: 1000))
        client.halfClose()
        #expect(client.isClosedInOrder())
        #expect(station.server.counts.requests == 3)
    }

    @Test("148: one admission for a head, in however many pieces it comes") func admissions() throws
    {
        let station = try Station()
        let client = try station.client()
        for _ in 0..<3 {
            for byte in get("/echo").utf8 { client.send([byte]) }
            #expect(try client.answer().status == 200)
        }
        #expect(station.server.counts.requests == 3)
    }
}
