import Dispatch
import Glibc
import HTTP
import HTTPServer
import Synchronization
import Testing

/// A server with handlers that tests can hold up, on a port of its own.
final class Station: Sendable {
    let server: Server
    let port: UInt16
    let gate: Gate

    init(_ configure: (inout Server.Configuration) -> Void = { _ in }) throws {
        let gate = Gate()
        var configuration = Server.Configuration()
        configuration.port = 0
        configuration.limits.lingerMilliseconds = 5_000
        configure(&configuration)
        let server = Server(configuration, Station.application(gate))
        self.gate = gate
        self.server = server
        port = try server.start()
    }

    deinit {
        gate.open()
        server.drain(milliseconds: 2000)
    }

    func client() throws -> Client { try Client(port) }

    /// A client that was answered once. Between its connecting and its first byte the server's
    /// shortest limit may pass where the machine is busy; then another one is tried.
    func answeredClient() throws -> Client {
        for _ in 0..<100 {
            let client = try client()
            client.send(get("/echo"))
            if client.take(bytes: 65_536) > 0 { return client }
        }
        throw Unreachable()
    }

    /// Whether something comes to hold, by itself.
    func reaches(_ isSo: (Server.Counts) -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(Client.patienceSeconds)
        while !isSo(server.counts) {
            guard ContinuousClock.now < end else { return false }
            poll(nil, 0, 2)
        }
        return true
    }

    /// Whether something comes to hold while the server goes on answering.
    func comes(_ isSo: (Server.Counts) -> Bool) throws -> Bool {
        let end = ContinuousClock.now + .seconds(Client.patienceSeconds)
        while !isSo(server.counts) {
            guard ContinuousClock.now < end else { return false }
            let client = try client()
            client.send(get("/echo", "Connection: close\r\n"))
            _ = try client.answer()
            client.halfClose()
            _ = client.end()
            // So that a long wait does not take all the ports there are.
            poll(nil, 0, 2)
        }
        return true
    }

    private static func application(_ gate: Gate) -> Application {
        Application(
            admit: { head, peer in admit(head, peer, gate) },
            refuse: { error, _ in
                let path = error.target?.rawPath ?? "?"
                return Response(status: error.status, body: Array("refused \(path)".utf8))
            })
    }

    private static func name(of peer: Peer) -> String {
        if case .address(let address) = peer { address } else { "\(peer)" }
    }

    private static func admit(_ head: Head, _ peer: Peer, _ gate: Gate) -> Admission {
        switch head.target.rawPath {
        case "" where head.target.form == .asterisk: return .answer(Response(status: 204))
        case "/whose":
            return .accept(
                Acceptance(bodyBytesMax: 0) { request in
                    let words = "\(name(of: peer)) \(name(of: request.peer))"
                    return Response(status: 200, body: Array(words.utf8))
                })
        case "/echo":
            return .accept(
                Acceptance(bodyBytesMax: 100_000) { Response(status: 200, body: $0.body) })
        case "/unread":
            var acceptance = Acceptance(bodyBytesMax: 100_000) { request in
                Response(status: 200, body: Array("\(request.body.count)".utf8))
            }
            acceptance.keepsBody = false
            return .accept(acceptance)
        case "/endless":
            return .accept(Acceptance(bodyBytesMax: .max) { _ in Response(status: 200) })
        case "/known":
            return .accept(
                Acceptance(bodyBytesMax: 0, isKnown: true) { _ in Response(status: 200) })
        case "/held", "/poll":
            let isWaiting = head.target.rawPath == "/poll"
            return .accept(
                Acceptance(bodyBytesMax: 0, isWaiting: isWaiting) { _ in
                    let word = await gate.pass() ? "opened" : "cancelled"
                    return Response(status: 200, body: Array(word.utf8))
                })
        case "/large":
            let bytes = head.target.query.first("bytes").flatMap { Int($0) } ?? 0
            return .accept(
                Acceptance(bodyBytesMax: 0) { _ in
                    Response(status: 200, body: [UInt8](repeating: 120, count: bytes))
                })
        case "/events", "/pieces", "/broken": return .accept(Streams.acceptance(head, gate))
        default: return .answer(Response(status: 404, body: Array("nothing".utf8)))
        }
    }
}

/// Where handlers wait until a test opens it or their task is cancelled.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
        var cancelled: Set<Int> = []
        var next = 0
    }

    private let state = Mutex(State())
    private let arrived = DispatchSemaphore(value: 0)
    private let left = DispatchSemaphore(value: 0)

    /// - Returns: false when the task was cancelled.
    func pass() async -> Bool {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        let isOpened = await withTaskCancellationHandler {
            await withCheckedContinuation { wait($0, as: number) }
        } onCancel: {
            cancel(number)
        }
        left.signal()
        return isOpened
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            state.isOpen = true
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: true) }
    }

    /// Waits for a handler to come; false when none does within patience.
    func isReached() -> Bool { arrived.wait(timeout: Self.patience) == .success }

    /// Waits for a handler to go on.
    func isPassed() -> Bool { left.wait(timeout: Self.patience) == .success }

    private static var patience: DispatchTime { .now() + Double(Client.patienceSeconds) }

    private func wait(_ continuation: CheckedContinuation<Bool, Never>, as number: Int) {
        let answer: Bool? = state.withLock { state in
            if state.cancelled.contains(number) { return false }
            if state.isOpen { return true }
            state.waiting[number] = continuation
            return nil
        }
        arrived.signal()
        if let answer { continuation.resume(returning: answer) }
    }

    private func cancel(_ number: Int) {
        let continuation = state.withLock { state in
            state.cancelled.insert(number)
            return state.waiting.removeValue(forKey: number)
        }
        continuation?.resume(returning: false)
    }
}

func get(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n"
}

func post(_ path: String, _ body: String, _ fields: String = "") -> String {
    "POST \(path) HTTP/1.1\r\nHost: localhost\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
}
