import Runs
import SQLite

/// The answer to an earlier request with the same Idempotency-Key.
package struct StoredAnswer: Sendable {
    package let fingerprint: [UInt8]
    package let status: Int
    package let body: [UInt8]

    package init(fingerprint: [UInt8], status: Int, body: [UInt8]) {
        self.fingerprint = fingerprint
        self.status = status
        self.body = body
    }
}

extension Snapshot {
    /// The answer stored under a scope (32 bytes) of the workspace.
    package func answer(scope: [UInt8], workspace: Int64) throws -> StoredAnswer? {
        try connection.first(
            """
            SELECT fingerprint, status, body FROM idempotency
            WHERE workspace_n = ? AND scope = ?
            """, [.integer(workspace), .blob(scope)]
        ) { (row) throws(SQLiteError) in
            StoredAnswer(fingerprint: row.bytes(0), status: Int(row.int(1)), body: row.bytes(2))
        }
    }
}

extension Transaction {
    /// Stores an answer in the transaction of what it reports on (reliability I4).
    package func store(
        _ answer: StoredAnswer, scope: [UInt8], workspace: Int64, at: Timestamp
    ) throws {
        try connection.run(
            """
            INSERT INTO idempotency(workspace_n, scope, fingerprint, status, body, created_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(workspace), .blob(scope), .blob(answer.fingerprint),
                .integer(Int64(answer.status)), .blob(answer.body), .timestamp(at),
            ])
    }
}
