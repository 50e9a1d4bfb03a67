import Runs

/// What an execution is an execution of.
enum EntityKind: String, CaseIterable {
    case agent
    case team

    /// The kind by its word, in either case: Kubiya writes `agent`, `AGENT` and `TEAM`.
    init?(word: String) {
        self.init(rawValue: word.lowercased())
    }
}

/// The forms in which Kubiya names an execution.
enum ExecutionID {
    /// Reads the id of a path: a UUID in either case, with or without dashes, alone or as the
    /// workflow id that is derived from it. Nil for anything else, which names nothing.
    static func run(_ text: String) -> RunID? {
        for kind in EntityKind.allCases {
            let prefix = prefix(kind)
            if text.utf8.starts(with: prefix.utf8) {
                return uuid(text.dropFirst(prefix.utf8.count))
            }
        }
        return uuid(text[...])
    }

    /// The workflow id: `agent-execution-<uuid>` or `team-execution-<uuid>`.
    static func workflowID(_ run: RunID, _ kind: EntityKind) -> String { prefix(kind) + run.text }

    private static func prefix(_ kind: EntityKind) -> String { "\(kind.rawValue)-execution-" }

    private static func uuid(_ text: Substring) -> RunID? {
        RunID(String(text)) ?? RunID(hexadecimal: Array(text.utf8))
    }
}
