import Glibc
import Runs
import Synchronization

@testable import RunEngine
@testable import Workers

/// A board without an engine: hands out the tasks it was given, answers as it was told to, and
/// keeps what was reported.
final class ScriptedBoard: Sendable {
    struct Reported: Hashable {
        let task: String
        let report: String
    }

    private struct State {
        var waiting: [ClaimedTask] = []
        var reports: [Reported] = []
        var told: [String: Timestamp] = [:]
        var gone: Set<String> = []
        var refusals: [RunError] = []
        var lost: [String] = []
        var handlers: [@Sendable (String, Bool) -> Void] = []
    }

    /// Long enough for a slow machine; nothing waits that long when all is well.
    static let patienceMilliseconds: Int64 = 60_000

    let held: [String]
    private let state = Mutex(State())
    private let change = Bell()
    private let arrival = Bell()

    init(held: [String] = []) { self.held = held }

    var board: Board {
        Board(
            claim: { [self] in claim($0, $1) },
            report: { [self] (report, task, _) throws(RunError) in try answer(report, task) },
            onStop: { [self] handler in state.withLock { $0.handlers.append(handler) } },
            held: { [held] in held },
            lose: { [self] tasks in state.withLock { $0.lost += tasks } },
            environment: .live)
    }

    var lost: [String] { state.withLock { $0.lost } }

    var reports: [Reported] { state.withLock { $0.reports } }

    /// What was reported of a task, without the heartbeats.
    func results(of task: String) -> [String] {
        reports.filter { $0.task == task && !$0.report.hasPrefix("heartbeat") }.map(\.report)
    }

    func offer(_ tasks: [ClaimedTask]) {
        state.withLock { $0.waiting += tasks }
        arrival.ring()
    }

    /// The next reports are refused so, one each.
    func refuse(_ errors: [RunError]) { state.withLock { $0.refusals += errors } }

    /// Tells a task to stop; with `isSilent` only in the answer to its next heartbeat.
    func tell(_ task: String, graceMilliseconds: Int64, isSilent: Bool = false) {
        let stopBy = Environment.live.now().adding(milliseconds: graceMilliseconds)
        state.withLock { $0.told[task] = stopBy }
        if !isSilent { callHandlers(task, isRevoked: false) }
    }

    /// Takes a task away; with `isSilent` it is known only by the refusal of its next report.
    func revoke(_ task: String, isSilent: Bool = false) {
        state.withLock { _ = $0.gone.insert(task) }
        if !isSilent { callHandlers(task, isRevoked: true) }
    }

    /// Waits until a report makes it true, or patience is over.
    func wait(until isTrue: () -> Bool) -> Bool {
        let end = Environment.live.monotonicMilliseconds() + Self.patienceMilliseconds
        while !isTrue() {
            guard Environment.live.monotonicMilliseconds() < end else { return false }
            change.wait(milliseconds: 10)
        }
        return true
    }

    private func callHandlers(_ task: String, isRevoked: Bool) {
        for handler in state.withLock({ $0.handlers }) { handler(task, isRevoked) }
    }

    private func claim(_ tasksMax: Int, _ waitMilliseconds: Int64) -> [ClaimedTask] {
        if state.withLock({ $0.waiting.isEmpty }) {
            arrival.wait(milliseconds: min(waitMilliseconds, 50))
        }
        return state.withLock { state in
            defer { state.waiting.removeFirst(min(tasksMax, state.waiting.count)) }
            return Array(state.waiting.prefix(tasksMax))
        }
    }

    private func answer(_ report: TaskReport, _ task: String) throws(RunError) -> TaskAnswer {
        let result: Result<TaskAnswer, RunError> = state.withLock { state in
            if !state.refusals.isEmpty { return .failure(state.refusals.removeFirst()) }
            if state.gone.contains(task) { return .failure(.leaseLost) }
            state.reports.append(Reported(task: task, report: Self.text(report)))
            let stopBy = state.told[task]
            return .success(
                TaskAnswer(
                    isRefused: false, runState: stopBy == nil ? .running : .stopping,
                    stepState: .running, leaseExpiresAt: nil, stop: nil, isTold: stopBy != nil,
                    stopBy: stopBy, isPaused: false))
        }
        change.ring()
        return try result.get()
    }

    private static func text(_ report: TaskReport) -> String {
        switch report {
        case .heartbeat(let progress): "heartbeat \(progress ?? "-")"
        case .complete(let output): "complete \(output ?? "-")"
        case .fail(let error, let isRetryable): "fail \(isRetryable) \(error)"
        case .stopped: "stopped"
        case .release: "release"
        case .lost: "lost"
        }
    }
}

extension ClaimedTask {
    /// A task of its own run; `kind` is a shell script unless it says otherwise.
    static func sample(
        _ script: String, kind: StepKind? = nil, input: String = "{}",
        heartbeatMilliseconds: Int64 = 3_000
    ) -> ClaimedTask {
        let run: RunID = Environment.live.newIdentifier()
        let step = StepDefinition(name: "work", kind: kind ?? .command(["/bin/sh", "-c", script]))
        return ClaimedTask(
            task: "\(run.text)-0-1", run: run, step: step, queue: step.queue ?? "", attempt: 1,
            input: input,
            lease: Lease(
                token: "token", expiresAt: Timestamp(milliseconds: .max),
                heartbeatMilliseconds: heartbeatMilliseconds),
            timeoutAt: nil, graceMilliseconds: 10_000)
    }
}

extension CommandWorker {
    func drain() {
        beginDrain()
        finishDrain()
    }
}

extension SimulatedWorker {
    func drain() {
        beginDrain()
        finishDrain()
    }
}
