import Runs
import SQLite

/// One row of a run's log.
package struct EventRow: Sendable {
    package let sequence: Int64
    package let runSequence: Int64
    package let kind: String
    package let at: Timestamp
    package let data: String
}

extension Snapshot {
    /// The events of a run after a number, in order.
    package func events(of run: Run, after runSequence: Int64, limit: Int) throws -> [EventRow] {
        try connection.query(
            """
            SELECT n, seq, kind, at, data FROM event
            WHERE workspace_n = ? AND run_n = ? AND seq > ? ORDER BY seq LIMIT ?
            """,
            [
                .integer(run.workspace), .integer(run.number), .integer(runSequence),
                .integer(Int64(limit)),
            ]
        ) { (row) throws(SQLiteError) in
            EventRow(
                sequence: row.int(0), runSequence: row.int(1), kind: row.text(2),
                at: row.timestamp(3), data: row.text(4))
        }
    }
}

extension Transaction {
    /// Adds an event to the run's log; the run counts it.
    /// - Parameter data: a JSON object.
    package func append(_ kind: String, _ data: String, to run: inout Run, at: Timestamp) throws {
        run.lastEvent += 1
        try connection.run(
            """
            INSERT INTO event(n, workspace_n, run_n, seq, kind, at, data)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(nextEvent), .integer(run.workspace), .integer(run.number),
                .integer(run.lastEvent), .text(kind), .timestamp(at), .text(data),
            ])
        nextEvent += 1
    }
}
