import CSQLite

/// What SQLite answered instead of doing the work.
package struct SQLiteError: Error, Sendable, Equatable {
    /// The extended result code; its low byte is the primary code.
    package let code: Int32
    /// The words of SQLite for this error. Not for clients: they may name tables and columns.
    package let message: String
    /// The statement that failed, without its values; empty for opening and for the connection.
    package let sql: String

    package init(code: Int32, message: String, sql: String = "") {
        self.code = code
        self.message = message
        self.sql = sql
    }

    /// A row that breaks what its table promises: for closures that read rows into types.
    package static func unreadable(_ what: String) -> SQLiteError {
        SQLiteError(code: SQLITE_MISMATCH, message: "unreadable column: \(what)")
    }

    /// Our own misuse of a statement, such as a wrong number of values.
    static func misuse(_ message: String, sql: String) -> SQLiteError {
        SQLiteError(code: SQLITE_MISUSE, message: message, sql: sql)
    }
}

extension SQLiteError {
    /// Which promise of the schema a write would have broken.
    package enum Constraint: Sendable, Equatable {
        /// UNIQUE, PRIMARY KEY or a rowid given twice.
        case unique
        case foreignKey
        case check
        case notNull
        /// A trigger refused by `RAISE(ABORT, ...)`; the message is the trigger's.
        case trigger
        /// A value of the wrong type for a STRICT table.
        case datatype
        case other
    }

    /// The primary result code, such as `SQLITE_FULL`.
    package var primaryCode: Int32 { code & 0xff }

    /// The disk or `max_page_count` is exhausted. The transaction may be rolled back already: ask
    /// `Connection.isAutocommit` before any ROLLBACK (reliability S10).
    package var isFull: Bool { primaryCode == SQLITE_FULL }

    /// A statement was cut by its deadline or by `Connection.interrupt`.
    package var isInterrupted: Bool { primaryCode == SQLITE_INTERRUPT }

    /// Another connection holds the lock.
    package var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// The file is no database, or a damaged one. Starting again does not help.
    package var isDamage: Bool {
        primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB
    }

    /// There is nothing at the path that can be opened.
    package var isUnopenable: Bool { primaryCode == SQLITE_CANTOPEN }

    package var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }

    /// The process must end and recover from the file: after such an error its view of the disk
    /// cannot be trusted (reliability S9).
    package var isFatal: Bool {
        switch primaryCode {
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_IOERR: true
        default: false
        }
    }

    /// The kind of constraint that refused the write; nil for every other error.
    package var constraint: Constraint? {
        guard isConstraint else { return nil }
        // The extended codes are macros with arithmetic, which Swift does not import:
        // SQLITE_CONSTRAINT | (n << 8).
        switch code >> 8 {
        case 6, 8, 10: return .unique
        case 3: return .foreignKey
        case 1: return .check
        case 5: return .notNull
        case 7: return .trigger
        case 12: return .datatype
        default: return .other
        }
    }
}

extension SQLiteError: CustomStringConvertible {
    package var description: String {
        "SQLite \(code): \(message)" + (sql.isEmpty ? "" : " [\(sql)]")
    }
}
