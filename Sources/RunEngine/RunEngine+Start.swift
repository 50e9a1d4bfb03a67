import JSON
import RunStore
import Runs

extension RunEngine {
    /// Starts a run of the newest version of a workflow. The answer always says `queued`.
    /// - Throws: `notFound(.workflow)`; `conflict(.run)` for an id or an alias that is taken or was
    ///   deleted; `invalid` for a label, a name or a grace period out of range; `limit`.
    package func start(
        _ request: StartRequest, _ call: Call,
        reply: @escaping @Sendable (RunDetails) throws -> Reply
    ) async throws(RunError) -> Reply {
        try check(request)
        return try await write(call) { [self] transaction in
            let now = environment.now()
            let workspace = call.caller.workspace.number
            guard queued.count(workspace: workspace) < limits.queuedRunsMax else {
                throw RunError.limit("queued_runs")
            }
            let workflow = try workflow(for: request.plan, call.caller, transaction)
            let run = newRun(request, workflow, call, at: now)
            let stored = try transaction.insert(
                run, workflow: workflow.id, session: request.session, wakeAt: nil)
            guard let stored else { throw RunError.conflict(.run) }
            let data = RunData(
                input: request.input, labels: request.labels, session: request.session)
            guard try transaction.insert(data, alias: request.alias, of: stored) else {
                throw RunError.conflict(.run)
            }
            var change = RunChange(
                stored, workflow.definition, transaction, context: context, now: now)
            try change.log("run.created", origin(call.author))
            try change.saveNew(isLeft: try change.open())
            return try reply(
                RunDetails(
                    run: change.run, data: data, workflow: workflow, alias: request.alias))
        }
    }

    private func newRun(
        _ request: StartRequest, _ workflow: Workflow, _ call: Call, at now: Timestamp
    ) -> Run {
        let steps = workflow.definition.steps.map { _ in Step() }
        var run = Run(
            number: 0, id: request.id ?? environment.newIdentifier(),
            workspace: call.caller.workspace.number, workflowVersion: workflow.versionNumber,
            state: .queued, origin: call.style, createdAt: now, steps: steps)
        run.startAt = request.startAt.flatMap { $0 > now ? $0 : nil }
        run.graceMilliseconds = request.graceMilliseconds
        run.timeoutAt = workflow.definition.timeoutMilliseconds.map {
            (run.startAt ?? now).adding(milliseconds: $0)
        }
        return run
    }

    private func workflow(
        for plan: Plan, _ caller: Caller, _ transaction: Transaction
    ) throws -> Workflow {
        switch plan {
        case .workflow(let name):
            return try findWorkflow(name, caller, transaction.snapshot)
        case .task(let queue):
            let workspace = caller.workspace.number
            if let row = try transaction.snapshot.workflow(named: queue, workspace: workspace) {
                return try definitions.workflow(row)
            }
            let document: JSONValue = [
                "name": .string(queue),
                "steps": [["name": .string(queue), "queue": .string(queue)]],
            ]
            let text = String(decoding: document.serialized(), as: UTF8.self)
            let row = try transaction.insertWorkflow(
                environment.newIdentifier(), name: queue, document: text, workspace: workspace,
                at: environment.now())
            guard let row else { throw RunError.internalFailure }
            return try definitions.workflow(row)
        }
    }

    private func check(_ request: StartRequest) throws(RunError) {
        if case .task(let queue) = request.plan {
            try checkName(queue, field: "queue")
            if queue.hasPrefix("$") {
                throw .invalid(field: "queue", reason: "must not begin with $")
            }
            // The queue names the workflow that is made for it.
            if let reason = WorkflowDefinition.refusal(ofName: queue) {
                throw .invalid(field: "queue", reason: reason)
            }
        }
        if let grace = request.graceMilliseconds, !(0...3_600_000).contains(grace) {
            throw .invalid(field: "grace_s", reason: "must be from 0 to 3600")
        }
        if let alias = request.alias { try checkName(alias, field: "run_id") }
        if let session = request.session { try checkName(session, field: "session_id") }
        guard request.labels.count <= limits.labelsMax else {
            throw .invalid(field: "labels", reason: "has more than \(limits.labelsMax) members")
        }
        var names: Set<[UInt8]> = []
        for label in request.labels {
            try checkName(label.name, field: "labels")
            if !names.insert(Array(label.name.utf8)).inserted {
                throw .invalid(field: "labels/\(label.name)", reason: "is given twice")
            }
            if label.value.utf8.count > WorkflowLimits.nameBytesMax {
                throw .invalid(field: "labels/\(label.name)", reason: "has more than 255 bytes")
            }
        }
    }

    func checkName(_ name: String, field: String) throws(RunError) {
        guard (1...WorkflowLimits.nameBytesMax).contains(name.utf8.count) else {
            throw .invalid(field: field, reason: "must have 1 to 255 bytes")
        }
    }

    /// Who did something, as events tell it.
    func origin(_ author: Author) -> JSONValue {
        [
            "actor": .string(author.actor), "dialect": .string(author.style.rawValue),
            "request_id": .string(author.requestID),
        ]
    }
}

extension RunChange {
    /// Writes a new run.
    /// - Parameter isLeft: whether steps wait for the next transaction, which the clock makes.
    fileprivate mutating func saveNew(isLeft: Bool) throws {
        let wakeAt = isLeft ? now : nextWake
        try transaction.update(run, before: before, wakeAt: wakeAt)
        wake(at: wakeAt)
        tellFollowers()
        let (queued, workspace) = (context.queued, run.workspace)
        transaction.afterCommit { queued.add(1, workspace: workspace) }
    }
}
