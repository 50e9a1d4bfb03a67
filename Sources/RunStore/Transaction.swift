import Runs
import SQLite

/// The write connection, as an operation of the writer sees it. Used on the writer's thread only.
package final class Transaction {
    /// The same tables, to read.
    package let snapshot: Snapshot
    let connection: Connection
    /// The number that the next event gets; only rises (decisions.md, section 5).
    package internal(set) var nextEvent: Int64
    /// The number that the next version of a workflow gets. It is given once, also when the
    /// transaction is rolled back, so that a version can be remembered by it.
    var nextVersion: Int64
    /// What makes the whole batch fail: the disk is full, or the file cannot be trusted.
    private(set) var trouble: SQLiteError?
    private var afterCommit: [() -> Void] = []

    init(connection: Connection, nextEvent: Int64, nextVersion: Int64) {
        self.connection = connection
        self.nextEvent = nextEvent
        self.nextVersion = nextVersion
        snapshot = Snapshot(connection: connection)
    }

    /// Calls `body` on the writer's thread once the operation is on disk; never when it is not.
    package func afterCommit(_ body: @escaping () -> Void) {
        afterCommit.append(body)
    }

    func begin() throws {
        trouble = nil
        try connection.run("BEGIN IMMEDIATE")
    }

    func commit() throws {
        try connection.run("COMMIT")
    }

    func runAfterCommit() {
        let waiting = afterCommit
        afterCommit = []
        for body in waiting { body() }
    }

    /// Runs one operation; when it throws, nothing of it stays and its neighbours are untouched.
    package func inSavepoint<T>(_ body: () throws -> T) throws -> T {
        let effects = afterCommit.count
        try connection.run("SAVEPOINT operation")
        do {
            let value = try body()
            try connection.run("RELEASE operation")
            return value
        } catch {
            afterCommit.removeLast(afterCommit.count - effects)
            if let error = error as? SQLiteError, error.isFull || error.isFatal { trouble = error }
            // On a full disk SQLite may have ended the transaction by itself (reliability S10).
            if !connection.isAutocommit { try rollBackOperation() }
            throw (error as? SQLiteError).map(StoreError.init) ?? error
        }
    }

    private func rollBackOperation() throws {
        do {
            try connection.run("ROLLBACK TO operation")
            try connection.run("RELEASE operation")
        } catch {
            // Half of an operation would be committed with its neighbours.
            trouble = error
            throw error
        }
    }

    /// Ends a transaction that cannot be committed.
    /// - Returns: what its callers are told.
    func abandon(after error: any Error) -> StoreError {
        afterCommit = []
        if !connection.isAutocommit { _ = try? connection.run("ROLLBACK") }
        switch error {
        case let error as StoreError: return error
        case let error as SQLiteError: return StoreError(error)
        default: return .unavailable
        }
    }

    /// Writes the log back into the file and empties it, at the end of a clean stop. What fails
    /// here is done by the next start.
    func checkpoint() {
        _ = try? connection.pragma("wal_checkpoint(TRUNCATE)")
    }
}

/// The tables, to read: on a read-only connection, or inside a transaction.
package struct Snapshot {
    let connection: Connection
}
