import Digest
import RunEngine
import Runs

/// Extend's ids: a prefix that says what is named, then 22 base62 digits.
/// - Source: Extend contract, section 1; decisions.md, section 5.
enum ExtendID {
    private static let runPrefix = "workflow_run_"
    private static let workflowPrefix = "workflow_"
    private static let workspacePrefix = "ws_"

    static func of(_ run: RunID) -> String { runPrefix + Base62.encode(bytes: run.bytes) }

    static func of(_ workflow: WorkflowID) -> String {
        workflowPrefix + Base62.encode(bytes: workflow.bytes)
    }

    /// The id of something that has none of its own, always the same for the same owner and place.
    /// - Parameter prefix: such as `file_`.
    static func derived(_ prefix: String, of owner: [UInt8], _ index: Int) -> String {
        let digest = SHA256.hash(Array("\(prefix)\(index):".utf8) + owner)
        return prefix + Base62.encode(bytes: Array(digest.prefix(16)))
    }

    /// - Returns: nil for what names no run: neither `workflow_run_` with 22 digits nor a UUID.
    static func run(_ text: String) -> RunID? {
        identifier(text, runPrefix) ?? RunID(text)
    }

    /// `workflow_` with 22 digits, a UUID, else a name.
    static func workflow(_ text: String) -> WorkflowName {
        identifier(text, workflowPrefix).map { .id($0) } ?? WorkflowName(text: text)
    }

    /// `ws_` with 22 digits, a UUID, else a name.
    static func workspace(_ text: String) -> WorkspaceName {
        identifier(text, workspacePrefix).map { .id($0) } ?? WorkspaceName(text: text)
    }

    private static func identifier<Named>(_ text: String, _ prefix: String) -> Identifier<Named>? {
        guard text.utf8.starts(with: prefix.utf8) else { return nil }
        return Base62.decodeBytes(String(text.utf8.dropFirst(prefix.utf8.count)) ?? "")
            .flatMap(Identifier.init(bytes:))
    }
}
