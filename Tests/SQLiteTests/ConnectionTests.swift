import CSQLite
import FoundationEssentials
import Glibc
import Testing

@testable import SQLite

/// A database in memory with one STRICT table.
func database() throws -> Connection {
    let connection = try Connection(path: ":memory:", mode: .readWrite)
    try connection.execute(
        """
        PRAGMA foreign_keys = ON;
        CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size REAL,
            body BLOB, parent INTEGER REFERENCES thing(id), CHECK (id <> 99)) STRICT;
        CREATE TRIGGER guard BEFORE DELETE ON thing WHEN OLD.name = 'kept'
            BEGIN SELECT RAISE(ABORT, 'guarded'); END;
        """)
    return connection
}

@Suite("Statements and rows")
struct ConnectionTests {
    @Test(
        "Every value comes back as it went in",
        arguments: [
            .null, .integer(.min), .integer(.max), .real(0.1), .real(-0.0), .text(""), .text("a"),
            .text("longer than a small string, é 😀"), .blob([]), .blob([0, 255, 0]),
            .blob([UInt8](repeating: 7, count: 100_000)),
            .text(String(repeating: "é", count: 50_000)),
        ] as [Value])
    func values(_ value: Value) throws {
        let connection = try database()
        for _ in 0..<2 {
            let read = try connection.query("SELECT ?", [value]) { (row) in row.value(0) }
            #expect(read == [value])
        }
    }

    @Test func columns() throws {
        let connection = try database()
        try connection.run(
            "INSERT INTO thing VALUES (?, ?, ?, ?, ?)", [7, "x", .real(1.5), .blob([1, 2]), nil])
        #expect(connection.lastInsertRowID == 7)
        let seen = try connection.first("SELECT id, name, size, body, parent FROM thing") { row in
            #expect(row.columnCount == 5)
            #expect(row.int(0) == 7 && row.optionalInt(0) == 7 && row.bool(0))
            #expect(row.text(1) == "x" && row.optionalText(1) == "x")
            #expect(row.double(2) == 1.5 && row.optionalDouble(2) == 1.5)
            #expect(row.bytes(3) == [1, 2] && row.optionalBytes(3) == [1, 2])
            #expect(row.withBytes(3) { $0.count } == 2)
            #expect(row.isNull(4) && row.optionalInt(4) == nil && row.optionalText(4) == nil)
            #expect(row.optionalDouble(4) == nil && row.optionalBytes(4) == nil)
            #expect(row.int(4) == 0 && row.text(4) == "" && row.bytes(4) == [])
            return true
        }
        #expect(seen == true)
    }

    @Test func counts() throws {
        let connection = try database()
        let insert: StaticString = "INSERT INTO thing (name) VALUES (?), (?)"
        #expect(try connection.run(insert, ["a", "b"]) == 2)
        #expect(try connection.run("UPDATE thing SET size = 1 WHERE name = ?", ["a"]) == 1)
        #expect(try connection.run("UPDATE thing SET size = 1 WHERE name = ?", ["none"]) == 0)
        #expect(try connection.run("SELECT * FROM thing") == 0)
        #expect(try connection.run(text: "DELETE FROM thing") == 2)
        #expect(try connection.first("SELECT id FROM thing") { row in row.int(0) } == nil)
    }

    @Test("RETURNING writes all rows, also where only the first is read")
    func returning() throws {
        let connection = try database()
        try connection.run("INSERT INTO thing (name) VALUES ('a'), ('b'), ('c')")
        let update: StaticString = "UPDATE thing SET size = 2 RETURNING id"
        #expect(try connection.first(update) { row in row.int(0) } != nil)
        let count: StaticString = "SELECT count(*) FROM thing WHERE size = 2"
        #expect(try connection.first(count) { row in row.int(0) } == 3)
        #expect(connection.isAutocommit)
    }

    @Test("A statement may run inside of the reading of itself")
    func nested() throws {
        let connection = try database()
        try connection.run("INSERT INTO thing (name) VALUES ('a'), ('b')")
        func names(_ depth: Int) throws(SQLiteError) -> [String] {
            try connection.query("SELECT name FROM thing ORDER BY id") {
                (row) throws(SQLiteError) in
                let name = row.text(0)
                return depth == 0 ? name : name + (try names(depth - 1).joined())
            }
        }
        #expect(try names(2) == ["aaabbab", "baabbab"])
        // The INSERT, and the one SELECT that is kept: the inner ones are gone.
        #expect(openStatements(connection) == 2)
    }

    @Test("After any use no statement is left open", arguments: [false, true])
    func resetAtOnce(fails: Bool) throws {
        let connection = try database()
        try connection.run("INSERT INTO thing (name) VALUES ('a'), ('b')")
        let read: ReadRow<Int64> = { (row) throws(SQLiteError) in
            if fails { throw .unreadable("id") }
            return row.int(0)
        }
        _ = try? connection.query("SELECT id FROM thing", read: read)
        _ = try? connection.first("SELECT id FROM thing", read: read)
        _ = try? connection.first(text: "SELECT id FROM thing", read: read)
        #expect(isIdle(connection))
        // A statement left open would hold the table.
        try connection.execute("DROP TABLE thing")
    }

    @Test("Statements made at run time are kept up to a limit")
    func textStatements() throws {
        let connection = try database()
        for number in 0..<Connection.textStatementsMax * 2 + 3 {
            let read = try connection.first(text: "SELECT \(number)") { row in row.int(0) }
            #expect(read == Int64(number))
            #expect(openStatements(connection) <= Connection.textStatementsMax)
        }
        #expect(openStatements(connection) == 3)
    }

    @Test("A read-only connection cannot write, and says so")
    func readOnly() throws {
        let path = "/tmp/signalbox-sqlite-\(UUID().uuidString).db"
        defer { for end in ["", "-wal", "-shm"] { unlink(path + end) } }
        let writer = try Connection(path: path, mode: .readWrite)
        #expect(try writer.pragma("journal_mode = wal") == "wal")
        try writer.execute("CREATE TABLE a (b INTEGER) STRICT")
        let reader = try Connection(path: path, mode: .readOnly)
        #expect(!writer.isReadOnly && reader.isReadOnly)
        let error = #expect(throws: SQLiteError.self) {
            try reader.run("INSERT INTO a VALUES (1)")
        }
        #expect(error?.primaryCode == SQLITE_READONLY)
    }

    private func isIdle(_ connection: Connection) -> Bool {
        statements(connection).allSatisfy { sqlite3_stmt_busy($0) == 0 }
    }

    private func openStatements(_ connection: Connection) -> Int { statements(connection).count }

    private func statements(_ connection: Connection) -> [OpaquePointer] {
        var all: [OpaquePointer] = []
        while let next = sqlite3_next_stmt(connection.handle, all.last) { all.append(next) }
        return all
    }
}
