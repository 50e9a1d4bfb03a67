import CSQLite

/// A compiled statement on loan from a connection for one use: bind, step, finish.
struct Statement {
    let pointer: OpaquePointer
    /// Kept statements go back into the cache when they are finished, the others end there.
    let isKept: Bool

    /// Compiles exactly one statement.
    /// - Parameter bytes: UTF-8, counted without a closing NUL.
    /// - Throws: a syntax error, or misuse when there is none or more than one.
    init(
        _ bytes: UnsafeBufferPointer<UInt8>, on handle: OpaquePointer, isKept: Bool
    ) throws(SQLiteError) {
        let sql = String(decoding: bytes, as: UTF8.self)
        guard let start = bytes.baseAddress, let count = Int32(exactly: bytes.count) else {
            throw .misuse("empty or overlong statement", sql: sql)
        }
        var pointer: OpaquePointer?
        var rest: UnsafePointer<CChar>?
        let code = start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { text in
            let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
            return sqlite3_prepare_v3(handle, text, count, flags, &pointer, &rest)
        }
        guard code == SQLITE_OK else { throw SQLiteError(of: handle, sql: sql) }
        guard let pointer else { throw .misuse("no statement", sql: sql) }
        let tail = rest.map { UnsafeRawPointer($0) - UnsafeRawPointer(start) } ?? bytes.count
        guard bytes[tail...].allSatisfy({ $0 <= UInt8(ascii: " ") }) else {
            sqlite3_finalize(pointer)
            throw .misuse("more than one statement", sql: sql)
        }
        self.pointer = pointer
        self.isKept = isKept
    }

    init(kept pointer: OpaquePointer) {
        self.pointer = pointer
        isKept = true
    }

    /// - Throws: misuse unless there is a value for each `?`; `SQLITE_TOOBIG` above 1 GB.
    func bind(_ values: [Value]) throws(SQLiteError) {
        guard values.count == Int(sqlite3_bind_parameter_count(pointer)) else {
            throw .misuse("\(values.count) values for another number of parameters", sql: sql)
        }
        var index: Int32 = 0
        for value in values {
            index += 1
            guard bind(value, at: index) == SQLITE_OK else { throw failure }
        }
    }

    /// - Returns: true when there is a row to read, false when the statement is done.
    func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure
        }
    }

    /// Ends the statement before its last row. In autocommit this is where a write commits.
    func reset() throws(SQLiteError) {
        guard sqlite3_reset(pointer) == SQLITE_OK else { throw failure }
    }

    /// Gives up the snapshot and the values: no statement stays open between uses (S12).
    func finish() {
        guard isKept else {
            sqlite3_finalize(pointer)
            return
        }
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }

    private func bind(_ value: Value, at index: Int32) -> Int32 {
        switch value {
        case .null:
            return sqlite3_bind_null(pointer, index)
        case .integer(let number):
            return sqlite3_bind_int64(pointer, index, number)
        case .real(let number):
            return sqlite3_bind_double(pointer, index, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                // An empty buffer may have no address, and a null pointer would bind NULL.
                guard let start = UnsafeRawPointer(bytes.baseAddress) else {
                    return sqlite3_bind_text(pointer, index, "", 0, copied)
                }
                return sqlite3_bind_text64(
                    pointer, index, start.assumingMemoryBound(to: CChar.self),
                    UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
            }
        case .blob(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(pointer, index, 0) }
            return sqlite3_bind_blob64(pointer, index, bytes, UInt64(bytes.count), copied)
        }
    }

    private var sql: String { sqlite3_sql(pointer).map { String(cString: $0) } ?? "" }

    private var failure: SQLiteError {
        guard let handle = sqlite3_db_handle(pointer) else {
            return .misuse("statement without a connection", sql: sql)
        }
        return SQLiteError(of: handle, sql: sql)
    }
}

/// `SQLITE_TRANSIENT`: SQLite copies the bytes before the call returns. The macro is a cast of -1
/// to a function pointer, which Swift does not import.
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension SQLiteError {
    /// What the last call on this connection failed with.
    init(of handle: OpaquePointer, sql: String) {
        self.init(
            code: sqlite3_extended_errcode(handle),
            message: String(cString: sqlite3_errmsg(handle)),
            sql: sql)
    }
}
