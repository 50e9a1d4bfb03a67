import JSON
import RunStore
import Runs
import Synchronization

@testable import RunEngine

/// An engine on a database file of its own, with a clock that the test moves. The clock's thread is
/// not started: time is looked at when the test says `tick`.
final class Stage: Sendable {
    let clock: ManualClock
    let folder: Folder
    let store: Store
    let engine: RunEngine
    /// The instance key, in workspace `default` of organization `default`.
    let caller: Caller
    /// What the engine reported of itself; a test that does not expect it finds it empty.
    let causes: Causes
    private let state = Mutex(RunEngine.ClockState())

    /// - Parameter folder: that of an earlier stage, to open its database again.
    init(
        _ clock: ManualClock = ManualClock(), folder: Folder? = nil,
        limits: EngineLimits = EngineLimits()
    ) throws {
        let folder = try folder ?? Folder()
        let causes = Causes()
        let store = try Store(path: folder.database, environment: clock.environment)
        let engine = try RunEngine(
            store: store, environment: clock.environment, limits: limits,
            report: { causes.append($0) })
        try engine.bootstrap { token in folder.token.withLock { $0 = token } }
        guard let principal = engine.authenticate(folder.token.withLock { $0 }) else {
            throw NoKey()
        }
        self.clock = clock
        self.folder = folder
        self.store = store
        self.engine = engine
        self.causes = causes
        caller = try engine.caller(principal, workspace: nil)
    }

    deinit { close() }

    /// Ends the engine as a clean stop of the server does.
    func close() {
        engine.releaseWaiters()
        store.close()
    }

    /// The same database under a new engine.
    func restarted() throws -> Stage {
        close()
        return try Stage(clock, folder: folder, limits: engine.limits)
    }

    struct NoKey: Error {}

    /// Lines that the engine wrote.
    final class Causes: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    // MARK: Time

    /// Lets time go on and the engine look at it.
    func tick(after milliseconds: Int64 = 0) {
        clock.advance(milliseconds)
        state.withLock { _ = engine.tick(&$0) }
    }

    // MARK: Doing

    func call(_ caller: Caller? = nil, idempotency: Idempotency? = nil) -> Call {
        Call(
            caller: caller ?? self.caller, style: .native, requestID: "request",
            idempotency: idempotency)
    }

    /// Makes a workflow from its native form.
    @discardableResult
    func workflow(_ json: String, as caller: Caller? = nil) async throws -> Workflow {
        let (name, definition) = try WorkflowDefinition.parse(JSONValue(parsing: json))
        let made = Box<Workflow>()
        _ = try await engine.createWorkflow(
            WorkflowRequest(name: name, document: json, definition: definition), call(caller)
        ) { workflow in made.reply(workflow) }
        return try made.value
    }

    /// Starts a run of the workflow of this name.
    @discardableResult
    func start(
        _ workflow: String, as caller: Caller? = nil,
        _ configure: (inout StartRequest) -> Void = { _ in }
    ) async throws -> Run {
        var request = StartRequest(plan: .workflow(.name(workflow)), input: "{}")
        configure(&request)
        return try await start(request, as: caller).run
    }

    func start(_ request: StartRequest, as caller: Caller? = nil) async throws -> RunDetails {
        let made = Box<RunDetails>()
        _ = try await engine.start(request, call(caller)) { details in made.reply(details) }
        return try made.value
    }

    /// What a signal did.
    struct Seen: Sendable {
        let changed: Bool
        let run: Run
    }

    /// Sends a signal of people.
    @discardableResult
    func send(
        _ signal: Signal, to run: RunID, reason: String? = nil, graceMilliseconds: Int64? = nil,
        as caller: Caller? = nil
    ) async throws -> Seen {
        let seen = Box<Seen>()
        let address = RunAddress(.id(run))
        let call = call(caller)
        let reply: @Sendable (Outcome) throws -> Reply = { outcome in
            seen.reply(Seen(changed: outcome.changed, run: outcome.run))
        }
        func stop(_ mode: StopMode) -> StopRequest {
            StopRequest(mode, reason: reason, graceMilliseconds: graceMilliseconds)
        }
        switch signal {
        case .pause: _ = try await engine.pause(address, call, reply: reply)
        case .resume: _ = try await engine.resume(address, call, reply: reply)
        case .delete: _ = try await engine.delete(address, reason: reason, call, reply: reply)
        case .terminate: _ = try await engine.stop(address, stop(.terminate), call, reply: reply)
        default: _ = try await engine.stop(address, stop(.cancel), call, reply: reply)
        }
        return try seen.value
    }

    /// Approves or rejects a step.
    @discardableResult
    func decide(_ run: RunID, _ isApproved: Bool, step: String? = nil) async throws -> Run {
        let seen = Box<Run>()
        _ = try await engine.decide(
            RunAddress(.id(run)), step: step, isApproved: isApproved, call()
        ) { outcome in seen.reply(outcome.run) }
        return try seen.value
    }
}

/// Carries a value out of the closure that builds a reply.
final class Box<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)

    func reply(_ value: Value) -> Reply {
        content.withLock { $0 = value }
        return Reply(status: 200, body: [])
    }

    var value: Value {
        get throws {
            guard let value = content.withLock({ $0 }) else { throw NothingReplied() }
            return value
        }
    }

    struct NothingReplied: Error {}
}
