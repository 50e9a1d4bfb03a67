import Dialect
import Glibc
import HTTP
import JSON
import RunEngine
import RunStore
import Runs
import Synchronization
import Testing

@testable import Native

/// A whole server but for its sockets: a store in a folder of its own, the engine, one style, and a
/// clock that the test moves.
final class Scene: Sendable {
    /// What a request was answered.
    struct Answer {
        let response: Response
        let body: JSONValue

        var status: Int { response.status }
        var code: String? { body["code"]?.asString }
        var id: String { body["id"]?.asString ?? "" }
    }

    let engine: RunEngine
    let gateway: Gateway
    /// The instance key.
    let key: String
    private let clock = Clock()
    private let clockState = Mutex(RunEngine.ClockState())
    private let folder: String

    init(_ dialects: [Dialect] = [Native.dialect()]) throws {
        var template = Array("/tmp/signalbox-test-XXXXXX".utf8CString)
        folder = String(cString: try #require(mkdtemp(&template)))
        let environment = clock.environment
        let store = try Store(path: folder + "/data.db", environment: environment)
        engine = try RunEngine(store: store, environment: environment)
        let token = Mutex("")
        try engine.bootstrap { text in token.withLock { $0 = text } }
        key = token.withLock(\.self)
        gateway = Gateway(
            dialects: dialects, engine: engine,
            settings: Gateway.Settings(
                publicURL: "http://test", environment: environment, log: Log(level: .error)))
    }

    deinit {
        engine.releaseWaiters()
        for suffix in ["", "-wal", "-shm"] { unlink(folder + "/data.db" + suffix) }
        rmdir(folder)
    }

    /// Moves the clock and lets happen what is due.
    func pass(milliseconds: Int64) {
        clock.move(by: milliseconds)
        clockState.withLock { _ = engine.tick(&$0) }
    }

    /// Sends a request; its body is JSON text.
    func send(
        _ method: Method, _ path: String, _ body: String = "", as key: String? = nil,
        fields: [(String, String)] = [], peer: Peer = .loopback
    ) async throws -> Answer {
        let token = key ?? self.key
        let all = (token.isEmpty ? [] : [("X-API-Key", token)]) + fields
        let made = try #require(Request(method, path, fields: all, body: Array(body.utf8)))
        let request = Request(head: made.head, body: made.body, peer: peer)
        let response = await gateway.answer(request)
        let value = response.body.isEmpty ? .null : try JSONValue(parsing: response.body)
        return Answer(response: response, body: value)
    }
}

/// A clock that stands until it is moved, and chance that repeats itself.
private final class Clock: Sendable {
    private let milliseconds = Mutex<Int64>(1_790_000_000_000)
    private let seed = Mutex<UInt64>(1)

    var environment: Environment {
        Environment(
            now: { Timestamp(milliseconds: self.milliseconds.withLock(\.self)) },
            monotonicMilliseconds: { self.milliseconds.withLock(\.self) },
            random: { count in (0..<count).map { _ in self.nextByte() } })
    }

    func move(by more: Int64) { milliseconds.withLock { $0 += more } }

    /// SplitMix64, one byte at a time.
    private func nextByte() -> UInt8 {
        seed.withLock { seed in
            seed &+= 0x9e37_79b9_7f4a_7c15
            var mixed = seed
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
        }
    }
}
