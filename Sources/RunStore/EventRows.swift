import Runs
import SQLite

/// One row of a run's log.
package struct EventRow: Sendable {
    package let sequence: Int64
    package let runSequence: Int64
    package let run: RunID
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
                sequence: row.int(0), runSequence: row.int(1), run: run.id, kind: row.text(2),
                at: row.timestamp(3), data: row.text(4))
        }
    }

    /// The events of all runs of a workspace after a number, in order. Those of deleted runs are
    /// left out.
    /// - Parameter last: the number of the last row to look at, as `endOfEvents` gives it.
    package func events(
        ofWorkspace workspace: Int64, after sequence: Int64, through last: Int64, limit: Int
    ) throws -> [EventRow] {
        // In the order of the numbers, which is that of the rows: the sign and the join keep SQLite
        // from going by an index and sorting what it finds.
        try connection.query(
            """
            SELECT event.n, event.seq, run.id, event.kind, event.at, event.data
            FROM event CROSS JOIN run ON run.n = event.run_n
            WHERE event.n > ? AND event.n <= ? AND +event.workspace_n = ? AND run.workspace_n = ?
            ORDER BY event.n LIMIT ?
            """,
            [
                .integer(sequence), .integer(last), .integer(workspace), .integer(workspace),
                .integer(Int64(limit)),
            ]
        ) { (row) throws(SQLiteError) in
            EventRow(
                sequence: row.int(0), runSequence: row.int(1), run: try row.identifier(2),
                kind: row.text(3), at: row.timestamp(4), data: row.text(5))
        }
    }

    /// Where a slice of so many events ends that begins after a number.
    /// - Returns: nil when there are not that many.
    package func endOfEvents(after sequence: Int64, rows: Int) throws -> Int64? {
        try connection.first(
            "SELECT n FROM event WHERE n > ? ORDER BY n LIMIT 1 OFFSET ?",
            [.integer(sequence), .integer(Int64(rows - 1))]
        ) { (row) throws(SQLiteError) in row.int(0) }
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
