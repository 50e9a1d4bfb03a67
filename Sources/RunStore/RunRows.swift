import Runs
import SQLite

/// The rows of `run`.
enum RunColumns {
    static let names = """
        n, id, workspace_n, version_n, state, how, origin, created_at, started_at, ended_at, \
        updated_at, start_at, grace, deadline, timeout_at, last_event, steps, \(StopColumns.names)
        """

    static func read(_ row: borrowing Row) throws(SQLiteError) -> Run {
        var run = Run(
            number: row.int(0), id: try row.identifier(1), workspace: row.int(2),
            workflowVersion: row.int(3), state: try row.word(4), origin: try row.word(6),
            createdAt: row.timestamp(7), steps: try StepsColumn.steps(row, 16))
        run.how = try row.optionalWord(5)
        run.startedAt = row.optionalTimestamp(8)
        run.endedAt = row.optionalTimestamp(9)
        run.updatedAt = row.timestamp(10)
        run.startAt = row.optionalTimestamp(11)
        run.graceMilliseconds = row.optionalInt(12)
        run.deadline = row.optionalTimestamp(13)
        run.timeoutAt = row.optionalTimestamp(14)
        run.lastEvent = row.int(15)
        run.stop = try StopColumns.read(row, from: 17)
        return run
    }
}

extension Snapshot {
    private static let select = "SELECT \(RunColumns.names) FROM run"
    private static let runByID = "\(select) WHERE workspace_n = ? AND id = ?"
    private static let runByNumber = "\(select) WHERE n = ?"

    /// The run of this id in the workspace.
    package func run(_ id: RunID, workspace: Int64) throws -> Run? {
        try connection.first(
            text: Self.runByID,
            [.integer(workspace), .identifier(id)], read: RunColumns.read)
    }

    /// The run of this number. For the engine itself: no tenant is asked for.
    package func run(number: Int64) throws -> Run? {
        try connection.first(
            text: Self.runByNumber, [.integer(number)], read: RunColumns.read)
    }

    /// The run of this id in any workspace. For the built-in workers, whose tasks name it.
    package func run(anywhere id: RunID) throws -> Run? {
        for workspace in try workspaces(of: nil) {
            if let run = try run(id, workspace: workspace.number) { return run }
        }
        return nil
    }

    /// The one run of the workspace whose id lies in the range; nil for none and for several.
    package func run(in range: ClosedRange<RunID>, workspace: Int64) throws -> Run? {
        let runs = try connection.query(
            text: "\(Self.select) WHERE workspace_n = ? AND id BETWEEN ? AND ? LIMIT 2",
            [
                .integer(workspace), .identifier(range.lowerBound), .identifier(range.upperBound),
            ], read: RunColumns.read)
        return runs.count == 1 ? runs.first : nil
    }

    /// The run that its starter named so.
    package func run(alias: String, workspace: Int64) throws -> Run? {
        let number = try connection.first(
            "SELECT run_n FROM run_alias WHERE workspace_n = ? AND alias = ?",
            [.integer(workspace), .text(alias)]
        ) { (row) throws(SQLiteError) in row.int(0) }
        return try number.flatMap { try run(number: $0) }
    }

    /// Whether a run of this id is in a workspace of another organization. Only for Kubiya's
    /// terminate, the one call that tells its caller so (decisions.md, section 3).
    package func isForeign(_ range: ClosedRange<RunID>, to organization: OrganizationID) throws
        -> Bool
    {
        try connection.first(
            """
            SELECT 1 FROM workspace JOIN organization ON organization.n = organization_n
            WHERE organization.id <> ? AND EXISTS (
                SELECT 1 FROM run WHERE run.workspace_n = workspace.n AND run.id BETWEEN ? AND ?)
            """,
            [
                .identifier(organization), .identifier(range.lowerBound),
                .identifier(range.upperBound),
            ]
        ) { (row) throws(SQLiteError) in true } ?? false
    }

    /// The numbers of runs that the clock has to look at by then, earliest first.
    package func runsDue(by moment: Timestamp, limit: Int) throws -> [Int64] {
        try connection.query(
            "SELECT n FROM run WHERE wake_at <= ? ORDER BY wake_at LIMIT ?",
            [.timestamp(moment), .integer(Int64(limit))]
        ) { (row) throws(SQLiteError) in row.int(0) }
    }

    /// When the clock has to look at a run next; nil for never.
    package func nextWake() throws -> Timestamp? {
        try connection.first(
            "SELECT wake_at FROM run WHERE wake_at IS NOT NULL ORDER BY wake_at LIMIT 1"
        ) { (row) throws(SQLiteError) in row.timestamp(0) }
    }

    /// How many runs of each workspace are queued, by the workspace's number.
    package func queuedRuns() throws -> [Int64: Int] {
        let counts = try connection.query(
            """
            SELECT workspace_n, count(*) FROM run
            WHERE ended_at IS NULL AND state = 'queued' GROUP BY workspace_n
            """
        ) { (row) throws(SQLiteError) in (row.int(0), Int(row.int(1))) }
        return Dictionary(counts, uniquingKeysWith: +)
    }
}

extension Transaction {
    private static let insert = """
        INSERT INTO run(id, workspace_n, workflow_n, version_n, state, origin, created_at, \
        updated_at, start_at, grace, timeout_at, wake_at, last_event, session, steps) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// Adds a run; its number comes from the table.
    /// - Returns: the run with its number; nil when the id is taken or belongs to a deleted run.
    package func insert(
        _ run: Run, workflow: WorkflowID, session: String?, wakeAt: Timestamp?
    ) throws -> Run? {
        guard try snapshot.run(run.id, workspace: run.workspace) == nil,
            try snapshot.tombstone(run.id, workspace: run.workspace) == nil
        else { return nil }
        let workflowNumber = try connection.first(
            "SELECT n FROM workflow WHERE workspace_n = ? AND id = ?",
            [.integer(run.workspace), .identifier(workflow)]
        ) { (row) throws(SQLiteError) in row.int(0) }
        try connection.run(
            text: Self.insert,
            [
                .identifier(run.id), .integer(run.workspace), .integer(orNull: workflowNumber),
                .integer(run.workflowVersion), .text(run.state.rawValue),
                .text(run.origin.rawValue), .timestamp(run.createdAt), .timestamp(run.updatedAt),
                .timestamp(orNull: run.startAt), .integer(orNull: run.graceMilliseconds),
                .timestamp(orNull: run.timeoutAt), .timestamp(orNull: wakeAt),
                .integer(run.lastEvent), .text(orNull: session),
                .text(StepsColumn.text(run.steps)),
            ])
        var stored = run
        stored.number = connection.lastInsertRowID
        return stored
    }

    private static let update = """
        UPDATE run SET state = ?, how = ?, started_at = ?, ended_at = ?, updated_at = ?, \
        deadline = ?, timeout_at = ?, wake_at = ?, last_event = ?, steps = ?, \
        (\(StopColumns.names)) = (\(StopColumns.placeholders)) \
        WHERE n = ? AND workspace_n = ? AND state = ?
        """

    /// Writes the run as it stands now.
    /// - Parameter before: the state it was loaded in; when the row has another one by now, the
    ///   write is refused (reliability T7).
    package func update(_ run: Run, before: RunState, wakeAt: Timestamp?) throws {
        var values: [Value] = [
            .text(run.state.rawValue), .text(orNull: run.how?.rawValue),
            .timestamp(orNull: run.startedAt), .timestamp(orNull: run.endedAt),
            .timestamp(run.updatedAt), .timestamp(orNull: run.deadline),
            .timestamp(orNull: run.timeoutAt), .timestamp(orNull: wakeAt),
            .integer(run.lastEvent), .text(StepsColumn.text(run.steps)),
        ]
        values += StopColumns.values(run.stop)
        values += [.integer(run.number), .integer(run.workspace), .text(before.rawValue)]
        let changed = try connection.run(text: Self.update, values)
        guard changed == 1 else { throw SQLiteError.unreadable("run changed under its writer") }
    }

    /// Lets the clock look at a run again only later, after it could not be advanced.
    package func setAside(run number: Int64, until moment: Timestamp) throws {
        try connection.run(
            "UPDATE run SET wake_at = ? WHERE n = ?", [.timestamp(moment), .integer(number)])
    }
}
