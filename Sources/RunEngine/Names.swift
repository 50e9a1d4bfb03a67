import Runs

/// How a request names a run.
package enum RunName: Hashable, Sendable {
    case id(RunID)
    /// Wexa's 24 hexadecimal digits; a range that holds two runs names none.
    case range(ClosedRange<RunID>)
    /// Agno's free text.
    case alias(String)
}

/// How a request names a workflow.
package enum WorkflowName: Hashable, Sendable {
    case id(WorkflowID)
    /// Wexa's 24 hexadecimal digits; a range that holds two workflows names none.
    case range(ClosedRange<WorkflowID>)
    case name(String)

    /// A UUID, else a name.
    package init(text: String) {
        self = WorkflowID(text).map { .id($0) } ?? .name(text)
    }
}

/// How a request names a workspace of its organization.
package enum WorkspaceName: Hashable, Sendable {
    case id(WorkspaceID)
    case range(ClosedRange<WorkspaceID>)
    case name(String)

    /// A UUID, else a name.
    package init(text: String) {
        self = WorkspaceID(text).map { .id($0) } ?? .name(text)
    }
}

/// A run, and the workflow that the request says it belongs to. A workflow that names nothing is
/// `notFound(.workflow)`; a run of another workflow is `notFound(.run)`.
package struct RunAddress: Hashable, Sendable {
    package var run: RunName
    package var workflow: WorkflowName?

    package init(_ run: RunName, of workflow: WorkflowName? = nil) {
        self.run = run
        self.workflow = workflow
    }
}
