import JSON
import RunStore
import Runs
import Synchronization

/// Versions of workflows that were read before. A version never changes, so it is never too old.
final class Definitions: Sendable {
    /// Versions that are kept; above it all are dropped and read again when they are wanted.
    static let keptMax = 1_024

    private let kept = Mutex<[Int64: Workflow]>([:])

    /// The version of this number.
    func workflow(versionNumber: Int64, _ snapshot: Snapshot) throws -> Workflow {
        if let workflow = kept.withLock({ $0[versionNumber] }) { return workflow }
        guard let row = try snapshot.workflow(versionNumber: versionNumber) else {
            throw RunError.internalFailure
        }
        return try workflow(row)
    }

    /// A row with its document read.
    func workflow(_ row: WorkflowRow) throws -> Workflow {
        if let workflow = kept.withLock({ $0[row.versionNumber] }) { return workflow }
        let (_, definition) = try WorkflowDefinition.parse(JSONValue(parsing: row.document))
        let workflow = Workflow(
            versionNumber: row.versionNumber, id: row.id, name: row.name, version: row.version,
            document: row.document, definition: definition, createdAt: row.createdAt,
            updatedAt: row.updatedAt)
        kept.withLock { kept in
            if kept.count >= Self.keptMax { kept = [:] }
            kept[row.versionNumber] = workflow
        }
        return workflow
    }

    /// Forgets all, because a workflow got another name.
    func forget() {
        kept.withLock { $0 = [:] }
    }
}
