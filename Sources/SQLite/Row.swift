import CSQLite

/// The row a statement stands on, for as long as the closure that reads it runs.
///
/// Columns count from 0. Our tables are STRICT, so a reader asks for the type it declared: SQLite
/// converts silently where it is asked for another one, and gives 0 or nothing for NULL.
package struct Row: ~Copyable {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) { self.statement = statement }

    package var columnCount: Int { Int(sqlite3_column_count(statement)) }

    /// True also for a column the row does not have.
    package func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    /// A 64-bit integer; 0 for NULL.
    package func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// nil for NULL.
    package func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

    /// True for any integer but 0.
    package func bool(_ column: Int32) -> Bool { int(column) != 0 }

    /// A floating-point number; 0 for NULL.
    package func double(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }

    /// nil for NULL.
    package func optionalDouble(_ column: Int32) -> Double? {
        isNull(column) ? nil : double(column)
    }

    /// A copy of the text; bytes that are not UTF-8 come out as U+FFFD.
    package func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// nil for NULL.
    package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// A copy of the bytes of a blob, or of the UTF-8 of a text.
    package func bytes(_ column: Int32) -> [UInt8] {
        withBytes(column) { bytes in [UInt8](bytes) }
    }

    /// nil for NULL; no bytes for an empty blob.
    package func optionalBytes(_ column: Int32) -> [UInt8]? {
        isNull(column) ? nil : bytes(column)
    }

    /// The bytes of a blob or a text where SQLite has them, without a copy.
    /// The buffer ends with the closure.
    package func withBytes<T, E: Error>(
        _ column: Int32, _ body: (UnsafeRawBufferPointer) throws(E) -> T
    ) throws(E) -> T {
        let start = sqlite3_column_blob(statement, column)
        let count = Int(sqlite3_column_bytes(statement, column))
        return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    /// The column as it is stored, for code that does not know the table.
    package func value(_ column: Int32) -> Value {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: .integer(int(column))
        case SQLITE_FLOAT: .real(double(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(bytes(column))
        default: .null
        }
    }
}
