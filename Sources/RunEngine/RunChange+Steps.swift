import JSON
import RunStore
import Runs

/// How single steps go on: unblocked, begun, ended.
extension RunChange {
    /// Whether a step may begin now: the run's table says, and its `start_at`.
    var mayBegin: Bool {
        (run.state.takes(.start) || run.state.takes(.proceed)) && (run.startAt ?? now) <= now
    }

    /// Makes a step claimable, from a moment on.
    mutating func queue(_ index: Int, by signal: StepSignal, dueAt: Timestamp) throws {
        guard let queue = definition.steps[index].queue else { throw RunError.internalFailure }
        try move(index, by: signal, to: .queued)
        run.steps[index].dueAt = dueAt
        try transaction.insertTask(
            run, step: index, attempt: run.steps[index].attempt + 1, queue: queue, dueAt: dueAt,
            isParked: run.state.takes(.resume) && !run.state.repeats(.resume))
        let topic = Hub.Topic.queue(workspace: run.workspace, name: queue)
        let hub = context.hub
        transaction.afterCommit { hub.wake(topic) }
    }

    /// Puts the run's tasks back into their queues, after a pause.
    func unpark() throws {
        try transaction.park(false, run: run.number)
        wakeQueues()
    }

    /// Wakes the claims that wait for what the run has in queues: a step that waited for its next
    /// attempt may be due now. One claim for each step, as each is for one.
    func wakeQueues() {
        let queues = run.steps.indices.filter { run.steps[$0].state == .queued }
            .compactMap { definition.steps[$0].queue }
        let (hub, workspace) = (context.hub, run.workspace)
        transaction.afterCommit {
            for queue in queues { hub.wake(.queue(workspace: workspace, name: queue)) }
        }
    }

    /// Opens a step whose needs are met: a task is queued, a timer runs, a person is asked.
    mutating func unblock(_ index: Int) throws {
        switch definition.steps[index].kind {
        case .queue, .command:
            try queue(index, by: .unblock, dueAt: max(now, run.startAt ?? now))
        case .sleep(let milliseconds):
            try move(index, by: .unblock, to: .running)
            try begin(index, dueAt: now.adding(milliseconds: milliseconds))
        case .approval(let question):
            try move(index, by: .unblock, to: .waiting)
            run.steps[index].startedAt = now
            run.startedAt = run.startedAt ?? now
            try log("step.waiting", step: index, [("question", .string(question))])
        }
    }

    /// Notes that an attempt at a step, or a timer, began.
    mutating func begin(_ index: Int, dueAt: Timestamp?) throws {
        run.steps[index].attempt += 1
        run.steps[index].startedAt = run.steps[index].startedAt ?? now
        run.steps[index].dueAt = dueAt
        run.steps[index].error = nil
        run.startedAt = run.startedAt ?? now
        if run.state.takes(.start) {
            try apply(.start)
        } else if run.state.takes(.proceed) {
            try apply(.proceed)
        }
        var more: [(String, JSONValue)] = []
        if let worker = run.steps[index].worker { more.append(("worker", .string(worker))) }
        try log("step.started", step: index, more)
    }

    /// Ends a step well.
    mutating func complete(_ index: Int, output: String?) throws {
        try move(index, by: .complete, to: .succeeded)
        if let output { try transaction.setOutput(output, ofStep: index, of: run) }
        try log("step.succeeded", step: index)
    }

    /// Ends an attempt badly: the step is tried again, or has failed for good, and the run with it.
    mutating func fail(_ index: Int, error: String, mayRetry: Bool) throws {
        run.steps[index].error = shortened(error)
        run.steps[index].worker = nil
        if mayRetry {
            let retry = definition.steps[index].retry
            let tries = run.steps[index].failures + run.steps[index].losses
            let shift = Int64(min(max(tries - 1, 0), 20))
            let (delay, overflow) = retry.backoffMilliseconds.multipliedReportingOverflow(
                by: 1 << shift)
            try queue(
                index, by: .retry,
                dueAt: now.adding(milliseconds: overflow ? .max : delay))
            try log("step.retried", step: index, [("error", .string(error))])
            return
        }
        try move(index, by: .fail, to: .failed)
        try log("step.failed", step: index, [("error", .string(error))])
        if !definition.steps[index].isCleanup {
            try failRun("\(definition.steps[index].name): \(error)")
        }
    }

    /// The beginning of an error: the run's row holds one of each step, and every change writes it.
    private func shortened(_ error: String) -> String {
        let bytes = error.utf8
        guard bytes.count > context.limits.stepErrorBytesMax else { return error }
        var end = bytes.index(bytes.startIndex, offsetBy: context.limits.stepErrorBytesMax)
        while end > bytes.startIndex, end.samePosition(in: error.unicodeScalars) == nil {
            end = bytes.index(before: end)
        }
        return String(error.unicodeScalars[..<end])
    }

    /// Counts an attempt that its worker reported as failed.
    mutating func countFailure(_ index: Int, error: String, isRetryable: Bool) throws {
        run.steps[index].failures += 1
        let isLeft = run.steps[index].failures < definition.steps[index].retry.attemptsMax
        try fail(index, error: error, mayRetry: isRetryable && isLeft)
    }

    /// Counts an attempt whose worker is gone. Told to stop before, it is lost for good.
    mutating func countLoss(_ index: Int) throws {
        if run.steps[index].toldAt != nil {
            try move(index, by: .acknowledge, to: .cancelled, how: .lost)
            try log("step.cancelled", step: index, [("how", .string(How.lost.rawValue))])
            return
        }
        run.steps[index].losses += 1
        let isLeft = run.steps[index].losses <= context.limits.lossesMax
        try fail(index, error: "worker_lost", mayRetry: isLeft)
    }

    /// Takes a told worker's answer as its acknowledgement.
    /// - Parameter isLate: whether it was a result, which is dropped.
    mutating func acknowledge(_ index: Int, isLate: Bool) throws {
        // Only what came before the deadline is clean (decisions.md, section 5).
        let isInTime = run.deadline.map { now < $0 } ?? true
        let how: How = isInTime ? .clean : .forced
        try move(index, by: .acknowledge, to: .cancelled, how: how)
        run.steps[index].acknowledgedAt = now
        run.steps[index].isLate = isLate
        try log(
            "step.cancelled", step: index,
            [("how", .string(how.rawValue)), ("late", .bool(isLate))])
    }

    /// Sends `fail` to the run, unless it winds down already.
    mutating func failRun(_ reason: String) throws {
        guard run.state.takes(.fail) else { return }
        failure = failure ?? reason
        if try apply(.fail) {
            try log("run.failing", ["error": .string(reason)])
            try transaction.setResult(of: run, output: nil, error: reason)
            try windDown(graceMilliseconds: grace(nil))
        }
    }

    /// The grace period: asked for, else the run's, the workflow's, the server's.
    func grace(_ asked: Int64?) -> Int64 {
        asked ?? run.graceMilliseconds ?? definition.graceMilliseconds
            ?? context.limits.graceMilliseconds
    }
}
