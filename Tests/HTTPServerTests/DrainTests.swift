import HTTP
import HTTPServer
import Testing

@Suite struct DrainTests {
    @Test("107: a long poll ends when its client is gone") func goneClient() throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/poll"))
        #expect(station.gate.isReached())
        client.hangUp()
        #expect(station.gate.isPassed())
    }

    @Test("89: a long poll whose client sends no more ends, and is answered") func sendsNoMore()
        throws
    {
        let station = try Station()
        let client = try station.client()
        client.send(get("/poll") + get("/echo"))
        #expect(station.gate.isReached())
        client.halfClose()
        #expect(try client.answer().body == "cancelled")
        #expect(try client.answer().status == 200)
        #expect(client.isClosedInOrder())
    }

    @Test(
        "109: little is kept behind a request that waits",
        arguments: [(3_900, true), (4_200, false)])
    func behind(_ bytes: Int, _ isKept: Bool) throws {
        let station = try Station()
        let client = try station.client()
        let next = get("/echo", "X-Long: \(String(repeating: "x", count: bytes))\r\n")
        client.send(get("/poll") + next)
        #expect(station.gate.isReached())
        station.gate.open()
        let answer = try client.answer()
        #expect(answer.body == "opened" && answer.closes == !isKept)
        if isKept {
            #expect(try client.answer().status == 200)
        } else {
            #expect(client.isClosedInOrder())
        }
    }

    @Test func longPollIsAnswered() throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/poll") + get("/echo"))
        #expect(station.gate.isReached())
        station.gate.open()
        #expect(try client.answer().body == "opened")
        #expect(try client.answer().status == 200)
    }

    @Test("136: what is under way is finished, what is idle closes") func drain() throws {
        let station = try Station()
        let idle = try station.client()
        idle.send(get("/echo"))
        #expect(try idle.answer().status == 200)
        let held = try station.client()
        held.send(get("/held") + get("/echo"))
        let poll = try station.client()
        poll.send(get("/poll"))
        #expect(station.gate.isReached() && station.gate.isReached())
        let drain = Work { station.server.drain(milliseconds: 10_000) }
        let answer = try poll.answer()
        #expect(answer.status == 200 && answer.body == "cancelled" && answer.closes)
        #expect(idle.isClosed())
        #expect(throws: (any Error).self) { try station.client() }
        station.gate.open()
        let last = try held.answer()
        #expect(last.body == "opened" && last.closes)
        #expect(held.isClosed())
        held.hangUp()
        poll.hangUp()
        #expect(drain.isDone())
        #expect(station.server.counts.open == 0)
    }

    @Test("136: an answer that is being taken when the drain comes is its connection's last")
    func answerInHand() throws {
        let station = try Station()
        let idle = try station.client()
        idle.send(get("/echo"))
        #expect(try idle.answer().status == 200)
        let slow = try station.client()
        slow.send(get("/large?bytes=16000000"))
        #expect(slow.hears(withinMilliseconds: 10_000))
        let drain = Work { station.server.drain(milliseconds: 60_000) }
        #expect(idle.isClosed())
        #expect(try slow.answer().body.utf8.count == 16_000_000)
        #expect(slow.isClosedInOrder())
        slow.hangUp()
        #expect(drain.isDone())
    }

    @Test("What is left at the deadline is cut") func deadline() throws {
        let station = try Station()
        let client = try station.client()
        client.send(get("/held"))
        #expect(station.gate.isReached())
        station.server.drain(milliseconds: 50)
        #expect(client.isClosed())
    }

    @Test func portsAreTakenOnce() throws {
        let station = try Station()
        #expect(throws: ServerError.self) { try Station { $0.port = station.port } }
        #expect(throws: ServerError.self) { try Station { $0.host = "example.org" } }
    }
}
