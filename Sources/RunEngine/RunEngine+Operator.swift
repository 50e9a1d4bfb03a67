import RunStore
import Runs

/// What a workflow file of the operator's came to.
package enum Installation: Hashable, Sendable {
    case created
    /// It differs from the newest version and is the next one now.
    case changed
    case unchanged
}

extension RunEngine {
    /// Makes a workflow of the operator's in the workspace `default` of the organization `default`,
    /// or its next version where the document has changed. Waits on the calling thread.
    /// - Throws: `notFound(.workspace)` before `bootstrap`; `invalid` for its name.
    package func install(
        _ request: WorkflowRequest
    ) throws(RunError) -> (workflow: Workflow, outcome: Installation) {
        try checkName(request.name, field: "name")
        do {
            return try writeAndWait { [self] transaction in
                guard let workspace = try operatorWorkspace(transaction.snapshot) else {
                    throw RunError.notFound(.workspace)
                }
                let snapshot = transaction.snapshot
                guard let found = try snapshot.workflow(named: request.name, workspace: workspace)
                else {
                    let row = try transaction.insertWorkflow(
                        environment.newIdentifier(), name: request.name,
                        document: request.document, workspace: workspace, at: environment.now())
                    guard let row else { throw RunError.conflict(.workflow) }
                    return (try definitions.workflow(row), .created)
                }
                let newest = try definitions.workflow(found)
                if newest.document.utf8.elementsEqual(request.document.utf8) {
                    return (newest, .unchanged)
                }
                let row = try transaction.insertVersion(
                    of: newest.id, name: request.name, document: request.document,
                    workspace: workspace, at: environment.now())
                guard let row else { throw RunError.conflict(.workflow) }
                return (try definitions.workflow(row), .changed)
            }
        } catch {
            throw runError(error)
        }
    }

    private func operatorWorkspace(_ snapshot: Snapshot) throws -> Int64? {
        guard let organization = try snapshot.organization(named: "default") else { return nil }
        return try snapshot.workspaces(of: organization.id).first { $0.name == "default" }?.number
    }
}
