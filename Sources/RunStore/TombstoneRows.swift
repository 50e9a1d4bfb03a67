import JSON
import Runs
import SQLite

/// What is left of a deleted run.
package struct Tombstone: Sendable {
    package let run: RunID
    package let state: RunState
    package let how: How?
    package let endedAt: Timestamp
    /// How many steps ended in which way.
    package let counts: [How: Int]
    package let deletedAt: Timestamp
    package let author: Author
    package let reason: String?
    /// The first stop, which the deletion itself may be.
    package let stop: Stop?

    /// What is left of a run that has ended.
    package init(
        of run: Run, endedAt: Timestamp, deletedAt: Timestamp, author: Author, reason: String?
    ) {
        self.run = run.id
        state = run.state
        how = run.how
        self.endedAt = endedAt
        counts = Dictionary(run.steps.compactMap(\.how).map { ($0, 1) }, uniquingKeysWith: +)
        self.deletedAt = deletedAt
        self.author = author
        self.reason = reason
        stop = run.stop
    }

    fileprivate init(_ row: borrowing Row) throws(SQLiteError) {
        run = try row.identifier(0)
        state = try row.word(1)
        how = try row.optionalWord(2)
        endedAt = row.timestamp(3)
        let members = (try? JSONValue(parsing: row.text(4)))?.asObject?.members ?? []
        counts = members.reduce(into: [:]) { counts, member in
            if let how = How(rawValue: member.name) {
                counts[how] = Int(member.value.asInteger ?? 0)
            }
        }
        deletedAt = row.timestamp(5)
        author = Author(actor: row.text(6), style: try row.word(7), requestID: row.text(8))
        reason = row.optionalText(9)
        stop = try StopColumns.read(row, from: 10)
    }
}

extension Snapshot {
    private static let select = """
        SELECT run_id, state, how, ended_at, counts, deleted_at, deleted_by, deleted_style, \
        deleted_request, deleted_reason, \(StopColumns.names) FROM tombstone \
        WHERE workspace_n = ? AND run_id BETWEEN ? AND ? LIMIT 2
        """

    /// What is left of the run of this id.
    package func tombstone(_ id: RunID, workspace: Int64) throws -> Tombstone? {
        try tombstone(in: id...id, workspace: workspace)
    }

    /// What is left of the one deleted run whose id lies in the range.
    package func tombstone(in range: ClosedRange<RunID>, workspace: Int64) throws -> Tombstone? {
        let found = try connection.query(
            text: Self.select,
            [
                .integer(workspace), .identifier(range.lowerBound), .identifier(range.upperBound),
            ]
        ) { (row) throws(SQLiteError) in try Tombstone(row) }
        return found.count == 1 ? found.first : nil
    }
}

extension Transaction {
    private static let insertTombstone = """
        INSERT INTO tombstone(workspace_n, run_id, state, how, ended_at, counts, deleted_at, \
        deleted_by, deleted_style, deleted_request, deleted_reason, \(StopColumns.names)) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \(StopColumns.placeholders))
        """

    /// Puts a tombstone in place of the run. All that refers to the run is unreachable from now on
    /// and is swept later.
    package func bury(_ run: Run, under tombstone: Tombstone) throws {
        var counts = JSONObject()
        for how in How.allCases {
            if let count = tombstone.counts[how] { counts.append(how.rawValue, .int(count)) }
        }
        let text = String(decoding: JSONValue.object(counts).serialized(), as: UTF8.self)
        try connection.run(
            text: Self.insertTombstone,
            [
                .integer(run.workspace), .identifier(run.id), .text(tombstone.state.rawValue),
                .text(orNull: tombstone.how?.rawValue), .timestamp(tombstone.endedAt),
                .text(text), .timestamp(tombstone.deletedAt), .text(tombstone.author.actor),
                .text(tombstone.author.style.rawValue), .text(tombstone.author.requestID),
                .text(orNull: tombstone.reason),
            ] + StopColumns.values(tombstone.stop))
        try unlist(run)
        try connection.run(
            "DELETE FROM run WHERE n = ? AND workspace_n = ?",
            [.integer(run.number), .integer(run.workspace)])
        try connection.run(
            "INSERT INTO sweep(run_n, workspace_n) VALUES (?, ?)",
            [.integer(run.number), .integer(run.workspace)])
    }

    /// Takes the run out of the look-ups by label and by alias.
    private func unlist(_ run: Run) throws {
        guard let (data, alias) = try snapshot.data(ofRun: run.number) else { return }
        for label in data.labels {
            try connection.run(
                """
                DELETE FROM run_label
                WHERE workspace_n = ? AND name = ? AND value = ? AND run_n = ?
                """,
                [
                    .integer(run.workspace), .text(label.name), .text(label.value),
                    .integer(run.number),
                ])
        }
        if let alias {
            try connection.run(
                "DELETE FROM run_alias WHERE workspace_n = ? AND alias = ?",
                [.integer(run.workspace), .text(alias)])
        }
    }
}
