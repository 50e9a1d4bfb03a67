import Digest
import RunStore
import Runs

/// Handing out tasks.
extension RunEngine {
    /// Tasks of the caller's workspace for a worker; waits while there are none.
    /// - Returns: none when the time is up, the server drains, or the calling task is cancelled.
    /// - Throws: `invalid` for a name, a queue or a number out of range; `limit("polls")` when the
    ///   worker's other claim still waits.
    package func claim(_ request: ClaimRequest, _ call: Call) async throws(RunError)
        -> [ClaimedTask]
    {
        try check(request)
        let workspace = call.caller.workspace.number
        let worker = Polls.Worker(workspace: workspace, name: request.worker)
        guard polls.enter(worker, max: limits.pollsMax) else { throw .limit("polls") }
        defer { polls.leave(worker) }
        let deadline = environment.monotonicMilliseconds() + request.waitMilliseconds
        let topics = request.queues.map { Hub.Topic.queue(workspace: workspace, name: $0) }
        let ticket = hub.enter(topics)
        defer { if let ticket { hub.leave(ticket) } }
        while mayGoOn(call.caller) {
            let tasks = try await claimOnce(request, workspace: workspace)
            let now = environment.monotonicMilliseconds()
            guard tasks.isEmpty, now < deadline else { return tasks }
            guard let ticket else { throw .overloaded }
            await hub.wait(ticket, until: min(deadline, now + limits.recheckMilliseconds))
        }
        return []
    }

    /// Whether a call that waits may look again: its client is there, its key still holds, and the
    /// server does not drain (reliability K4, X1).
    func mayGoOn(_ caller: Caller) -> Bool {
        !Task.isCancelled && !hub.isClosed && keys.holds(caller.keyID, now: environment.now())
    }

    /// Asks the writer only when a look shows that there is something.
    private func claimOnce(
        _ request: ClaimRequest, workspace: Int64
    ) async throws(RunError) -> [ClaimedTask] {
        let now = environment.now()
        let isThere = try read { snapshot in
            try request.queues.contains { queue in
                try !snapshot.claimable(
                    .named(queue), workspace: workspace, by: now, limit: 1
                ).isEmpty
            }
        }
        guard isThere else { return [] }
        do {
            return try await store.writer.write { [self] transaction in
                let claimable = try request.queues.flatMap { queue in
                    try transaction.snapshot.claimable(
                        .named(queue), workspace: workspace, by: now, limit: request.max)
                }
                return try hold(claimable, max: request.max, worker: request.worker, transaction)
            }
        } catch {
            throw runError(error)
        }
    }

    /// Puts the earliest of the tasks into the worker's hand.
    func hold(
        _ claimable: [TaskRow], max: Int, worker: String, _ transaction: Transaction
    ) throws -> [ClaimedTask] {
        let ordered = claimable.sorted { left, right in
            (left.dueAt, left.run, left.step) < (right.dueAt, right.run, right.step)
        }
        return try ordered.prefix(max).compactMap { try hold($0, worker: worker, transaction) }
    }

    private func hold(
        _ task: TaskRow, worker: String, _ transaction: Transaction
    ) throws -> ClaimedTask? {
        guard let run = try transaction.snapshot.run(number: task.run),
            let (data, _) = try transaction.snapshot.data(ofRun: task.run)
        else { return nil }
        let workflow = try definitions.workflow(
            versionNumber: run.workflowVersion, transaction.snapshot)
        let now = environment.now()
        let token = Hex.encode(environment.random(16))
        let expiry = now.adding(milliseconds: limits.leaseMilliseconds)
        guard
            try transaction.hold(
                task, worker: worker, tokenHash: SHA256.hash(token), until: expiry, now: now)
        else { return nil }
        let step = workflow.definition.steps[task.step]
        let timeoutAt = step.timeoutMilliseconds.map { now.adding(milliseconds: $0) }
        var change = RunChange(
            run, workflow.definition, transaction, context: context, now: now)
        try change.move(task.step, by: .begin, to: .running)
        change.run.steps[task.step].worker = worker
        try change.begin(task.step, dueAt: timeoutAt)
        try change.save()
        return ClaimedTask(
            task: TaskName(run: run.id, step: task.step, attempt: task.attempt).text, run: run.id,
            step: step, queue: task.queue, attempt: task.attempt, input: data.input,
            lease: Lease(
                token: token, expiresAt: expiry,
                heartbeatMilliseconds: limits.heartbeatMilliseconds),
            timeoutAt: timeoutAt, graceMilliseconds: change.grace(nil))
    }

    private func check(_ request: ClaimRequest) throws(RunError) {
        try checkName(request.worker, field: "worker")
        if request.worker.hasPrefix("$") {
            throw .invalid(field: "worker", reason: "must not begin with $")
        }
        guard (1...64).contains(request.queues.count) else {
            throw .invalid(field: "queues", reason: "must have 1 to 64 names")
        }
        for queue in request.queues {
            try checkName(queue, field: "queues")
            if queue.hasPrefix("$") {
                throw .invalid(field: "queues", reason: "must not begin with $")
            }
        }
        guard (1...100).contains(request.max) else {
            throw .invalid(field: "max", reason: "must be from 1 to 100")
        }
        guard (0...30_000).contains(request.waitMilliseconds) else {
            throw .invalid(field: "wait_s", reason: "must be from 0 to 30")
        }
    }
}
