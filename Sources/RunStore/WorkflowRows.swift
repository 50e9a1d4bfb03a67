import Runs
import SQLite

/// A workflow's version as it is stored: the document, not yet read.
package struct WorkflowRow: Sendable {
    package let versionNumber: Int64
    package let id: WorkflowID
    package let name: String
    package let version: Int
    package let document: String
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    fileprivate init(_ row: borrowing Row) throws(SQLiteError) {
        versionNumber = row.int(0)
        id = try row.identifier(1)
        name = row.text(2)
        version = Int(row.int(3))
        document = row.text(4)
        createdAt = row.timestamp(5)
        updatedAt = row.timestamp(6)
    }
}

extension Snapshot {
    private static let select = """
        SELECT v.n, w.id, w.name, v.version, v.document, w.created_at, v.created_at \
        FROM workflow w JOIN workflow_version v ON v.workflow_n = w.n
        """
    private static let newest = """
        \(select) AND v.workspace_n = w.workspace_n AND v.version = w.newest \
        WHERE w.workspace_n = ?
        """

    /// The version of this number. For the engine itself: no tenant is asked for.
    package func workflow(versionNumber: Int64) throws -> WorkflowRow? {
        try connection.first(
            text: "\(Self.select) WHERE v.n = ?", [.integer(versionNumber)]
        ) { (row) throws(SQLiteError) in try WorkflowRow(row) }
    }

    /// The newest version of the workflow of this id.
    package func workflow(_ id: WorkflowID, workspace: Int64) throws -> WorkflowRow? {
        try connection.first(
            text: "\(Self.newest) AND w.id = ?", [.integer(workspace), .identifier(id)]
        ) { (row) throws(SQLiteError) in try WorkflowRow(row) }
    }

    /// The newest version of the one workflow whose id lies in the range.
    package func workflow(
        in range: ClosedRange<WorkflowID>, workspace: Int64
    ) throws -> WorkflowRow? {
        let found = try connection.query(
            text: "\(Self.newest) AND w.id BETWEEN ? AND ? LIMIT 2",
            [
                .integer(workspace), .identifier(range.lowerBound), .identifier(range.upperBound),
            ]
        ) { (row) throws(SQLiteError) in try WorkflowRow(row) }
        return found.count == 1 ? found.first : nil
    }

    /// The newest version of the workflow of this name.
    package func workflow(named name: String, workspace: Int64) throws -> WorkflowRow? {
        try connection.first(
            text: "\(Self.newest) AND w.name = ?", [.integer(workspace), .text(name)]
        ) { (row) throws(SQLiteError) in try WorkflowRow(row) }
    }

    /// A page of workflows, newest first, from after the one of the id on.
    package func workflows(
        workspace: Int64, after id: WorkflowID?, limit: Int, offset: Int
    ) throws -> [WorkflowRow] {
        var values: [Value] = [.integer(workspace)]
        var after = ""
        if let id {
            after = "AND w.n < (SELECT n FROM workflow WHERE workspace_n = ? AND id = ?)"
            values += [.integer(workspace), .identifier(id)]
        }
        values += [.integer(Int64(limit)), .integer(Int64(offset))]
        return try connection.query(
            text: "\(Self.newest) \(after) ORDER BY w.n DESC LIMIT ? OFFSET ?", values
        ) { (row) throws(SQLiteError) in try WorkflowRow(row) }
    }

    /// How many workflows the workspace has.
    package func workflowCount(workspace: Int64) throws -> Int {
        try connection.first(
            "SELECT count(*) FROM workflow WHERE workspace_n = ?", [.integer(workspace)]
        ) { (row) throws(SQLiteError) in Int(row.int(0)) } ?? 0
    }
}

extension Transaction {
    /// Adds a workflow and its first version.
    /// - Returns: nil when the name is taken.
    package func insertWorkflow(
        _ id: WorkflowID, name: String, document: String, workspace: Int64, at: Timestamp
    ) throws -> WorkflowRow? {
        guard try snapshot.workflow(named: name, workspace: workspace) == nil else { return nil }
        try connection.run(
            """
            INSERT INTO workflow(workspace_n, id, name, newest, created_at) VALUES (?, ?, ?, 0, ?)
            """, [.integer(workspace), .identifier(id), .text(name), .timestamp(at)])
        return try insertVersion(
            of: id, name: name, document: document, workspace: workspace, at: at)
    }

    /// Adds the next version of a workflow, and gives the workflow the name.
    /// - Returns: nil when there is no such workflow or another one has the name.
    package func insertVersion(
        of id: WorkflowID, name: String, document: String, workspace: Int64, at: Timestamp
    ) throws -> WorkflowRow? {
        let namesake = try snapshot.workflow(named: name, workspace: workspace)
        if let namesake, namesake.id != id { return nil }
        let found = try connection.first(
            """
            UPDATE workflow SET newest = newest + 1, name = ? WHERE workspace_n = ? AND id = ?
            RETURNING n, newest
            """, [.text(name), .integer(workspace), .identifier(id)]
        ) { (row) throws(SQLiteError) in (row.int(0), row.int(1)) }
        guard let (number, version) = found else { return nil }
        try connection.run(
            """
            INSERT INTO workflow_version(n, workspace_n, workflow_n, version, document, created_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(nextVersion), .integer(workspace), .integer(number), .integer(version),
                .text(document),
                .timestamp(at),
            ])
        nextVersion += 1
        return try snapshot.workflow(id, workspace: workspace)
    }
}
