import CSQLite
import Glibc
import Testing

@testable import SQLite

/// A statement that fails and how its error is classified.
struct Failure: Sendable {
    let sql: String
    var values: [Value] = []
    let code: Int32
    var constraint: SQLiteError.Constraint?
}

@Suite("Failures and how they are told apart")
struct FailureTests {
    @Test(arguments: [
        Failure(
            sql: "INSERT INTO thing (name) VALUES ('a')", code: SQLITE_CONSTRAINT,
            constraint: .unique),
        Failure(
            sql: "INSERT INTO thing (id, name) VALUES (1, 'b')", code: SQLITE_CONSTRAINT,
            constraint: .unique),
        Failure(
            sql: "INSERT INTO thing (name, parent) VALUES ('b', 55)", code: SQLITE_CONSTRAINT,
            constraint: .foreignKey),
        Failure(
            sql: "INSERT INTO thing (id, name) VALUES (99, 'b')", code: SQLITE_CONSTRAINT,
            constraint: .check),
        Failure(
            sql: "INSERT INTO thing (name) VALUES (?)", values: [nil], code: SQLITE_CONSTRAINT,
            constraint: .notNull),
        Failure(
            sql: "INSERT INTO thing (name, size) VALUES ('b', 'x')", code: SQLITE_CONSTRAINT,
            constraint: .datatype),
        Failure(
            sql: "DELETE FROM thing WHERE name = 'kept'", code: SQLITE_CONSTRAINT,
            constraint: .trigger),
        Failure(sql: "SELEKT 1", code: SQLITE_ERROR),
        Failure(sql: "SELECT ?", code: SQLITE_MISUSE),
        Failure(sql: "SELECT ?", values: [1, 2], code: SQLITE_MISUSE),
        Failure(sql: "SELECT 1; SELECT 2", code: SQLITE_MISUSE),
        Failure(sql: "", code: SQLITE_MISUSE),
        Failure(sql: "-- nothing", code: SQLITE_MISUSE),
    ])
    func classified(_ row: Failure) throws {
        let connection = try database()
        try connection.run("INSERT INTO thing (id, name) VALUES (1, 'a'), (2, 'kept')")
        let error = #expect(throws: SQLiteError.self) {
            try connection.run(text: row.sql, row.values)
        }
        #expect(error?.primaryCode == row.code)
        #expect(error?.constraint == row.constraint)
        #expect(error?.isConstraint == (row.constraint != nil))
        #expect(error?.sql == row.sql)
        #expect(error?.isFatal == false && error?.isFull == false && error?.isBusy == false)
        // The next statement is not troubled by the failed one.
        #expect(try connection.first("SELECT count(*) FROM thing") { row in row.int(0) } == 2)
    }

    @Test(
        "Which codes end the process (reliability S9)",
        arguments: [
            (SQLITE_CORRUPT, true), (SQLITE_NOTADB, true), (SQLITE_READONLY, true),
            (SQLITE_CANTOPEN, true), (SQLITE_IOERR, true), (SQLITE_IOERR | 4 << 8, true),
            (SQLITE_FULL, false), (SQLITE_BUSY, false), (SQLITE_CONSTRAINT, false),
            (SQLITE_INTERRUPT, false), (SQLITE_ERROR, false), (SQLITE_TOOBIG, false),
        ])
    func fatal(_ code: Int32, isFatal: Bool) {
        #expect(SQLiteError(code: code, message: "").isFatal == isFatal)
    }

    @Test("A missing file and a file that is none")
    func opening() throws {
        let missing = #expect(throws: SQLiteError.self) {
            _ = try Connection(path: "/nowhere/at/all.db", mode: .readOnly)
        }
        #expect(missing?.primaryCode == SQLITE_CANTOPEN)
        let other = try Connection(path: #filePath, mode: .readOnly)
        let error = #expect(throws: SQLiteError.self) { try other.pragma("schema_version") }
        #expect(error?.primaryCode == SQLITE_NOTADB)
    }

    @Test("A full database rolls back the transaction by itself; afterwards it works again")
    func full() throws {
        let connection = try database()
        try connection.execute("PRAGMA max_page_count = 20; BEGIN IMMEDIATE")
        let insert: StaticString = "INSERT INTO thing (name, body) VALUES (?, ?)"
        let error = #expect(throws: SQLiteError.self) {
            for number in 0..<100 {
                let body = [UInt8](repeating: 1, count: 4_000)
                try connection.run(insert, [.text("n\(number)"), .blob(body)])
            }
        }
        #expect(error?.isFull == true && error?.isFatal == false)
        if !connection.isAutocommit { try connection.run("ROLLBACK") }
        #expect(try connection.run(insert, ["again", nil]) == 1)
    }

    @Test("A second writer is busy")
    func busy() throws {
        let path = "/tmp/signalbox-busy-\(UInt64.random(in: 0 ... .max)).db"
        defer { for end in ["", "-journal"] { unlink(path + end) } }
        let one = try Connection(path: path, mode: .readWrite)
        let other = try Connection(path: path, mode: .readWrite, busyMilliseconds: 0)
        try one.run("BEGIN IMMEDIATE")
        #expect(!one.isAutocommit)
        let error = #expect(throws: SQLiteError.self) { try other.run("BEGIN IMMEDIATE") }
        #expect(error?.isBusy == true)
        try one.run("COMMIT")
        #expect(one.isAutocommit)
        try other.run("BEGIN IMMEDIATE")
    }
}

@Suite("Deadlines")
struct DeadlineTests {
    static let endless: StaticString = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n
        """

    @Test(
        "The shorter of two limits cuts, in either order",
        arguments: [(20, 60_000), (60_000, 20), (0, 60_000), (-5, 60_000), (.max, 20)])
    func cut(outer: Int64, inner: Int64) throws {
        let connection = try database()
        let error = #expect(throws: SQLiteError.self) {
            try connection.withDeadline(milliseconds: outer) { () throws(SQLiteError) in
                try connection.withDeadline(milliseconds: inner) { () throws(SQLiteError) in
                    _ = try connection.run(Self.endless)
                }
            }
        }
        #expect(error?.isInterrupted == true)
        // The limit went with its body.
        #expect(connection.deadline == nil)
        #expect(try connection.first(Self.bounded) { row in row.int(0) } == 100_000)
    }

    private static let bounded: StaticString = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000)
        SELECT max(i) FROM n
        """

    @Test("What is quick is not cut")
    func quick() throws {
        let connection = try database()
        let read = try connection.withDeadline(milliseconds: 60_000) { () throws(SQLiteError) in
            try connection.first(Self.bounded) { (row) throws(SQLiteError) in row.int(0) }
        }
        #expect(read == 100_000)
    }

    @Test("Interrupting an idle connection harms nothing")
    func interruptIdle() throws {
        let connection = try database()
        connection.interrupt()
        #expect(try connection.first("SELECT 1") { row in row.int(0) } == 1)
    }
}
