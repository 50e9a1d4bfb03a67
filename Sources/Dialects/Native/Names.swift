import Digest
import RunEngine
import Runs

extension RunName {
    /// A run as any style writes it: a UUID, `workflow_run_` + 22 base62 digits, 24 hexadecimal
    /// digits, `agent-execution-` or `team-execution-` + UUID, else Agno's free text.
    init(anyForm text: String) {
        if let id = RunID(text) {
            self = .id(id)
        } else if let id = RunID(base62: text, after: "workflow_run_") {
            self = .id(id)
        } else if let range = RunID.range(prefix: text) {
            self = .range(range)
        } else if let id = ["agent-execution-", "team-execution-"].lazy.compactMap({ prefix in
            text.hasPrefix(prefix) ? RunID(String(text.dropFirst(prefix.count))) : nil
        }).first {
            self = .id(id)
        } else {
            self = .alias(text)
        }
    }
}

extension WorkflowName {
    /// A workflow: a UUID, `workflow_` + 22 base62 digits, else its name.
    init(anyForm text: String) {
        if let id = WorkflowID(text) ?? WorkflowID(base62: text, after: "workflow_") {
            self = .id(id)
        } else {
            self = .name(text)
        }
    }
}

extension Identifier {
    fileprivate init?(base62 text: String, after prefix: String) {
        guard text.hasPrefix(prefix),
            let bytes = Base62.decodeBytes(String(text.dropFirst(prefix.count)))
        else { return nil }
        self.init(bytes: bytes)
    }
}
