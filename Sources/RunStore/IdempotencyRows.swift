import Runs
import SQLite

/// The answer to an earlier request with the same Idempotency-Key.
package struct StoredAnswer: Sendable {
    package let fingerprint: [UInt8]
    package let status: Int
    package let body: [UInt8]
    package let createdAt: Timestamp

    package init(fingerprint: [UInt8], status: Int, body: [UInt8], createdAt: Timestamp) {
        self.fingerprint = fingerprint
        self.status = status
        self.body = body
        self.createdAt = createdAt
    }
}

extension Snapshot {
    /// The answer stored under a scope (32 bytes) of the workspace.
    package func answer(scope: [UInt8], workspace: Int64) throws -> StoredAnswer? {
        try connection.first(
            """
            SELECT fingerprint, status, body, created_at FROM idempotency
            WHERE workspace_n = ? AND scope = ?
            """, [.integer(workspace), .blob(scope)]
        ) { (row) throws(SQLiteError) in
            StoredAnswer(
                fingerprint: row.bytes(0), status: Int(row.int(1)), body: row.bytes(2),
                createdAt: row.timestamp(3))
        }
    }
}

extension Transaction {
    /// Stores an answer in the transaction of what it reports on (reliability I4), in place of one
    /// that is too old to be repeated.
    package func store(_ answer: StoredAnswer, scope: [UInt8], workspace: Int64) throws {
        try connection.run(
            """
            INSERT INTO idempotency(workspace_n, scope, fingerprint, status, body, created_at)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (workspace_n, scope) DO UPDATE SET fingerprint = excluded.fingerprint,
                status = excluded.status, body = excluded.body, created_at = excluded.created_at
            """,
            [
                .integer(workspace), .blob(scope), .blob(answer.fingerprint),
                .integer(Int64(answer.status)), .blob(answer.body), .timestamp(answer.createdAt),
            ])
    }
}
