import RunEngine
import Runs

/// What a built-in worker has of the engine: the same claims, leases, heartbeats and reports that
/// other workers have over HTTP. Everything here waits on the calling thread, never an event loop.
package struct Board: Sendable {
    /// At most so many tasks; waits at most so many milliseconds while there are none.
    package var claim: @Sendable (_ tasksMax: Int, _ waitMilliseconds: Int64) -> [ClaimedTask]
    /// Returns after the commit.
    package var report:
        @Sendable (_ report: TaskReport, _ task: String, _ token: String) throws(RunError)
            -> TaskAnswer
    /// Registers what is called right after the commit that told an attempt to stop, or took it
    /// away (`isRevoked`). It is called on a thread of the engine and may not wait for the engine.
    package var onStop:
        @Sendable (_ handler: @escaping @Sendable (_ task: String, _ isRevoked: Bool) -> Void) ->
            Void
    /// The attempts that the store says this worker holds, after a restart.
    package var held: @Sendable () -> [String]
    /// Counts attempts as lost at once.
    package var lose: @Sendable (_ tasks: [String]) -> Void
    package var environment: Environment

    package init(
        claim: @escaping @Sendable (Int, Int64) -> [ClaimedTask],
        report: @escaping @Sendable (TaskReport, String, String) throws(RunError) -> TaskAnswer,
        onStop: @escaping @Sendable (@escaping @Sendable (String, Bool) -> Void) -> Void,
        held: @escaping @Sendable () -> [String], lose: @escaping @Sendable ([String]) -> Void,
        environment: Environment
    ) {
        self.claim = claim
        self.report = report
        self.onStop = onStop
        self.held = held
        self.lose = lose
        self.environment = environment
    }
}

extension Board {
    /// The board of a real engine.
    /// - Parameter worker: the name that tasks are held under; found again after a restart.
    package init(
        engine: RunEngine, worker: String, queue: BuiltInQueue, environment: Environment
    ) {
        self.init(
            claim: { tasksMax, waitMilliseconds in
                engine.claimBuiltIn(
                    worker: worker, queue: queue, max: tasksMax, waitMilliseconds: waitMilliseconds)
            },
            report: { (report, task, token) throws(RunError) in
                try engine.reportBuiltIn(report, task: task, token: token)
            },
            onStop: { engine.onStop($0) },
            held: { engine.heldBuiltIn(worker: worker) },
            lose: { engine.loseBuiltIn(tasks: $0) },
            environment: environment)
    }

    /// How long to wait after a claim that came back early with nothing: the engine drains, or its
    /// storage fails.
    static let emptyPauseMilliseconds: Int64 = 100

    /// Claims, and never comes back with nothing before some time has passed.
    /// - Parameter bell: cuts the pause short.
    func claim(_ tasksMax: Int, waitMilliseconds: Int64, bell: Bell) -> [ClaimedTask] {
        let end = environment.monotonicMilliseconds() + waitMilliseconds
        let tasks = claim(tasksMax, waitMilliseconds)
        if tasks.isEmpty, environment.monotonicMilliseconds() < end {
            bell.wait(milliseconds: Self.emptyPauseMilliseconds)
        }
        return tasks
    }

    /// How often a result that the engine could not take is offered again, and how long after: as
    /// long as a lease lasts, after which it would be refused.
    static let offersMax = 120
    static let offerPauseMilliseconds: Int64 = 500

    /// Reports how an attempt ended, again and again while the engine is overloaded or its disk is
    /// full. Any other refusal says that the attempt is not ours any more: there is nothing to do.
    func settle(_ task: ClaimedTask, _ report: TaskReport, pause: (_ milliseconds: Int64) -> Void) {
        for _ in 0..<Self.offersMax {
            do {
                _ = try self.report(report, task.task, task.lease.token)
                return
            } catch {
                guard error.isPassing else { return }
                pause(Self.offerPauseMilliseconds)
            }
        }
    }
}

extension RunError {
    /// Whether the same report may be taken later.
    var isPassing: Bool {
        switch self {
        case .overloaded, .storageFull, .unavailable, .internalFailure: true
        case .notFound, .otherOrganization, .illegal, .illegalStep, .invalid, .conflict,
            .leaseLost, .lastInstanceKey, .keyReused, .limit:
            false
        }
    }
}
