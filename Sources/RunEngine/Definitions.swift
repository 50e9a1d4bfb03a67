import JSON
import RunStore
import Runs
import Synchronization

/// Versions of workflows that were read before. A version never changes, so it is never too old.
final class Definitions: Sendable {
    private struct Kept {
        var workflows: [Int64: Workflow] = [:]
        var bytes = 0
    }

    private let kept = Mutex(Kept())
    /// Bytes of documents that are kept; above it all are dropped and read again when wanted.
    private let bytesMax: Int

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// The version of this number.
    func workflow(versionNumber: Int64, _ snapshot: Snapshot) throws -> Workflow {
        if let workflow = kept.withLock({ $0.workflows[versionNumber] }) { return workflow }
        guard let row = try snapshot.workflow(versionNumber: versionNumber) else {
            throw RunError.internalFailure
        }
        return try workflow(row)
    }

    /// A row with its document read.
    func workflow(_ row: WorkflowRow) throws -> Workflow {
        if let workflow = kept.withLock({ $0.workflows[row.versionNumber] }) { return workflow }
        let (_, definition) = try WorkflowDefinition.parse(JSONValue(parsing: row.document))
        let workflow = Workflow(
            versionNumber: row.versionNumber, id: row.id, name: row.name, version: row.version,
            document: row.document, definition: definition, createdAt: row.createdAt,
            updatedAt: row.updatedAt)
        kept.withLock { kept in
            let bytes = row.document.utf8.count
            if kept.bytes + bytes > bytesMax { kept = Kept() }
            kept.workflows[row.versionNumber] = workflow
            kept.bytes += bytes
        }
        return workflow
    }

    /// Forgets all, because a workflow got another name.
    func forget() {
        kept.withLock { $0 = Kept() }
    }
}
