import Dispatch
import HTTP
import HTTPServer
import Synchronization
import Testing

/// Who has the loop, and for how long.
@Suite struct TurnTests {
    @Test("129: requests behind one another, answered by their heads, take turns with others")
    func earlyAnswers() throws {
        let order = Mutex<[String]>([])
        let (entered, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        var configuration = Server.Configuration()
        configuration.port = 0
        let server = Server(
            configuration,
            Application(
                admit: { head, _ in
                    let path = head.target.rawPath
                    order.withLock { $0.append(path) }
                    if path == "/hold" {
                        entered.signal()
                        release.wait()
                    }
                    return .answer(Response(status: 404))
                },
                refuse: { error, _ in Response(status: error.status) }))
        let port = try server.start()
        defer { server.drain(milliseconds: 2000) }
        let (holder, many, one) = try (Client(port), Client(port), Client(port))
        for client in [many, one] {
            client.send(get("/known"))
            _ = try client.answer()
        }
        holder.send(get("/hold"))
        #expect(entered.wait(timeout: .now() + Double(Client.patienceSeconds)) == .success)
        many.send(String(repeating: get("/many"), count: 500))
        one.send(get("/one"))
        release.signal()
        for _ in 0..<500 { #expect(try many.answer().status == 404) }
        #expect(try one.answer().status == 404)
        let place = order.withLock { $0.firstIndex(of: "/one") }
        #expect(try #require(place) < 10)
    }

    @Test("107: a stream whose client is gone before its first byte ends") func goneEarly() throws {
        let (entered, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let gate = Gate()
        var configuration = Server.Configuration()
        configuration.port = 0
        let handler = Acceptance.Handler.now { _ in
            entered.signal()
            release.wait()
            return Response(status: 200, pieces: Silence(gate: gate))
        }
        let acceptance = Acceptance(bodyBytesMax: 0, isWaiting: true, handler: handler)
        let server = Server(
            configuration,
            Application(
                admit: { _, _ in .accept(acceptance) },
                refuse: { error, _ in Response(status: error.status) }))
        let port = try server.start()
        defer { server.drain(milliseconds: 2000) }
        let client = try Client(port)
        client.send(get("/silence"))
        #expect(entered.wait(timeout: .now() + Double(Client.patienceSeconds)) == .success)
        // The loop is held, so that it learns of this by writing.
        client.reset()
        release.signal()
        #expect(gate.isPassed())
    }

    /// Pieces of which none comes.
    private struct Silence: AsyncSequence, AsyncIteratorProtocol {
        let gate: Gate

        func makeAsyncIterator() -> Silence { self }

        mutating func next() async -> [UInt8]? {
            _ = await gate.pass()
            return nil
        }
    }
}
