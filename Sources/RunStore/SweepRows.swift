import Runs
import SQLite

extension Snapshot {
    /// Whether a deleted run left something to remove.
    package func hasSweeps() throws -> Bool {
        try connection.first("SELECT 1 FROM sweep LIMIT 1") { (row) throws(SQLiteError) in true }
            ?? false
    }
}

/// What is removed later, in slices between other work (reliability S17).
extension Transaction {
    /// Rows that one slice removes, at most.
    package static let sliceRowsMax = 500

    /// Removes a slice of what deleted runs left behind.
    /// - Returns: whether anything is left.
    package func sweepRuns() throws -> Bool {
        let next = try connection.first(
            "SELECT run_n, workspace_n FROM sweep ORDER BY run_n LIMIT 1"
        ) { (row) throws(SQLiteError) in [Value.integer(row.int(0)), .integer(row.int(1))] }
        guard let run = next else { return false }
        let room = Self.sliceRowsMax - (try sweepEvents(run, Self.sliceRowsMax))
        guard room > 0 else { return true }
        // At most one row a step each, and one in all: these need no slices.
        for table in ["step_output", "task", "run_data", "sweep"] {
            try connection.run(
                text: "DELETE FROM \(table) WHERE run_n = ? AND workspace_n = ?", run)
        }
        return true
    }

    /// Forgets idempotency rows from before a moment.
    /// - Returns: whether a whole slice was removed, so that there may be more.
    package func sweepIdempotency(before moment: Timestamp) throws -> Bool {
        try connection.run(
            """
            DELETE FROM idempotency WHERE n IN (
                SELECT n FROM (SELECT n, created_at FROM idempotency ORDER BY n LIMIT ?)
                WHERE created_at < ?)
            """, [.integer(Int64(Self.sliceRowsMax)), .timestamp(moment)]) == Self.sliceRowsMax
    }

    /// The number of the next event is kept first: the newest rows may be among those removed.
    private func sweepEvents(_ run: [Value], _ room: Int) throws -> Int {
        let removed = try connection.run(
            """
            DELETE FROM event WHERE n IN (
                SELECT n FROM event WHERE run_n = ? AND workspace_n = ? LIMIT ?)
            """, run + [.integer(Int64(room))])
        if removed > 0 {
            try connection.run("UPDATE server SET event_floor = ?", [.integer(nextEvent)])
        }
        return removed
    }
}
