import RunStore
import Runs

extension RunEngine {
    /// Makes a workflow, version 1.
    /// - Throws: `conflict(.workflow)` when the name is taken.
    package func createWorkflow(
        _ request: WorkflowRequest, _ call: Call,
        reply: @escaping @Sendable (Workflow) throws -> Reply
    ) async throws(RunError) -> Reply {
        try checkName(request.name, field: "name")
        return try await write(call) { [self] transaction in
            let row = try transaction.insertWorkflow(
                environment.newIdentifier(), name: request.name, document: request.document,
                workspace: call.caller.workspace.number, at: environment.now())
            guard let row else { throw RunError.conflict(.workflow) }
            return try reply(try definitions.workflow(row))
        }
    }

    /// Makes the next version of a workflow. Runs go on with the version they were started with.
    /// - Throws: `notFound(.workflow)`; `conflict(.workflow)` when another has the name.
    package func updateWorkflow(
        _ name: WorkflowName, _ request: WorkflowRequest, _ call: Call,
        reply: @escaping @Sendable (Workflow) throws -> Reply
    ) async throws(RunError) -> Reply {
        try checkName(request.name, field: "name")
        return try await write(call) { [self] transaction in
            let found = try findWorkflow(name, call.caller, transaction.snapshot)
            let row = try transaction.insertVersion(
                of: found.id, name: request.name, document: request.document,
                workspace: call.caller.workspace.number, at: environment.now())
            guard let row else { throw RunError.conflict(.workflow) }
            if found.name != request.name {
                transaction.afterCommit { [definitions] in definitions.forget() }
            }
            return try reply(try definitions.workflow(row))
        }
    }

    /// The newest version of a workflow.
    /// - Throws: `notFound(.workflow)`.
    package func workflow(_ name: WorkflowName, _ caller: Caller) throws(RunError) -> Workflow {
        try read { try findWorkflow(name, caller, $0) }
    }

    /// A page of workflows, newest first.
    /// - Parameter limit: 0 to 1,000.
    /// - Throws: `invalid(field: "cursor", ...)`.
    package func workflows(
        limit: Int, offset: Int, cursor: String?, _ call: Call
    ) async throws(RunError) -> WorkflowPage {
        let workspace = call.caller.workspace
        let seal = CursorSeal(
            secret: store.cursorSecret, context: "workflows \(workspace.id) \(call.style.rawValue)")
        let after: WorkflowID? = try cursor.map { text throws(RunError) in
            let words = try seal.open(text)
            return WorkflowID(high: words.0, low: words.1)
        }
        return try await scan { [definitions] snapshot in
            let rows = try snapshot.workflows(
                workspace: workspace.number, after: after, limit: limit + 1, offset: offset)
            let page = try rows.prefix(limit).map { try definitions.workflow($0) }
            let next =
                rows.count > limit ? page.last.map { seal.seal(($0.id.high, $0.id.low)) } : nil
            return WorkflowPage(
                workflows: page, nextCursor: next,
                total: try snapshot.workflowCount(workspace: workspace.number))
        }
    }

    func findWorkflow(
        _ name: WorkflowName, _ caller: Caller, _ snapshot: Snapshot
    ) throws -> Workflow {
        let workspace = caller.workspace.number
        let row: WorkflowRow? =
            switch name {
            case .id(let id): try snapshot.workflow(id, workspace: workspace)
            case .range(let range): try snapshot.workflow(in: range, workspace: workspace)
            case .name(let name): try snapshot.workflow(named: name, workspace: workspace)
            }
        guard let row else { throw RunError.notFound(.workflow) }
        return try definitions.workflow(row)
    }
}
