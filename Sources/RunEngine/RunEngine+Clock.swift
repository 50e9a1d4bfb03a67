import RunStore
import Runs

/// What happens by time alone: timers, deadlines, leases that are over, what is swept.
extension RunEngine {
    /// Runs looked at in one transaction.
    static let dueRunsMax = 100
    /// Such transactions in one look at the clock, so that everything else gets its turn.
    static let dueBatchesMax = 16
    /// How long a run that cannot be advanced is left alone, so that it holds up nobody else.
    static let setAsideMilliseconds: Int64 = 60_000
    /// How often what is left over is swept when nothing calls for it.
    static let sweepMilliseconds: Int64 = 60_000
    /// How often the use of keys is written down.
    static let keysMilliseconds: Int64 = 60_000
    /// A jump of the wall clock that leases follow (reliability L5).
    static let jumpMilliseconds: Int64 = 5_000

    /// What the clock remembers from look to look.
    package struct ClockState: Sendable {
        fileprivate var rescueAt: Int64 = .min
        fileprivate var sweepAt: Int64 = .min
        fileprivate var keysAt: Int64 = .min
        fileprivate var recheckAt: Int64 = .min
        fileprivate var offset: Int64?

        package init() {}
    }

    /// Starts the thread that looks at the clock, after leases were given a full length (L5).
    package func startClock() throws {
        let floor = environment.now().adding(milliseconds: limits.leaseMilliseconds)
        try writeAndWait { try $0.extendLeases(until: floor) }
        startThread(named: "clock") { [self] in
            var state = ClockState()
            while !hub.isClosed {
                alarm.beginLook()
                alarm.sleep(until: tick(&state))
            }
        }
    }

    /// Does all that is due, on the calling thread.
    /// - Returns: when to look again, by the monotonic clock in milliseconds.
    @discardableResult
    package func tick(_ state: inout ClockState) -> Int64 {
        let monotonic = environment.monotonicMilliseconds()
        let now = environment.now()
        var next = monotonic + limits.rescueMilliseconds
        do {
            try followJump(&state, now: now, monotonic: monotonic)
            if monotonic >= state.rescueAt {
                try rescue()
                state.rescueAt = monotonic + limits.rescueMilliseconds
            }
            try noteKeys(&state, monotonic: monotonic)
            if let wakeAt = try advanceDue() {
                next = min(next, monotonic + max(0, wakeAt.milliseconds - now.milliseconds))
            }
            if try monotonic >= state.sweepAt || read({ try $0.hasSweeps() }) {
                let isMore = try sweep(now)
                state.sweepAt = isMore ? monotonic : monotonic + Self.sweepMilliseconds
                if isMore { next = monotonic }
            }
        } catch {
            report("clock: \(error)")
        }
        if monotonic >= state.recheckAt {
            feed.wakeRefused { keys.holds($0, now: now) }
            state.recheckAt = monotonic + limits.recheckMilliseconds
        }
        if let wake = hub.wakeDue(by: environment.monotonicMilliseconds()) {
            next = min(next, wake)
        }
        return next
    }

    /// Advances every run that is due.
    /// - Returns: when the next one is.
    private func advanceDue() throws -> Timestamp? {
        for _ in 0..<Self.dueBatchesMax {
            let next = try read { try $0.nextWake() }
            guard let next, next <= environment.now() else { return next }
            try writeAndWait { [self] transaction in
                let now = environment.now()
                for number in try transaction.snapshot.runsDue(by: now, limit: Self.dueRunsMax) {
                    advance(number, now, transaction)
                }
            }
        }
        return environment.now()
    }

    private func advance(_ number: Int64, _ now: Timestamp, _ transaction: Transaction) {
        do {
            try transaction.inSavepoint {
                try update(number, now, transaction) { change in
                    try change.advance()
                    change.wakeQueues()
                }
            }
        } catch {
            report("advance: \(error)")
            let later = now.adding(milliseconds: Self.setAsideMilliseconds)
            _ = try? transaction.setAside(run: number, until: later)
        }
    }

    /// Gives up on attempts whose lease is over.
    private func rescue() throws {
        let overdue = try read {
            try $0.expiredTasks(by: environment.now(), limit: Self.dueRunsMax)
        }
        guard !overdue.isEmpty else { return }
        try writeAndWait { [self] transaction in
            let now = environment.now()
            for task in try transaction.snapshot.expiredTasks(by: now, limit: Self.dueRunsMax) {
                rescue(task, now, transaction)
            }
        }
    }

    private func rescue(_ task: TaskRow, _ now: Timestamp, _ transaction: Transaction) {
        do {
            try transaction.inSavepoint { try lose(task, now, transaction) }
        } catch {
            report("rescue: \(error)")
            let later = now.adding(milliseconds: Self.setAsideMilliseconds)
            _ = try? transaction.extendLease(task, until: later, now: task.lastCallAt ?? now)
        }
    }

    /// Ends an attempt as lost and lets follow what follows; nothing when it is not in hand, as
    /// after the loss of another one that ended its run.
    func lose(_ task: TaskRow, _ now: Timestamp, _ transaction: Transaction) throws {
        guard try transaction.end(task, as: .lost) else { return }
        try update(task.run, now, transaction) { change in
            guard change.run.steps[task.step].attempt == task.attempt else { return }
            try change.countLoss(task.step)
            try change.advance()
        }
    }

    private func update(
        _ number: Int64, _ now: Timestamp, _ transaction: Transaction,
        _ body: (inout RunChange) throws -> Void
    ) throws {
        guard let run = try transaction.snapshot.run(number: number) else { return }
        let workflow = try definitions.workflow(
            versionNumber: run.workflowVersion, transaction.snapshot)
        var change = RunChange(run, workflow.definition, transaction, context: context, now: now)
        try body(&change)
        try change.save()
    }

    /// Lets leases begin anew when the wall clock jumped against the monotonic one.
    private func followJump(
        _ state: inout ClockState, now: Timestamp, monotonic: Int64
    ) throws {
        let offset = now.milliseconds - monotonic
        let jump = offset - (state.offset ?? offset)
        state.offset = offset
        guard abs(jump) > Self.jumpMilliseconds else { return }
        report("the wall clock jumped by \(jump) ms: leases begin anew")
        // Moving each by the jump would be wrong for those that a worker took or kept since.
        let expiry = now.adding(milliseconds: limits.leaseMilliseconds)
        try writeAndWait { try $0.renewLeases(until: expiry) }
    }

    /// Writes down which keys were used, once a minute at most (reliability K2).
    private func noteKeys(_ state: inout ClockState, monotonic: Int64) throws {
        guard monotonic >= state.keysAt else { return }
        state.keysAt = monotonic + Self.keysMilliseconds
        let uses = keys.takeUses()
        if !uses.isEmpty { try writeAndWait { try $0.noteUse(of: uses) } }
    }

    /// Removes a slice of what deleted runs left, and of old idempotency rows.
    /// - Returns: whether there may be more.
    private func sweep(_ now: Timestamp) throws -> Bool {
        let before = now.adding(milliseconds: -limits.idempotencyMilliseconds)
        return try writeAndWait { transaction in
            let runs = try transaction.sweepRuns()
            let keys = try transaction.sweepIdempotency(before: before)
            return runs || keys
        }
    }
}
