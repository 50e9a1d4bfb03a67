import RunEngine
import Runs

extension RunName {
    /// Reads what stands for an execution: its UUID, or its `_id`, the first 24 digits of it.
    /// - Returns: nil for any other text, which names nothing (contract section 7, item 10).
    package init?(execution text: String) {
        if let id = RunID(text) {
            self = .id(id)
        } else if let range = RunID.range(prefix: text) {
            self = .range(range)
        } else {
            return nil
        }
    }

    /// Whether two readable names can be the same execution: a UUID and its own `_id` are.
    func agrees(with other: RunName) -> Bool {
        switch (self, other) {
        case (.id(let one), .range(let range)), (.range(let range), .id(let one)):
            range.contains(one)
        default: self == other
        }
    }
}

extension WorkflowName {
    /// Reads an `agentflow_id`: a UUID, the first 24 digits of one, or a name.
    package init(agentflow text: String) {
        self = WorkflowID.range(prefix: text).map { .range($0) } ?? WorkflowName(text: text)
    }
}

extension Workspace {
    /// The `projectID` that this workspace shows.
    var projectID: String { id.prefix24 }

    /// Whether a `projectID` names this workspace: its UUID, the first 24 digits of it, its name.
    package func isProject(_ text: String) -> Bool {
        if let id = WorkspaceID(text) { return id == self.id }
        if let range = WorkspaceID.range(prefix: text) { return range.contains(id) }
        return text == name
    }
}

/// Whether two texts name the same execution. Texts that no execution can have are compared as
/// they are.
func isSameExecution(_ one: String, _ other: String) -> Bool {
    guard let first = RunName(execution: one), let second = RunName(execution: other) else {
        return Array(one.utf8) == Array(other.utf8)
    }
    return first.agrees(with: second)
}
