import HTTP
import HTTPServer
import Testing

/// Section H over a socket: clients that send too slowly, or too much.
@Suite struct DeadlineTests {
    private let chunked = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let many = String(repeating: "a", count: 1000)

    @Test("3, 111, 112: empty lines in front do not renew the deadline") func emptyLines() throws {
        let station = try Station {
            $0.limits.headMilliseconds = 200
            $0.limits.head.emptyLinesMax = 1000
        }
        let client = try station.client()
        #expect(client.drip(String(repeating: "\r\n", count: 500)) != nil)
        #expect(client.isClosed())
    }

    @Test(
        "112: the head is awaited from its first byte, whatever comes now and then",
        arguments: ["", "GET /slow?", "GET /slow HTTP/1.1\r\n", "GET /slow HTTP/1.1\r\nA: "])
    func head(_ start: String) throws {
        let station = try Station { $0.limits.headMilliseconds = 200 }
        let client = try station.answeredClient()
        client.send(start)
        // Without a byte yet, it is the method that comes too slowly.
        let rest = start.isEmpty ? "GET /" + Self.many : Self.many
        #expect(client.drip(rest) != nil)
        let answer = try client.answer()
        #expect(answer.status == 408 && answer.closes)
        client.halfClose()
        #expect(client.isClosedInOrder())
    }

    @Test(
        "113: the body has a deadline that a byte now and then does not move",
        arguments: [
            ("Content-Length: 5000", many),
            ("Transfer-Encoding: chunked", "3e8\r\n" + many),
            ("Transfer-Encoding: chunked", String(repeating: "1\r\nx\r\n", count: 200)),
            ("Transfer-Encoding: chunked", "1;" + many),
            ("Transfer-Encoding: chunked", "0\r\nA: " + many),
        ])
    func body(_ field: String, _ body: String) throws {
        let station = try Station { $0.limits.bodyMilliseconds = 200 }
        let client = try station.client()
        client.send("POST /echo HTTP/1.1\r\nHost: h\r\n\(field)\r\n\r\n")
        #expect(client.drip(body) != nil)
        let answer = try client.answer()
        #expect(answer.status == 408 && answer.closes && answer.body == "refused /echo")
    }

    @Test("113: bytes earn time") func rate() throws {
        let station = try Station {
            $0.limits.bodyMilliseconds = 1000
            $0.limits.bodyBytesPerSecond = 1
        }
        let client = try station.client()
        let slow = String(repeating: "x", count: 50)
        // Ten bytes come with the head, so that the first second does not depend on the machine.
        client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 61\r\n\r\n0123456789")
        #expect(client.drip(slow, everyMilliseconds: 30) == nil)
        client.send("y")
        #expect(try client.answer().body == "0123456789" + slow + "y")
    }

    @Test("114: between two requests") func idle() throws {
        let station = try Station { $0.limits.idleMilliseconds = 100 }
        let client = try station.client()
        client.send(get("/echo") + get("/echo"))
        for _ in 0..<2 { #expect(try !client.answer().closes) }
        #expect(client.isClosedInOrder())
        #expect(station.server.counts.timedOut == 1)
    }

    @Test("116: who stays after the last answer is left in the end") func linger() throws {
        let station = try Station { $0.limits.lingerMilliseconds = 100 }
        let client = try station.client()
        client.send("BAD\r\n\r\n")
        #expect(try client.answer().status == 400)
        #expect(try station.comes { $0.open == 0 })
        client.hangUp()
    }

    @Test("116: who goes on sending after it, too") func lingerBytes() throws {
        let station = try Station {
            $0.limits.lingerMilliseconds = 60_000
            $0.limits.lingerBytesMax = 100_000
        }
        let client = try station.client()
        client.send("BAD\r\n\r\n")
        #expect(try client.answer().status == 400)
        let megabyte = [UInt8](repeating: 120, count: 1 << 20)
        client.send(megabyte + megabyte)
        #expect(try station.comes { $0.open == 0 })
    }

    @Test("118, 119, 120: limits are configuration") func configured() throws {
        let station = try Station {
            $0.limits.head.requestLineBytesMax = 40
            $0.limits.head.fieldBytesMax = 50
            $0.limits.head.fieldsBytesMax = 90
            $0.limits.head.fieldsMax = 3
            $0.limits.chunkOverheadBytesMax = 10
        }
        let rows: [(String, Int)] = [
            (get("/echo"), 200), (get("/echo?" + Self.many.prefix(40)), 414),
            (get("/echo", "A: \(Self.many.prefix(45))\r\n"), 200),
            (get("/echo", "A: \(Self.many.prefix(46))\r\n"), 431),
            (get("/echo", "A: \(Self.many.prefix(40))\r\nB: \(Self.many.prefix(40))\r\n"), 431),
            (get("/echo", "A: b\r\nC: d\r\n"), 200),
            (get("/echo", "A: b\r\nC: d\r\nE: f\r\n"), 431),
            (post("/echo", String(repeating: "x", count: 100_000)), 200),
            (post("/echo", String(repeating: "x", count: 100_001)), 413),
            (chunked + "1;a=bcdef\r\nx\r\n0\r\n\r\n", 200),
            (chunked + "1;a=bcdefghijk\r\nx\r\n0\r\n\r\n", 431),
        ]
        for (request, status) in rows {
            let client = try station.client()
            client.send(request)
            #expect(try client.answer().status == status, "\(request.prefix(120))")
        }
    }
}
