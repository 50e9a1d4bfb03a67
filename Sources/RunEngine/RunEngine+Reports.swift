import Digest
import JSON
import RunStore
import Runs

/// What workers say of their tasks.
extension RunEngine {
    /// Takes a report on an attempt. A result for a step that was told to stop counts as its
    /// acknowledgement: it is answered as refused, and yet committed.
    /// - Throws: `leaseLost` when the attempt is not in hand under this token, also of a deleted
    ///   run; `notFound(.task)`; `illegalStep(.acknowledge)` for `stopped` outside a stop.
    package func report(
        _ report: TaskReport, task: String, token: String, _ call: Call,
        reply: @escaping @Sendable (TaskAnswer) throws -> Reply
    ) async throws(RunError) -> Reply {
        try check(report)
        guard let name = TaskName(task) else { throw .notFound(.task) }
        return try await write(call) { [self] transaction in
            let workspace = call.caller.workspace.number
            guard let run = try transaction.snapshot.run(name.run, workspace: workspace) else {
                let isGone =
                    try transaction.snapshot.tombstone(name.run, workspace: workspace) != nil
                throw isGone ? RunError.leaseLost : RunError.notFound(.task)
            }
            return try reply(try take(report, name, of: run, token: token, transaction))
        }
    }

    /// Takes a report inside a transaction.
    func take(
        _ report: TaskReport, _ name: TaskName, of run: Run, token: String,
        _ transaction: Transaction
    ) throws -> TaskAnswer {
        let workflow = try definitions.workflow(
            versionNumber: run.workflowVersion, transaction.snapshot)
        let row = try transaction.snapshot.task(
            run: run.number, step: name.step, attempt: name.attempt)
        guard let row else { throw RunError.notFound(.task) }
        guard row.state == .held, let hash = row.tokenHash,
            constantTimeEqual(hash, SHA256.hash(token)), run.steps.indices.contains(name.step),
            run.steps[name.step].attempt == name.attempt
        else { throw RunError.leaseLost }
        var change = RunChange(
            run, workflow.definition, transaction, context: context, now: environment.now())
        return try change.take(report, row)
    }

    private func check(_ report: TaskReport) throws(RunError) {
        switch report {
        case .fail(let error, _): try checkText(error, field: "error")
        case .heartbeat(let progress): try checkText(progress, field: "progress")
        case .complete, .stopped, .release, .lost: break
        }
    }
}

extension RunChange {
    /// Takes a report on the attempt of a row that is held.
    mutating func take(_ report: TaskReport, _ row: TaskRow) throws -> TaskAnswer {
        let isTold = run.steps[row.step].toldAt != nil
        var isRefused = false
        switch report {
        case .heartbeat(let progress):
            return try heartbeat(row, progress: progress)
        case .complete(let output):
            isRefused = isTold
            try settle(row, as: .completed, isLate: isTold) { change in
                try change.complete(row.step, output: output)
            }
        case .fail(let error, let isRetryable):
            isRefused = isTold
            try settle(row, as: .failed, isLate: isTold) { change in
                try change.countFailure(row.step, error: error, isRetryable: isRetryable)
            }
        case .stopped:
            guard isTold else { throw RunError.illegalStep(.acknowledge) }
            try transaction.end(row, as: .stopped)
            try acknowledge(row.step, isLate: false)
        case .release:
            try release(row, isTold: isTold)
        case .lost:
            try transaction.end(row, as: .lost)
            try countLoss(row.step)
        }
        try advance()
        try save()
        return answer(row, isRefused: isRefused, leaseExpiresAt: nil)
    }

    /// Ends an attempt by its result, or, when its worker was told to stop, by acknowledgement.
    private mutating func settle(
        _ row: TaskRow, as state: TaskState, isLate: Bool,
        _ body: (inout RunChange) throws -> Void
    ) throws {
        try transaction.end(row, as: isLate ? .stopped : state)
        if isLate {
            try acknowledge(row.step, isLate: true)
        } else {
            try body(&self)
        }
    }

    private mutating func heartbeat(_ row: TaskRow, progress: String?) throws -> TaskAnswer {
        let expiry = now.adding(milliseconds: context.limits.leaseMilliseconds)
        try transaction.extendLease(row, until: expiry, now: now)
        if let progress, run.lastEvent < context.limits.eventsMax,
            let value = try? JSONValue(parsing: progress)
        {
            try log("step.progress", step: row.step, [("progress", value)])
            try save()
        }
        return answer(row, isRefused: false, leaseExpiresAt: expiry)
    }

    private mutating func release(_ row: TaskRow, isTold: Bool) throws {
        guard !isTold else {
            try transaction.end(row, as: .stopped)
            return try acknowledge(row.step, isLate: false)
        }
        run.steps[row.step].attempt -= 1
        run.steps[row.step].worker = nil
        try queue(row.step, by: .release, dueAt: now)
        try log("step.released", step: row.step)
    }

    private func answer(
        _ row: TaskRow, isRefused: Bool, leaseExpiresAt: Timestamp?
    ) -> TaskAnswer {
        let step = run.steps[row.step]
        let isTold = step.toldAt != nil && leaseExpiresAt != nil
        return TaskAnswer(
            isRefused: isRefused, runState: run.state, stepState: step.state,
            leaseExpiresAt: leaseExpiresAt, stop: isTold ? run.stop : nil, isTold: isTold,
            stopBy: isTold ? run.deadline : nil,
            isPaused: run.state.takes(.resume) && !run.state.repeats(.resume))
    }
}
