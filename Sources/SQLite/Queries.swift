import CSQLite

/// Reads one row into a value; the row ends with the call.
package typealias ReadRow<T> = (borrowing Row) throws(SQLiteError) -> T

extension Connection {
    /// All rows of a literal statement, in order.
    /// - Parameter values: one for each `?`.
    /// - Throws: what SQLite or `read` throws; the statement is reset in any case.
    package func query<T>(
        _ sql: StaticString, _ values: [Value] = [], read: ReadRow<T>
    ) throws(SQLiteError) -> [T] {
        try rows(of: statement(sql), values, read)
    }

    /// The same for a statement put together at run time; only from fixed parts, never from input.
    package func query<T>(
        text sql: String, _ values: [Value] = [], read: ReadRow<T>
    ) throws(SQLiteError) -> [T] {
        try rows(of: statement(text: sql), values, read)
    }

    /// The first row of a literal statement, nil when there is none. The rest is not computed;
    /// a write with RETURNING has written all of its rows.
    package func first<T>(
        _ sql: StaticString, _ values: [Value] = [], read: ReadRow<T>
    ) throws(SQLiteError) -> T? {
        try firstRow(of: statement(sql), values, read)
    }

    /// The same for a statement put together at run time.
    package func first<T>(
        text sql: String, _ values: [Value] = [], read: ReadRow<T>
    ) throws(SQLiteError) -> T? {
        try firstRow(of: statement(text: sql), values, read)
    }

    /// Runs a literal statement to its end; rows it may give are passed over.
    /// - Returns: how many rows it inserted, updated or deleted; 0 for every other statement.
    @discardableResult
    package func run(_ sql: StaticString, _ values: [Value] = []) throws(SQLiteError) -> Int {
        try complete(statement(sql), values)
    }

    /// The same for a statement put together at run time.
    @discardableResult
    package func run(text sql: String, _ values: [Value] = []) throws(SQLiteError) -> Int {
        try complete(statement(text: sql), values)
    }

    /// Runs a script of any number of statements without values: schemas, migrations, settings.
    /// What came before a statement that fails stays done.
    package func execute(_ script: String) throws(SQLiteError) {
        guard sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else {
            throw SQLiteError(of: handle, sql: script)
        }
    }

    /// What a setting is, as text; empty when SQLite does not know it.
    /// - Parameter setting: a name, or `name = value` to set it first: what comes back is what
    ///   SQLite made of it.
    package func pragma(_ setting: String) throws(SQLiteError) -> String {
        try first(text: "PRAGMA \(setting)") { (row) throws(SQLiteError) in row.text(0) } ?? ""
    }

    private func rows<T>(
        of statement: Statement, _ values: [Value], _ read: ReadRow<T>
    ) throws(SQLiteError) -> [T] {
        defer { statement.finish() }
        try statement.bind(values)
        var rows: [T] = []
        let row = Row(statement.pointer)
        while try statement.step() { rows.append(try read(row)) }
        return rows
    }

    private func firstRow<T>(
        of statement: Statement, _ values: [Value], _ read: ReadRow<T>
    ) throws(SQLiteError) -> T? {
        defer { statement.finish() }
        try statement.bind(values)
        guard try statement.step() else { return nil }
        let value = try read(Row(statement.pointer))
        try statement.reset()
        return value
    }

    private func complete(_ statement: Statement, _ values: [Value]) throws(SQLiteError) -> Int {
        defer { statement.finish() }
        try statement.bind(values)
        let before = sqlite3_total_changes64(handle)
        while try statement.step() {}
        // Without this a statement that writes nothing would report what the last write did.
        guard sqlite3_total_changes64(handle) != before else { return 0 }
        return changes
    }
}
