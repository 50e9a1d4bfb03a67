import Dialect
import Glibc
import HTTP
import JSON
import RunEngine
import RunStore
import Runs
import Synchronization
import Testing

@testable import Kubiya

/// Kubiya's style on an engine of its own, behind the real gateway, with keys of three tenants.
final class KubiyaRig: Sendable {
    let engine: RunEngine
    private let gateway: Gateway
    private let store: Store
    private let folder: String

    init() async throws {
        var template = Array("/tmp/kubiya-XXXXXX".utf8CString)
        folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        var environment = Environment.live
        let clock = Clock()
        environment.now = { clock.next() }
        environment.monotonicMilliseconds = { 1_000_000 }
        store = try Store(path: folder + "/database", environment: environment)
        engine = try RunEngine(store: store, environment: environment)
        let token = Box()
        try engine.bootstrap { text in token.text.withLock { $0 = text } }
        let other = Dialect(style: .native, routes: [], trailingSlash: .refused) { _, _ in
            Response(status: 418)
        }
        gateway = Gateway(
            dialects: [Kubiya.dialect, other], engine: engine,
            settings: Gateway.Settings(
                publicURL: "http://here", environment: environment, log: Log(level: .error)))
        instanceKey = token.text.withLock { $0 }
    }

    deinit {
        store.close()
        for name in ["database", "database-wal", "database-shm"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    let instanceKey: String

    /// A request as it would come over a socket.
    func send(
        _ method: Method, _ target: String, _ body: String? = nil,
        fields: [(String, String)]? = nil
    ) async throws -> Response {
        let fields = fields ?? [("Authorization", "UserKey \(instanceKey)")]
        let request = try #require(
            Request(method, target, fields: fields, body: Array((body ?? "").utf8)))
        return await answer(request)
    }

    func answer(_ request: Request) async -> Response { await gateway.answer(request) }

    /// The same, with the body of the answer as text.
    func text(
        _ method: Method, _ target: String, _ body: String? = nil,
        fields: [(String, String)]? = nil
    ) async throws -> (status: Int, body: String) {
        let response = try await send(method, target, body, fields: fields)
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    /// A call in the name of the instance key.
    func call(_ style: Style = .native) throws -> Call {
        let principal = try #require(engine.authenticate(instanceKey))
        return Call(
            caller: try engine.caller(principal, workspace: nil), style: style, requestID: "r",
            idempotency: nil)
    }

    /// A key of a workspace that is made for it.
    func key(_ organization: String, _ workspace: String, _ role: Role = .owner) async throws
        -> String
    {
        var request = KeyRequest(role: role)
        request.organization = organization
        request.workspace = workspace
        let reply = try await engine.createKey(request, try call()) { _, token in
            Reply(status: 201, body: Array(token.utf8))
        }
        return String(decoding: reply.body, as: UTF8.self)
    }

    /// The names of what the log of a run holds: equal before and after means nothing happened.
    func events(_ run: RunID) async throws -> [String] {
        try await engine.events(.id(run), after: 0, limit: 100, try call().caller).map(\.kind)
    }
}

/// Every look at this clock is a millisecond later than the one before.
private final class Clock: Sendable {
    private let now = Mutex(Timestamp(milliseconds: 1_795_219_659_429))

    func next() -> Timestamp {
        now.withLock {
            $0 = $0.adding(milliseconds: 1)
            return $0
        }
    }
}

private final class Box: Sendable {
    let text = Mutex("")
}
