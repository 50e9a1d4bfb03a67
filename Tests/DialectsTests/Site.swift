import Agno
import Dialect
import Digest
import Extend
import Feather
import Glibc
import HTTP
import JSON
import Kubiya
import Native
import RunEngine
import RunStore
import Runs
import Synchronization
import Testing
import Wexa

/// All styles over an engine with a database of its own in memory. There is no connection, and no
/// thread looks at the clock: time stands until a test moves it.
final class Site: Sendable {
    let engine: RunEngine
    let gateway: Gateway
    /// The token of the instance key, an owner of workspace `default`.
    let admin: String
    let time = ManualTime()
    private let store: Store
    private let folder: String

    init(
        streams: KeyCensus.Limits = .streams, waiters: KeyCensus.Limits = .waiters,
        log: Log = Log(level: .error)
    ) throws {
        folder = try makeFolder()
        store = try Store(path: folder + "/store", environment: time.environment)
        engine = try RunEngine(store: store, environment: time.environment)
        let token = Mutex("")
        try engine.bootstrap { made in token.withLock { $0 = made } }
        admin = token.withLock { $0 }
        let pages = Agno.Pages(startedAt: time.environment.now(), version: "0")
        let dialects = [
            Native.dialect(), Feather.dialect, Extend.dialect, Wexa.dialect, Agno.dialect(pages),
            Kubiya.dialect,
        ]
        var settings = Gateway.Settings(
            publicURL: "http://localhost:8080", environment: time.environment, log: log)
        settings.streams = streams
        settings.waiters = waiters
        gateway = Gateway(dialects: dialects, engine: engine, settings: settings)
    }

    deinit {
        store.close()
        for name in ["store", "store-wal", "store-shm"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// Sends a request with a key.
    /// - Parameter key: nil for none; the admin's when nothing is said.
    func send(
        _ method: HTTP::Method, _ target: String, body: String = "", key: String? = "admin",
        fields: [(String, String)] = []
    ) async throws -> Answer {
        var fields = fields
        if let key { fields.append(("Authorization", "Bearer \(key == "admin" ? admin : key)")) }
        let request = try #require(
            Request(method, target, fields: fields, body: Array(body.utf8)))
        return Answer(await gateway.answer(request))
    }

    /// The caller of a key, in the one workspace it has.
    func caller(_ key: String? = nil) throws -> Caller {
        let principal = try #require(engine.authenticate(key ?? admin))
        return try engine.caller(principal, workspace: nil)
    }

    func call(_ key: String? = nil) throws -> Call {
        Call(caller: try caller(key), style: .native, requestID: "test", idempotency: nil)
    }

    /// A new key.
    /// - Parameters:
    ///   - workspace: nil with an organization makes a key of the whole organization.
    func key(
        _ role: Role = .owner, organization: String = "default", workspace: String? = "default"
    ) async throws -> String {
        var request = KeyRequest(kind: workspace == nil ? .organization : .workspace, role: role)
        request.organization = organization
        request.workspace = workspace
        let reply = try await engine.createKey(request, try call()) { _, token in
            Reply(status: 200, body: Array(token.utf8))
        }
        return String(decoding: reply.body, as: UTF8.self)
    }

    /// A new workflow from the native form of its steps.
    func workflow(_ name: String, steps: String, key: String? = nil) async throws -> WorkflowID {
        let body = #"{"name":"\#(name)","steps":\#(steps)}"#
        let answer = try await send(.post, "/v1/workflows", body: body, key: key ?? "admin")
        try #require(answer.status == 201, "\(answer.body)")
        return try #require(answer["id"]?.asString.flatMap { WorkflowID($0) })
    }

    /// Lets everything that is due happen.
    func tick() {
        var clock = RunEngine.ClockState()
        engine.tick(&clock)
    }
}

/// A clock that stands, and chance that repeats itself in every test.
final class ManualTime: Sendable {
    /// 2026-01-02T03:04:05.678Z.
    static let start: Int64 = 1_767_323_045_678

    private let milliseconds = Mutex(start)
    private let drawn = Mutex(0)

    func advance(milliseconds more: Int64) { milliseconds.withLock { $0 += more } }

    var environment: Environment {
        Environment(
            now: { [self] in Timestamp(milliseconds: milliseconds.withLock { $0 }) },
            monotonicMilliseconds: { [self] in milliseconds.withLock { $0 } },
            random: { [self] in draw($0) })
    }

    private func draw(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let number = drawn.withLock { number in
                number += 1
                return number
            }
            bytes += SHA256.hash("chance \(number)")
        }
        return Array(bytes.prefix(count))
    }
}

/// What came back.
struct Answer: Sendable {
    let status: Int
    let body: String
    let response: Response

    init(_ response: Response) {
        self.response = response
        status = response.status
        body = String(decoding: response.body, as: UTF8.self)
    }

    /// The body as JSON; null when it is none.
    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }

    subscript(name: String) -> JSONValue? { json[name] }

    func field(_ name: String) -> String? { response.first(name) }
}

/// A folder of this process alone, in memory where the machine has a place for that.
private func makeFolder() throws -> String {
    for parent in ["/dev/shm", "/tmp"] {
        var template = Array("\(parent)/signalbox-test-XXXXXX".utf8CString)
        if mkdtemp(&template) != nil {
            let bytes = template.dropLast().map { UInt8(bitPattern: $0) }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
    throw StoreError.unavailable
}
