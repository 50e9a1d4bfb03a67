import HTTP
import Testing

@testable import HTTPServer

@Suite struct StrangerTests {
    private func station(_ strangersMax: Int, loops: Int = 1) throws -> Station {
        try Station {
            $0.limits.strangersMax = strangersMax
            $0.loops = loops
        }
    }

    @Test("122: of too many strangers the oldest goes, the newcomer stays") func oldest() throws {
        let station = try station(3)
        let silent = try (0..<3).map { _ in try station.client() }
        let newcomer = try station.client()
        #expect(silent[0].isClosed())
        newcomer.send(get("/echo"))
        #expect(try newcomer.answer().status == 200)
        for client in silent[1...] {
            client.send(get("/echo"))
            #expect(try client.answer().status == 200)
        }
        #expect(station.server.counts.strangers == 3 && station.server.counts.evicted == 1)
    }

    @Test("122: who is known is no stranger, however long idle") func known() throws {
        let station = try station(1)
        let known = try station.client()
        known.send(get("/known"))
        #expect(try known.answer().status == 200)
        let stranger = try station.client()
        stranger.send(get("/echo"))
        #expect(try stranger.answer().status == 200)
        #expect(station.server.counts.evicted == 0)
        let newcomer = try station.client()
        #expect(stranger.isClosed())
        for client in [known, newcomer] {
            client.send(get("/known"))
            #expect(try client.answer().status == 200)
        }
        #expect(station.server.counts.strangers == 0 && station.server.counts.evicted == 1)
    }

    @Test("122: dawdlers go, work in hand stays") func busy() throws {
        let station = try station(2)
        let busy = try station.client()
        busy.send(get("/held"))
        #expect(station.gate.isReached())
        let dawdler = try station.client()
        dawdler.send("GET /echo HTTP/1.1\r\n")
        let newcomer = try station.client()
        #expect(dawdler.isClosed())
        newcomer.send(get("/held"))
        #expect(station.gate.isReached())
        // All have work in hand: nobody goes.
        let third = try station.client()
        third.send(get("/echo"))
        #expect(try third.answer().status == 200)
        station.gate.open()
        for client in [busy, newcomer] { #expect(try client.answer().body == "opened") }
        #expect(station.server.counts.evicted == 1)
    }

    @Test("122: who does not take its answer goes like one who is silent") func deaf() throws {
        let station = try station(1)
        let deaf = try station.client()
        deaf.send(get("/large?bytes=16000000"))
        #expect(deaf.hears(withinMilliseconds: 60_000))
        let newcomer = try station.client()
        newcomer.send(get("/known"))
        #expect(try newcomer.answer().status == 200)
        #expect(station.server.counts.evicted == 1)
        #expect(deaf.end().utf8.count < 16_000_000)
    }

    @Test("122: one limit for all loops", arguments: [1, 2])
    func silence(loops: Int) throws {
        let station = try station(100, loops: loops)
        let silent = try (0..<300).map { _ in try station.client() }
        let newcomer = try station.client()
        newcomer.send(get("/known"))
        #expect(try newcomer.answer().status == 200)
        // Another loop may still be taking those that came before.
        #expect(station.reaches { $0.evicted >= 200 - loops })
        let counts = station.server.counts
        // A loop that has no stranger of its own yet lets its first one in.
        #expect((1...(100 + loops)).contains(counts.strangers))
        #expect(counts.turnedAway == 0)
        withExtendedLifetime(silent) {}
    }

    @Test("What is over is dropped, and few busy ones are passed over") func queue() {
        var strangers = Strangers()
        for token in 0..<100_000 { strangers.add(UInt64(token)) { _ in nil } }
        #expect(strangers.count <= 64)
        #expect(strangers.takeOldestIdle { _ in nil } == nil)
        #expect(strangers.count == 0)
    }
}
