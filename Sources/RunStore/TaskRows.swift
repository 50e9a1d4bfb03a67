import Runs
import SQLite

/// One attempt at a step, as its row keeps it.
package struct TaskRow: Sendable {
    package let run: Int64
    package let step: Int
    package let attempt: Int
    package let workspace: Int64
    package let queue: String
    package let state: TaskState
    package let dueAt: Timestamp
    package let worker: String?
    /// SHA-256 of the fencing token.
    package let tokenHash: [UInt8]?
    package let leaseExpiresAt: Timestamp?
    /// When its worker last called.
    package let lastCallAt: Timestamp?
}

/// Which queues to claim from.
package enum QueueFilter: Sendable {
    case named(String)
    /// Every queue but that of `command` steps.
    case everyExternal
}

enum TaskColumns {
    static let names = """
        run_n, step, attempt, workspace_n, queue, state, due_at, worker, token_hash, \
        lease_expires_at, last_call_at
        """

    static func read(_ row: borrowing Row) throws(SQLiteError) -> TaskRow {
        TaskRow(
            run: row.int(0), step: Int(row.int(1)), attempt: Int(row.int(2)),
            workspace: row.int(3), queue: row.text(4), state: try row.word(5),
            dueAt: row.timestamp(6), worker: row.optionalText(7),
            tokenHash: row.optionalBytes(8), leaseExpiresAt: row.optionalTimestamp(9),
            lastCallAt: row.optionalTimestamp(10))
    }
}

extension Snapshot {
    private static let select = "SELECT \(TaskColumns.names) FROM task"
    private static let taskOfAttempt = "\(select) WHERE run_n = ? AND step = ? AND attempt = ?"
    private static let heldOfRun = "\(select) WHERE run_n = ? AND state = 'held'"
    private static let claimableOfQueue = """
        \(select) WHERE state = 'queued' AND workspace_n = ? AND queue = ? AND due_at <= ? \
        ORDER BY due_at, run_n, step LIMIT ?
        """
    private static let claimableOfOthers = """
        \(select) WHERE state = 'queued' AND workspace_n = ? AND queue <> ? AND due_at <= ? \
        LIMIT ?
        """

    /// The task of one attempt.
    package func task(run: Int64, step: Int, attempt: Int) throws -> TaskRow? {
        try connection.first(
            text: Self.taskOfAttempt,
            [.integer(run), .integer(Int64(step)), .integer(Int64(attempt))],
            read: TaskColumns.read)
    }

    /// The attempts of a run that are in the hands of workers.
    package func heldTasks(run: Int64) throws -> [TaskRow] {
        try connection.query(
            text: Self.heldOfRun, [.integer(run)],
            read: TaskColumns.read)
    }

    /// What a workspace has to claim by then, in the order it is handed out: due time, then age.
    /// Over every queue it is in no order, because no index has one.
    package func claimable(
        _ filter: QueueFilter, workspace: Int64, by moment: Timestamp, limit: Int
    ) throws -> [TaskRow] {
        let (statement, queue) =
            switch filter {
            case .named(let queue): (Self.claimableOfQueue, queue)
            case .everyExternal: (Self.claimableOfOthers, StepDefinition.commandQueue)
            }
        return try connection.query(
            text: statement,
            [.integer(workspace), .text(queue), .timestamp(moment), .integer(Int64(limit))],
            read: TaskColumns.read)
    }

    /// Attempts whose lease is over, those longest over first.
    package func expiredTasks(by moment: Timestamp, limit: Int) throws -> [TaskRow] {
        try connection.query(
            text: """
                \(Self.select) WHERE state = 'held' AND lease_expires_at <= ?
                ORDER BY lease_expires_at LIMIT ?
                """, [.timestamp(moment), .integer(Int64(limit))], read: TaskColumns.read)
    }

    /// The attempts that a worker holds, in every workspace. For the built-in workers.
    package func heldTasks(worker: String) throws -> [TaskRow] {
        try connection.query(
            text: "\(Self.select) WHERE state = 'held' AND worker = ?", [.text(worker)],
            read: TaskColumns.read)
    }
}

extension Transaction {
    /// Adds a claimable attempt.
    /// - Parameter isParked: whether its run is paused.
    package func insertTask(
        _ run: Run, step: Int, attempt: Int, queue: String, dueAt: Timestamp, isParked: Bool
    ) throws {
        try connection.run(
            """
            INSERT INTO task(run_n, step, attempt, workspace_n, queue, state, due_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (run_n, step, attempt) DO UPDATE
            SET state = excluded.state, due_at = excluded.due_at, worker = NULL,
                token_hash = NULL, lease_expires_at = NULL, last_call_at = NULL
            """,
            [
                .integer(run.number), .integer(Int64(step)), .integer(Int64(attempt)),
                .integer(run.workspace), .text(queue),
                .text((isParked ? TaskState.parked : .queued).rawValue), .timestamp(dueAt),
            ])
    }

    /// Puts a claimable attempt into a worker's hand.
    /// - Returns: false when someone else was faster.
    package func hold(
        _ task: TaskRow, worker: String, tokenHash: [UInt8], until expiry: Timestamp,
        now: Timestamp
    ) throws -> Bool {
        try connection.run(
            """
            UPDATE task SET state = 'held', worker = ?, token_hash = ?, lease_expires_at = ?,
            last_call_at = ? WHERE run_n = ? AND step = ? AND attempt = ? AND state = 'queued'
            """,
            [
                .text(worker), .blob(tokenHash), .timestamp(expiry), .timestamp(now),
            ] + Self.key(task)) == 1
    }

    /// Moves the end of a lease and notes that its worker called.
    package func extendLease(_ task: TaskRow, until expiry: Timestamp, now: Timestamp) throws {
        try connection.run(
            """
            UPDATE task SET lease_expires_at = ?, last_call_at = ?
            WHERE run_n = ? AND step = ? AND attempt = ? AND state = 'held'
            """, [.timestamp(expiry), .timestamp(now)] + Self.key(task))
    }

    /// Ends a held attempt.
    /// - Returns: false when it is not held any more.
    @discardableResult
    package func end(_ task: TaskRow, as state: TaskState) throws -> Bool {
        try connection.run(
            """
            UPDATE task SET state = ?
            WHERE run_n = ? AND step = ? AND attempt = ? AND state = 'held'
            """, [.text(state.rawValue)] + Self.key(task)) == 1
    }

    /// Ends every attempt that nobody began, at the steps before a position.
    package func revokeClaimable(run: Int64, stepsBefore end: Int) throws {
        try connection.run(
            """
            UPDATE task SET state = 'revoked'
            WHERE run_n = ? AND step < ? AND state IN ('queued', 'parked')
            """, [.integer(run), .integer(Int64(end))])
    }

    /// Takes the run's attempts out of the queues, or puts them back.
    package func park(_ isParked: Bool, run: Int64) throws {
        try connection.run(
            "UPDATE task SET state = ? WHERE run_n = ? AND state = ?",
            [
                .text((isParked ? TaskState.parked : .queued).rawValue), .integer(run),
                .text((isParked ? TaskState.queued : .parked).rawValue),
            ])
    }

    /// Gives every lease the same end, after the wall clock jumped (L5).
    package func renewLeases(until expiry: Timestamp) throws {
        try connection.run(
            "UPDATE task SET lease_expires_at = ? WHERE state = 'held'", [.timestamp(expiry)])
    }

    /// Gives every lease at least until a moment, after a start.
    package func extendLeases(until floor: Timestamp) throws {
        try connection.run(
            """
            UPDATE task SET lease_expires_at = ?1 WHERE state = 'held' AND lease_expires_at < ?1
            """, [.timestamp(floor)])
    }

    private static func key(_ task: TaskRow) -> [Value] {
        [.integer(task.run), .integer(Int64(task.step)), .integer(Int64(task.attempt))]
    }
}
