import RunStore
import Runs

/// What follows by itself, in the same transaction, until nothing follows.
extension RunChange {
    /// Goes on until nothing follows (decisions.md, section 1, rule 1). Every turn ends a step,
    /// opens one or moves the run, so there are never more turns than that.
    mutating func advance() throws {
        var turns = 4 * run.steps.count + 8
        while !run.state.hasEnded, try turn() {
            turns -= 1
            guard turns > 0 else { throw RunError.internalFailure }
        }
        try finish()
    }

    /// Queues what a new run can hand out at once. Timers and questions begin in a later
    /// transaction: creation always answers `queued` (decisions.md, section 6).
    /// - Returns: whether something is left for that transaction.
    mutating func open() throws -> Bool {
        guard mayBegin else { return false }
        var isLeft = false
        for index in mainSteps where definition.steps[index].needs.isEmpty {
            if definition.steps[index].queue != nil {
                try unblock(index)
            } else {
                isLeft = true
            }
        }
        return isLeft
    }

    /// - Returns: whether anything followed.
    private mutating func turn() throws -> Bool {
        if try runClock() { return true }
        if run.state.isWindingDown {
            if mainSteps.contains(where: { !run.steps[$0].state.hasEnded }) { return false }
            return try cleanUp(thenApply: .settle)
        }
        for index in mainSteps where isReady(index) { return try unblockAll(from: index) }
        if mainSteps.allSatisfy({ run.steps[$0].state == .succeeded }),
            try cleanUp(thenApply: .succeed)
        {
            return true
        }
        return try weighWaiting()
    }

    /// What is due by the clock: the run's time, the deadline, timers, attempts over their time.
    private mutating func runClock() throws -> Bool {
        if run.state.takes(.expire), let deadline = run.deadline, deadline <= now {
            try log("run.grace_over")
            try cut()
            return try apply(.expire)
        }
        if let timeoutAt = run.timeoutAt, timeoutAt <= now, run.state.takes(.fail),
            !run.state.repeats(.fail)
        {
            try failRun("timed out")
            return true
        }
        for index in run.steps.indices where run.steps[index].state == .running {
            let step = run.steps[index]
            guard let dueAt = step.dueAt, dueAt <= now, step.toldAt == nil else { continue }
            if definition.steps[index].queue == nil {
                try complete(index, output: nil)
            } else {
                try timeOut(index)
            }
            return true
        }
        return false
    }

    private mutating func timeOut(_ index: Int) throws {
        if let task = try transaction.snapshot.task(
            run: run.number, step: index, attempt: run.steps[index].attempt)
        {
            try revoke(task)
        }
        try countFailure(index, error: "timed out", isRetryable: true)
    }

    /// Whether a step's needs are met and the run lets it open. A cleanup step follows its needs
    /// however they ended.
    private func isReady(_ index: Int) -> Bool {
        let step = definition.steps[index]
        guard run.steps[index].state.takes(.unblock) else { return false }
        let isMet = step.needs.allSatisfy { need in
            step.isCleanup ? run.steps[need].state.hasEnded : run.steps[need].state == .succeeded
        }
        guard isMet else { return false }
        if step.isCleanup { return mayBegin || run.state.isWindingDown }
        if (run.startAt ?? now) > now { return false }
        // While paused, tasks are queued (and parked) and people are asked; timers do not begin.
        if case .sleep = step.kind { return mayBegin }
        return true
    }

    private mutating func unblockAll(from first: Int) throws -> Bool {
        for index in first..<mainSteps.upperBound where isReady(index) { try unblock(index) }
        return true
    }

    /// Runs the cleanup once the last task has ended, then moves the run on.
    private mutating func cleanUp(thenApply signal: Signal) throws -> Bool {
        for index in cleanupSteps where isReady(index) {
            try unblock(index)
            return true
        }
        guard cleanupSteps.allSatisfy({ run.steps[$0].state.hasEnded }) else { return false }
        return try apply(signal)
    }

    /// Tells a run that only waits for people from one that goes on.
    private mutating func weighWaiting() throws -> Bool {
        let states = run.steps.map(\.state)
        let isMoving = states.contains { $0 == .running || $0 == .queued }
        if !isMoving, states.contains(.waiting), run.state.takes(.wait) { return try apply(.wait) }
        if isMoving, run.state.repeats(.wait) { return try apply(.proceed) }
        return false
    }
}
