import HTTP
import HTTPServer
import Testing

@Suite struct LimitTests {
    @Test("111, 114: silence") func silence() throws {
        let station = try Station { $0.limits.headMilliseconds = 80 }
        #expect(try station.client().isClosed())
        #expect(station.server.counts.timedOut == 1)
        let other = try Station { $0.limits.idleMilliseconds = 80 }
        let client = try other.client()
        client.send(get("/echo"))
        #expect(try client.answer().status == 200)
        #expect(client.isClosed())
        #expect(other.server.counts.timedOut == 1)
    }

    @Test("112: the whole head has one deadline, which no byte renews") func slowHead() throws {
        let station = try Station { $0.limits.headMilliseconds = 200 }
        let client = try station.answeredClient()
        client.send("GET /slow HTTP/1.1\r\n")
        let answer = try client.answer()
        #expect(answer.status == 408 && answer.closes && answer.body == "refused /slow")
    }

    @Test("113: the body too") func slowBody() throws {
        let station = try Station { $0.limits.bodyMilliseconds = 100 }
        let client = try station.client()
        client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nslow")
        let answer = try client.answer()
        #expect(answer.status == 408 && answer.closes && answer.body == "refused /echo")
    }

    @Test("115, 134: who takes nothing is cut, and costs nobody else") func slowReader() throws {
        let station = try Station { $0.limits.writeMilliseconds = 200 }
        let slow = try Client(station.port, receiveBufferBytes: 4096)
        slow.send(get("/large?bytes=20000000"))
        let other = try station.client()
        other.send(get("/echo"))
        #expect(try other.answer().status == 200)
        other.hangUp()
        while station.server.counts.timedOut == 0 {
            let client = try station.client()
            client.send(get("/echo", "Connection: close\r\n"))
            #expect(try client.answer().status == 200)
        }
        #expect(slow.end().utf8.count < 20_000_000)
    }

    @Test("115, 123: who takes a little at a time is cut too") func tooSlowReader() throws {
        let station = try Station {
            $0.limits.writeMilliseconds = 300
            $0.limits.outputBytesPerSecond = 1_000_000_000
        }
        let client = try Client(station.port, receiveBufferBytes: 4096)
        client.send(get("/large?bytes=50000000"))
        let other = try station.client()
        var taken = 0
        while station.server.counts.timedOut == 0, taken < 50_000_000 {
            taken += client.take(bytes: 2000)
            other.send(get("/echo"))
            #expect(try other.answer().status == 200)
        }
        #expect(taken < 50_000_000)
    }

    @Test("Large answers arrive whole") func largeAnswer() throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/large?bytes=5000000") + get("/large?bytes=3"))
        #expect(try client.answer().body.utf8.count == 5_000_000)
        #expect(try client.answer().body == "xxx")
    }

    @Test("122: above the limit of connections: 503, and room again later") func turnedAway() throws
    {
        let station = try Station { $0.limits.connectionsMax = 2 }
        let first = try station.client()
        let second = try station.client()
        for client in [first, second] {
            client.send(get("/echo"))
            #expect(try client.answer().status == 200)
        }
        let third = try station.client()
        let answer = try third.answer()
        #expect(answer.status == 503 && answer.closes && answer.field("Retry-After") == "1")
        third.halfClose()
        #expect(third.isClosed())
        second.send(get("/echo", "Connection: close\r\n"))
        #expect(try second.answer().status == 200)
        second.halfClose()
        #expect(second.isClosed())
        // The server sees a moment later than the client that the connection has ended.
        #expect(try station.comes { $0.open == 1 })
        let fourth = try station.client()
        fourth.send(get("/echo"))
        #expect(try fourth.answer().status == 200)
        #expect(station.server.counts.turnedAway >= 1)
    }

    @Test("Requests of one connection") func requests() throws {
        let station = try Station { $0.limits.requestsPerConnectionMax = 2 }
        let client = try station.client()
        client.send(get("/echo") + get("/echo") + get("/echo"))
        #expect(try !client.answer().closes)
        #expect(try client.answer().closes)
        client.halfClose()
        #expect(client.isClosed())
    }

    @Test("98: a refusal reaches a client that is still sending") func lingering() throws {
        let station = try Station { $0.limits.lingerBytesMax = 1 << 20 }
        let client = try station.client()
        client.send("GET / HTTP/9.9\r\nHost: h\r\n\r\n" + String(repeating: "x", count: 500_000))
        let answer = try client.answer()
        #expect(answer.status == 505 && answer.closes)
        client.halfClose()
        #expect(client.isClosed())
        #expect(station.server.counts.refused == 1)
    }
}
