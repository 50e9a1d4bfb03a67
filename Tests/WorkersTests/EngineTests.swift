import Glibc
import RunStore
import Runs
import Synchronization
import Testing

@testable import RunEngine
@testable import Workers

/// The built-in workers on a real engine and its store.
@Suite(.serialized) struct EngineTests {
    static let ignores = "trap '' TERM; while :; do sleep 0.05; done"
    /// A grace in milliseconds that nothing here is waited for as long.
    static let endless = 10 * ScriptedBoard.patienceMilliseconds

    @Test(
        arguments: [
            ("exec sleep 600", StopMode.cancel, endless, How.clean),
            (ignores, .cancel, 100, .forced),
            (ignores, .terminate, endless, .forced),
            (ignores, .delete, endless, nil),
        ] as [(String, StopMode, Int64, How?)])
    func stops(_ script: String, _ mode: StopMode, _ grace: Int64, _ how: How?) async throws {
        let house = try House()
        let worker = house.commandWorker()
        worker.start()
        let run = try await house.start(["/bin/sh", "-c", script])
        #expect(eventually { house.processes(of: run).count > 0 && house.isRunning(run) })
        try await house.stop(run, mode, graceMilliseconds: grace)
        #expect(eventually { house.processes(of: run).isEmpty })
        if let how {
            #expect(eventually { house.run(run)?.state == .cancelled })
            // A forced end may also be acknowledged just in time: the kill is ours.
            let allowed: Set<How?> = how == .forced && mode == .cancel ? [.forced, .clean] : [how]
            #expect(allowed.contains(house.run(run)?.how))
        }
        house.end { worker.drain() }
    }

    @Test func commandSucceedsAndFails() async throws {
        let house = try House()
        let worker = house.commandWorker()
        worker.start()
        let good = try await house.start(["cat"], input: #"{"a":1}"#)
        let bad = try await house.start(["/bin/sh", "-c", "echo no >&2; exit 2"])
        #expect(eventually { house.run(good)?.state == .succeeded })
        #expect(eventually { house.run(bad)?.state == .failed })
        #expect(house.run(bad)?.steps.first?.error == "exit status 2: no")
        house.end { worker.drain() }
    }

    @Test func drainPutsTheStepBackUncounted() async throws {
        let house = try House()
        let worker = house.commandWorker()
        worker.start()
        let run = try await house.start(["sleep", "600"])
        #expect(eventually { house.isRunning(run) })
        house.engine.releaseWaiters()
        worker.drain()
        let step = try #require(house.run(run)?.steps.first)
        #expect(step.state == .queued && step.failures == 0 && step.losses == 0)
        #expect(house.processes(of: run).isEmpty)
        house.close()
    }

    @Test func restartKillsAndLosesWhatIsHeld() async throws {
        let house = try House()
        // A worker whose reports do not arrive: to the next one it is what a killed server leaves.
        let isCutOff = Mutex(false)
        var board = house.commandBoard()
        board.report = { [report = board.report] (said, task, token) throws(RunError) in
            if isCutOff.withLock({ $0 }) { throw .leaseLost }
            return try report(said, task, token)
        }
        let first = house.commandWorker(board)
        first.start()
        let run = try await house.start(["sleep", "600"])
        #expect(eventually { house.processes(of: run).count == 1 && house.isRunning(run) })
        isCutOff.withLock { $0 = true }
        let found = house.commandWorker().recover()
        #expect(found == Leftovers(killed: 1, lost: 1))
        let step = try #require(house.run(run)?.steps.first)
        #expect(step.losses == 1 && step.failures == 0)
        house.end { first.drain() }
    }

    @Test func simulatedLife() async throws {
        let house = try House()
        let worker = SimulatedWorker(
            board: Board(
                engine: house.engine, worker: "$simulate", queue: .everything, environment: .live),
            milliseconds: 50)
        worker.start()
        let run = try await house.start(nil)
        #expect(eventually { house.run(run)?.state == .succeeded })
        house.end { worker.drain() }
    }
}

private func eventually(_ isTrue: () -> Bool) -> Bool {
    let end = Environment.live.monotonicMilliseconds() + ScriptedBoard.patienceMilliseconds
    let pause = Bell()
    while !isTrue() {
        guard Environment.live.monotonicMilliseconds() < end else { return false }
        pause.wait(milliseconds: 10)
    }
    return true
}

/// An engine on a store of its own, with one tenant.
final class House: Sendable {
    let engine: RunEngine
    private let store: Store
    private let folder: String
    private let call: Call

    init() throws {
        let number: RunID = Environment.live.newIdentifier()
        folder = "/tmp/signalbox-test-\(number.text)"
        mkdir(folder, 0o700)
        store = try Store(path: folder + "/signalbox.db", environment: .live)
        engine = try RunEngine(store: store, environment: .live)
        let token = Mutex("")
        try engine.bootstrap { kept in token.withLock { $0 = kept } }
        let principal = try #require(engine.authenticate(token.withLock { $0 }))
        let caller = try engine.caller(principal, workspace: nil)
        call = Call(caller: caller, style: .native, requestID: "test", idempotency: nil)
        try engine.startClock()
    }

    /// Ends the waiting first, as the server does: no claim holds up the drain.
    func end(_ drain: () -> Void) {
        engine.releaseWaiters()
        drain()
        close()
    }

    func close() {
        store.close()
        for suffix in ["", "-wal", "-shm"] { unlink(folder + "/signalbox.db" + suffix) }
        rmdir(folder)
    }

    func commandBoard() -> Board {
        Board(engine: engine, worker: "$commands", queue: .commands, environment: .live)
    }

    func commandWorker(_ board: Board? = nil) -> CommandWorker {
        CommandWorker(
            board: board ?? commandBoard(), store: folder, drainMilliseconds: 60_000)
    }

    /// Starts a run of one command, or of one task on a queue.
    func start(_ command: [String]?, input: String = "{}") async throws -> RunID {
        var plan = Plan.task(queue: "llm")
        if let command {
            let name = "w-\((Environment.live.newIdentifier() as RunID).text)"
            let kind = StepKind.command(command)
            let words = command.map { "\"\($0)\"" }.joined(separator: ",")
            let request = WorkflowRequest(
                name: name,
                document: #"{"name":"\#(name)","steps":[{"name":"work","command":[\#(words)]}]}"#,
                definition: WorkflowDefinition(steps: [StepDefinition(name: "work", kind: kind)]))
            _ = try await engine.createWorkflow(request, call) { _ in Reply(status: 201, body: []) }
            plan = .workflow(.name(name))
        }
        let request = StartRequest(plan: plan, input: input)
        let reply = try await engine.start(request, call) { details in
            Reply(status: 201, body: Array(details.run.id.text.utf8))
        }
        return try #require(RunID(String(decoding: reply.body, as: UTF8.self)))
    }

    func stop(_ run: RunID, _ mode: StopMode, graceMilliseconds: Int64) async throws {
        let address = RunAddress(.id(run))
        if mode == .delete {
            _ = try await engine.delete(address, reason: nil, call) { _ in
                Reply(status: 200, body: [])
            }
        } else {
            let request = StopRequest(mode, graceMilliseconds: graceMilliseconds)
            _ = try await engine.stop(address, request, call) { _ in Reply(status: 200, body: []) }
        }
    }

    func run(_ id: RunID) -> Run? {
        try? engine.details(RunAddress(.id(id)), call.caller).run
    }

    func isRunning(_ id: RunID) -> Bool { run(id)?.steps.first?.state == .running }

    /// The processes of the run's commands.
    func processes(of run: RunID) -> [pid_t] {
        let mark = Array("SIGNALBOX_RUN=\(run.text)".utf8)
        return ProcessTable.numbers().filter { number in
            guard let status = ProcessTable.status(of: number), !status.hasEnded else {
                return false
            }
            return ProcessTable.variables(of: number)?.contains { $0.elementsEqual(mark) } ?? false
        }
    }
}
