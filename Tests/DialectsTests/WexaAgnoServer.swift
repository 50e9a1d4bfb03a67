import Dialect
import Glibc
import HTTP
import JSON
import RunEngine
import RunStore
import Runs
import Synchronization
import Testing

/// A gateway over a real engine with a database of its own. Its clock stands still, its ids count.
final class WexaAgnoServer: Sendable {
    let engine: RunEngine
    let gateway: Gateway
    let caller: Caller
    let token: String
    private let store: Store
    private let folder: String

    init(_ dialect: Dialect) throws {
        var template = Array("/tmp/signalbox-test-XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&template))
        folder = String(cString: path)
        let environment = Self.stillEnvironment()
        store = try Store(path: folder + "/test.db", environment: environment)
        engine = try RunEngine(store: store, environment: environment) { cause in
            Issue.record("an internal failure: \(cause)")
        }
        let made = Mutex("")
        try engine.bootstrap { token in made.withLock { $0 = token } }
        token = made.withLock { $0 }
        caller = try engine.caller(try #require(engine.authenticate(token)), workspace: nil)
        let native = Dialect(
            style: .native, routes: [], trailingSlash: .refused,
            refuse: { _, _ in Response(status: 599) })
        gateway = Gateway(
            dialects: [native, dialect], engine: engine,
            settings: Gateway.Settings(
                publicURL: "http://localhost", environment: environment, log: Self.log))
    }

    deinit {
        engine.releaseWaiters()
        store.close()
        for name in ["test.db", "test.db-wal", "test.db-shm"] { unlink(folder + "/" + name) }
        rmdir(folder)
    }

    private static let log = Log(level: .error)

    /// 2025-04-21T07:30:09.001Z for good; chance counts up, so that every id differs.
    private static func stillEnvironment() -> Environment {
        let count = CountingChance()
        return Environment(
            now: { Timestamp(milliseconds: 1_745_220_609_001) },
            monotonicMilliseconds: { 1_000_000 },
            random: { count.bytes($0) })
    }

    private final class CountingChance: Sendable {
        private let next = Atomic<UInt64>(0)

        /// The count stands in front and in the end: the first and the last digits of ids differ.
        func bytes(_ count: Int) -> [UInt8] {
            let number = next.wrappingAdd(1, ordering: .relaxed).newValue
            return (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * ($0 % 4))) }
        }
    }
}

// MARK: Requests

extension WexaAgnoServer {
    struct Answer {
        let status: Int
        let text: String
        let response: Response

        init(_ response: Response) {
            self.response = response
            status = response.status
            text = String(decoding: response.body, as: UTF8.self)
        }

        var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
    }

    /// What the server answers, by the whole way through the gateway.
    /// - Parameter key: nil for the instance key, empty for none.
    func send(
        _ method: HTTP::Method, _ target: String, key: String? = nil, body: String = "",
        fields: [(String, String)] = []
    ) async throws -> Answer {
        let key = key ?? token
        let all = (key.isEmpty ? [] : [("x-api-key", key)]) + fields
        let request = try #require(Request(method, target, fields: all, body: Array(body.utf8)))
        return Answer(await gateway.answer(request))
    }

    var project: String { caller.workspace.id.prefix24 }

    /// A key of another workspace of the same organization, or of another role.
    func key(workspace: String = "default", role: Role = .owner) async throws -> String {
        var request = KeyRequest(role: role)
        request.workspace = workspace
        let made = Mutex("")
        _ = try await engine.createKey(request, call) { _, token in
            made.withLock { $0 = token }
            return Reply(status: 201, body: [])
        }
        return made.withLock { $0 }
    }
}

// MARK: Runs

extension WexaAgnoServer {
    var call: Call { call(.native) }

    func call(_ style: Style) -> Call {
        Call(caller: caller, style: style, requestID: "test", idempotency: nil)
    }

    /// Makes a workflow of steps that need nothing of each other.
    /// - Parameter steps: what each of them is, as a JSON member: `"queue":"llm"`.
    func workflow(_ name: String, _ steps: String...) async throws -> Workflow {
        let items = steps.enumerated().map { #"{"name":"step\#($0.offset)",\#($0.element)}"# }
        let document = #"{"name":"\#(name)","steps":[\#(items.joined(separator: ","))]}"#
        let parsed = try WorkflowDefinition.parse(JSONValue(parsing: document))
        let request = WorkflowRequest(
            name: name, document: document, definition: parsed.definition)
        _ = try await engine.createWorkflow(request, call) { _ in Reply(status: 201, body: []) }
        return try engine.workflow(.name(name), caller)
    }

    /// Starts a run and brings it into a state, by the same calls that workers and people make.
    func run(in state: RunState, style: Style = .native, input: String = "{}") async throws -> Run {
        let name = "workflow-\(state.rawValue)"
        let known = try? engine.workflow(.name(name), caller)
        if known == nil { try await makeWorkflow(name, for: state) }
        var start = StartRequest(plan: .workflow(.name(name)), input: input)
        let id: RunID = RunID(bytes: Array(Self.runBytes.bytes())) ?? RunID(high: 0, low: 0)
        start.id = id
        _ = try await engine.start(start, call(style)) { _ in Reply(status: 201, body: []) }
        try await bring(id, into: state)
        let run = try engine.details(RunAddress(.id(id)), caller).run
        #expect(run.state == state)
        return run
    }

    func details(_ run: Run) throws -> RunDetails {
        try engine.details(RunAddress(.id(run.id)), caller)
    }

    /// Runs all that is due.
    func tick() {
        var state = RunEngine.ClockState()
        engine.tick(&state)
    }

    private func makeWorkflow(_ name: String, for state: RunState) async throws {
        let queue = #""queue":"\#(name)""#
        switch state {
        case .waiting: _ = try await workflow(name, #""approval":"Go on?""#)
        case .failing: _ = try await workflow(name, queue, queue)
        case .queued, .running, .paused, .stopping, .succeeded, .failed, .cancelled:
            _ = try await workflow(name, queue)
        }
    }

    private func bring(_ id: RunID, into state: RunState) async throws {
        let address = RunAddress(.id(id))
        let empty: @Sendable (Outcome) throws -> Reply = { _ in Reply(status: 200, body: []) }
        switch state {
        case .queued: break
        case .waiting: tick()
        case .paused: _ = try await engine.pause(address, call, reply: empty)
        case .cancelled:
            _ = try await engine.stop(address, StopRequest(.cancel), call, reply: empty)
        case .running: _ = try await claim(state)
        case .stopping:
            _ = try await claim(state)
            _ = try await engine.stop(address, StopRequest(.cancel), call, reply: empty)
        case .succeeded: try await report(.complete(output: #""done""#), try await claim(state))
        case .failed, .failing:
            try await report(.fail(error: "broke", isRetryable: false), try await claim(state))
        }
    }

    private func claim(_ state: RunState) async throws -> [ClaimedTask] {
        tick()
        var request = ClaimRequest(worker: "worker", queues: ["workflow-\(state.rawValue)"])
        request.max = 2
        return try await engine.claim(request, call)
    }

    /// Reports on the first of the tasks.
    private func report(_ report: TaskReport, _ tasks: [ClaimedTask]) async throws {
        let task = try #require(tasks.first)
        _ = try await engine.report(report, task: task.task, token: task.lease.token, call) { _ in
            Reply(status: 200, body: [])
        }
    }

    /// Ids that no two runs share in their first 24 digits.
    private static let runBytes = RunBytes()

    private final class RunBytes: Sendable {
        private let next = Atomic<UInt64>(0)

        func bytes() -> [UInt8] {
            let number = next.wrappingAdd(1, ordering: .relaxed).newValue
            let bytes = RunID(
                high: 0x0196_5000_0000_7000 | number & 0xfff, low: 0x8000 << 48 | number)
            return bytes.bytes
        }
    }
}
