import SQLite
import Testing

@testable import RunStore

@Suite("The schema guards itself")
struct SchemaTests {
    /// The tables in memory, with an organization, a workspace, a workflow and its version 1.
    private func database() throws -> Connection {
        let connection = try Connection(path: ":memory:", mode: .readWrite)
        try connection.execute("PRAGMA foreign_keys = ON")
        for script in Schema.migrations { try connection.execute(script) }
        try connection.execute(
            """
            INSERT INTO organization VALUES (1, zeroblob(16), 'o', 0);
            INSERT INTO workspace VALUES (1, 1, zeroblob(16), 'w', 0);
            INSERT INTO workflow VALUES (1, 1, zeroblob(16), 'f', 1, 0);
            INSERT INTO workflow_version VALUES (1, 1, 1, 1, '{}', 0);
            """)
        return connection
    }

    static let ended = ["succeeded", "failed", "cancelled"]
    static let states = ["queued", "running", "waiting", "paused", "failing", "stopping"] + ended

    /// The columns of a run in a state that is in order, as SQL.
    private func run(_ state: String) -> [String: String] {
        var columns = [
            "workspace_n": "1", "id": "randomblob(16)", "workflow_n": "1", "version_n": "1",
            "state": "'\(state)'", "origin": "'native'", "created_at": "0", "updated_at": "0",
            "last_event": "0", "steps": "'[]'",
        ]
        if Self.ended.contains(state) { columns["ended_at"] = "1" }
        if state == "cancelled" { columns["how"] = "'clean'" }
        if ["stopping", "cancelled"].contains(state) {
            columns["stop_at"] = "1"
            columns["stop_mode"] = "'cancel'"
        }
        return columns
    }

    private func insert(_ columns: [String: String], into table: String) -> String {
        let sorted = columns.sorted { $0.key < $1.key }
        let names = sorted.map(\.key).joined(separator: ", ")
        let values = sorted.map(\.value).joined(separator: ", ")
        return "INSERT INTO \(table)(\(names)) VALUES (\(values))"
    }

    @Test("An ended state is final, whatever is written", arguments: ended, states)
    func trigger(_ from: String, _ to: String) throws {
        let connection = try database()
        try connection.run(text: insert(run(from), into: "run"))
        let columns = run(to)
        let update = """
            UPDATE run SET state = '\(to)', ended_at = \(columns["ended_at"] ?? "NULL"),
                how = \(columns["how"] ?? "NULL"), stop_at = \(columns["stop_at"] ?? "NULL"),
                stop_mode = \(columns["stop_mode"] ?? "NULL")
            """
        guard from != to else {
            return #expect(try connection.run(text: update) == 1)
        }
        let error = #expect(throws: SQLiteError.self) { try connection.run(text: update) }
        #expect(error?.constraint == .trigger && error?.message == "an ended state is final")
        let kept = try connection.first("SELECT state FROM run") { row in row.text(0) }
        #expect(kept == from)
    }

    @Test("Every state of the table can be written, from every open one", arguments: states)
    func openStates(_ state: String) throws {
        let connection = try database()
        for from in Self.states where !Self.ended.contains(from) {
            try connection.run(text: insert(run(from), into: "run"))
        }
        try connection.run(text: insert(run(state), into: "run"))
        let columns = run(state)
        #expect(
            try connection.run(
                text: """
                    UPDATE run SET state = '\(state)', ended_at = \(columns["ended_at"] ?? "NULL"),
                        how = \(columns["how"] ?? "NULL"), stop_at = 1, stop_mode = 'cancel'
                    WHERE ended_at IS NULL
                    """) == (Self.ended.contains(state) ? 6 : 7))
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let state: String
        let change: [String: String]
        let constraint: SQLiteError.Constraint

        init(
            _ state: String, _ change: [String: String],
            _ constraint: SQLiteError.Constraint = .check
        ) {
            self.state = state
            self.change = change
            self.constraint = constraint
        }

        var testDescription: String { "\(state): \(change)" }
    }

    @Test(
        "What a run's row must not say",
        arguments: [
            Fault("queued", ["state": "'ended'"]), Fault("queued", ["state": "''"]),
            Fault("queued", ["state": "'queue'"]), Fault("queued", ["state": "'queued running'"]),
            Fault("queued", ["state": "'QUEUED'"]), Fault("queued", ["state": "' queued'"]),
            Fault("queued", ["state": "NULL"], .notNull),
            Fault("queued", ["ended_at": "1"]), Fault("succeeded", ["ended_at": "NULL"]),
            Fault("cancelled", ["ended_at": "NULL"]),
            Fault("cancelled", ["how": "NULL"]), Fault("failed", ["how": "'clean'"]),
            Fault("cancelled", ["how": "'unstarted'"]), Fault("running", ["how": "'forced'"]),
            Fault("stopping", ["stop_at": "NULL", "stop_mode": "NULL"]),
            Fault("cancelled", ["stop_at": "NULL", "stop_mode": "NULL"]),
            Fault("running", ["stop_at": "1"]), Fault("running", ["stop_mode": "'cancel'"]),
            Fault("running", ["stop_at": "1", "stop_mode": "'kill'"]),
            Fault("running", ["origin": "'none'"]), Fault("running", ["origin": "NULL"], .notNull),
            Fault("running", ["id": "zeroblob(15)"]), Fault("running", ["id": "'x'"], .datatype),
            Fault("running", ["created_at": "'now'"], .datatype),
            Fault("running", ["last_event": "9223372036854775807 + 1"], .datatype),
            Fault("running", ["steps": "x'00'"], .datatype),
            Fault("running", ["workspace_n": "NULL"], .notNull),
            Fault("running", ["workspace_n": "2"], .foreignKey),
            Fault("running", ["version_n": "2"], .foreignKey),
        ])
    func runFaults(_ fault: Fault) throws {
        let connection = try database()
        let columns = run(fault.state).merging(fault.change) { _, new in new }
        let error = #expect(throws: SQLiteError.self) {
            try connection.run(text: insert(columns, into: "run"))
        }
        #expect(error?.constraint == fault.constraint, "\(String(describing: error))")
    }

    @Test(
        "What a task's row must not say",
        arguments: [
            Fault("queued", ["state": "'claimed'"]), Fault("queued", ["state": "'running'"]),
            Fault("held", ["worker": "NULL"]), Fault("held", ["token_hash": "NULL"]),
            Fault("held", ["lease_expires_at": "NULL"]), Fault("held", ["last_call_at": "NULL"]),
            Fault("held", ["token_hash": "zeroblob(31)"]),
            Fault("queued", ["due_at": "NULL"], .notNull),
            Fault("queued", ["workspace_n": "NULL"], .notNull),
            Fault("held", ["run_n": "7"], .unique),
        ])
    func taskFaults(_ fault: Fault) throws {
        let connection = try database()
        func task(_ state: String, run: Int) -> [String: String] {
            var columns = [
                "run_n": "\(run)", "step": "0", "attempt": "1", "workspace_n": "1",
                "queue": "'q'", "state": "'\(state)'", "due_at": "0",
            ]
            guard state == "held" else { return columns }
            columns["worker"] = "'w'"
            columns["token_hash"] = "zeroblob(32)"
            columns["lease_expires_at"] = "1"
            columns["last_call_at"] = "1"
            return columns
        }
        try connection.run(text: insert(task(fault.state, run: 7), into: "task"))
        let columns = task(fault.state, run: 8).merging(fault.change) { _, new in new }
        let error = #expect(throws: SQLiteError.self) {
            try connection.run(text: insert(columns, into: "task"))
        }
        #expect(error?.constraint == fault.constraint, "\(String(describing: error))")
    }

    private static let key = "INSERT INTO api_key VALUES ('k', zeroblob(32)"

    @Test(
        "What other rows must not say",
        arguments: [
            ("INSERT INTO server VALUES (2, 1, 1, zeroblob(32))", .check),
            ("INSERT INTO server VALUES (1, 1, 1, zeroblob(31))", .check),
            (
                "\(key), 'workspace', 'owner', 1, NULL, 0, NULL, NULL, NULL, '')",
                .check
            ),
            (
                "\(key), 'organization', 'owner', 1, 1, 0, NULL, NULL, NULL, '')",
                .check
            ),
            (
                "\(key), 'workspace', 'root', 1, 1, 0, NULL, NULL, NULL, '')",
                .check
            ),
            (
                "\(key), 'workspace', 'owner', 2, 1, 0, NULL, NULL, NULL, '')",
                .foreignKey
            ),
            ("INSERT INTO organization VALUES (2, randomblob(16), 'o', 0)", .unique),
            ("INSERT INTO workspace VALUES (2, 1, randomblob(16), 'w', 0)", .unique),
            ("INSERT INTO workflow VALUES (2, 1, randomblob(16), 'f', 1, 0)", .unique),
            ("INSERT INTO workflow_version VALUES (2, 1, 1, 1, '{}', 0)", .unique),
            ("INSERT INTO workflow_version VALUES (2, 1, 1, 0, '{}', 0)", .check),
            ("INSERT INTO event VALUES (2, 1, 1, NULL, 'k', 0, '{}')", .notNull),
        ] as [(String, SQLiteError.Constraint)])
    func otherFaults(_ row: (sql: String, constraint: SQLiteError.Constraint)) throws {
        let connection = try database()
        let error = #expect(throws: SQLiteError.self) { try connection.run(text: row.sql) }
        #expect(error?.constraint == row.constraint, "\(String(describing: error))")
    }

    @Test("Every table is STRICT, every index of a tenant's table begins with the workspace")
    func shape() throws {
        let connection = try database()
        let loose = try connection.query(
            """
            SELECT name FROM pragma_table_list
            WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%'
            """
        ) { row in row.text(0) }
        #expect(loose == [])
        let indexes = try connection.query(
            """
            SELECT m.name, i.name FROM sqlite_schema m, pragma_index_info(m.name) i
            WHERE m.type = 'index' AND m.sql IS NOT NULL AND i.seqno = 0
            """
        ) { row in row.text(0) + ": " + row.text(1) }
        let others = indexes.filter { !$0.hasSuffix(": workspace_n") }.sorted()
        #expect(others == ["run_wake: wake_at", "task_lease: lease_expires_at"])
    }
}
