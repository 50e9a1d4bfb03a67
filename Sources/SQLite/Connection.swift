import CSQLite

/// One connection to a database file.
///
/// It is used by one thread at a time and takes no lock of its own (`SQLITE_OPEN_NOMUTEX`), so it
/// is not Sendable: make it inside the thread or loop that owns it. Statements are compiled once
/// and kept; each is reset as soon as its rows are read, also when reading fails.
package final class Connection {
    /// Who may write. Only one connection of the process is `readWrite` (reliability S3).
    package enum Mode: Sendable {
        /// Makes the file when it is not there.
        case readWrite
        case readOnly
    }

    /// Set once, before the first connection of the process.
    private static let isConfigured = sqlite_without_memory_statistics() == SQLITE_OK

    /// How many statements made from run-time text are kept; above it they are dropped together.
    static let textStatementsMax = 64

    let handle: OpaquePointer
    private var statements: [UnsafePointer<UInt8>: OpaquePointer] = [:]
    private var textStatements: [String: OpaquePointer] = [:]
    var deadline: Int64?
    /// Looks of the progress handler that a step limit still allows.
    var looksLeft = 0

    /// Opens the database; nothing is read from the file before the first statement.
    /// - Parameter path: a file, or `:memory:` for a database that ends with the connection.
    /// - Parameter busyMilliseconds: how long a statement waits for a lock of another connection.
    /// - Throws: `SQLITE_CANTOPEN` and the like.
    package init(
        path: String, mode: Mode, busyMilliseconds: Int32 = 5_000
    ) throws(SQLiteError) {
        _ = Self.isConfigured
        let access =
            switch mode {
            case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .readOnly: SQLITE_OPEN_READONLY
            }
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            // A handle comes also with most errors, for its message; it has to be closed as well.
            let error =
                opened.map { SQLiteError(of: $0, sql: "") }
                ?? SQLiteError(code: code, message: String(cString: sqlite3_errstr(code)))
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        // First of all: `PRAGMA journal_mode = wal` fails when two connections open at once.
        sqlite3_busy_timeout(opened, busyMilliseconds)
    }

    deinit {
        while let statement = sqlite3_next_stmt(handle, nil) { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// The compiled form of a literal statement. It is found by the address of the literal, so the
    /// hot path hashes eight bytes and no text.
    func statement(_ sql: StaticString) throws(SQLiteError) -> Statement {
        precondition(sql.hasPointerRepresentation)
        let kept = statements[sql.utf8Start]
        if let kept, sqlite3_stmt_busy(kept) == 0 { return Statement(kept: kept) }
        // A closure that reads rows may run the statement it is inside of: that one is made anew.
        let bytes = UnsafeBufferPointer(start: sql.utf8Start, count: sql.utf8CodeUnitCount)
        let made = try Statement(bytes, on: handle, isKept: kept == nil)
        if kept == nil { statements[sql.utf8Start] = made.pointer }
        return made
    }

    /// The compiled form of a statement put together at run time from fixed parts (reliability N8).
    func statement(text: String) throws(SQLiteError) -> Statement {
        let kept = textStatements[text]
        if let kept, sqlite3_stmt_busy(kept) == 0 { return Statement(kept: kept) }
        let keeps = kept == nil && makeRoom()
        let made = try Array(text.utf8).withUnsafeBufferPointer { (bytes) throws(SQLiteError) in
            try Statement(bytes, on: handle, isKept: keeps)
        }
        if keeps { textStatements[text] = made.pointer }
        return made
    }

    /// - Returns: false when the cache is full of statements in use.
    private func makeRoom() -> Bool {
        guard textStatements.count >= Self.textStatementsMax else { return true }
        guard textStatements.values.allSatisfy({ sqlite3_stmt_busy($0) == 0 }) else { return false }
        for statement in textStatements.values { sqlite3_finalize(statement) }
        textStatements = [:]
        return true
    }
}
