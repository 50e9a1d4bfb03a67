import Runs
import SQLite

/// Which runs to list. Every text in it is bound, never written into the statement.
package struct RunFilter: Sendable {
    package var workspace: Int64
    package var workflow: WorkflowID?
    package var states: [RunState]?
    package var labels: [Label] = []
    package var session: String?
    package var createdAfter: Timestamp?
    package var createdBefore: Timestamp?

    package init(workspace: Int64) {
        self.workspace = workspace
    }
}

/// In which order, and from where on.
package struct RunOrder: Sendable {
    package var byUpdate: Bool
    package var isAscending: Bool
    /// The last row of the page before.
    package var after: Position?

    /// Where a row stands in the order.
    package struct Position: Hashable, Sendable {
        /// Milliseconds of the last update; 0 in the order of creation.
        package let updated: Int64
        package let number: Int64

        package init(updated: Int64, number: Int64) {
            self.updated = updated
            self.number = number
        }
    }

    package init(byUpdate: Bool, isAscending: Bool, after: Position?) {
        self.byUpdate = byUpdate
        self.isAscending = isAscending
        self.after = after
    }
}

extension Snapshot {
    /// A page of runs.
    package func runs(
        _ filter: RunFilter, _ order: RunOrder, limit: Int, offset: Int
    ) throws -> [Run] {
        var clause = Clause(filter)
        clause.add(order)
        let direction = order.isAscending ? "ASC" : "DESC"
        let by = order.byUpdate ? "updated_at \(direction), n \(direction)" : "n \(direction)"
        return try connection.query(
            text: """
                SELECT \(RunColumns.names) FROM run WHERE \(clause.text)
                ORDER BY \(by) LIMIT ? OFFSET ?
                """,
            clause.values + [.integer(Int64(limit)), .integer(Int64(offset))],
            read: RunColumns.read)
    }

    /// How many runs match.
    package func runCount(_ filter: RunFilter) throws -> Int {
        let clause = Clause(filter)
        return try connection.first(
            text: "SELECT count(*) FROM run WHERE \(clause.text)", clause.values
        ) { (row) throws(SQLiteError) in Int(row.int(0)) } ?? 0
    }
}

/// A condition put together from fixed parts, with a value for each `?`.
private struct Clause {
    var text = "workspace_n = ?"
    var values: [Value]

    init(_ filter: RunFilter) {
        values = [.integer(filter.workspace)]
        if let workflow = filter.workflow {
            // Found first, so that the index on (workspace, workflow) is used.
            add(
                "workflow_n = (SELECT n FROM workflow WHERE workspace_n = ? AND id = ?)",
                [.integer(filter.workspace), .identifier(workflow)])
        }
        if let states = filter.states {
            let places = states.map { _ in "?" }.joined(separator: ", ")
            // Said again in the words of the partial index, where only open runs are asked for.
            let isOpen = !states.contains { $0.hasEnded }
            add(
                "state IN (\(places))" + (isOpen ? " AND ended_at IS NULL" : ""),
                states.map { .text($0.rawValue) })
        }
        for label in filter.labels {
            add(
                """
                n IN (SELECT run_n FROM run_label
                    WHERE workspace_n = ? AND name = ? AND value = ?)
                """, [.integer(filter.workspace), .text(label.name), .text(label.value)])
        }
        if let session = filter.session { add("session = ?", [.text(session)]) }
        if let after = filter.createdAfter { add("created_at > ?", [.timestamp(after)]) }
        if let before = filter.createdBefore { add("created_at < ?", [.timestamp(before)]) }
    }

    mutating func add(_ order: RunOrder) {
        guard let after = order.after else { return }
        let sign = order.isAscending ? ">" : "<"
        if order.byUpdate {
            add(
                "(updated_at, n) \(sign) (?, ?)", [.integer(after.updated), .integer(after.number)])
        } else {
            add("n \(sign) ?", [.integer(after.number)])
        }
    }

    private mutating func add(_ condition: String, _ more: [Value]) {
        text += " AND \(condition)"
        values += more
    }
}
