import Runs

@testable import RunEngine
@testable import RunStore

/// A look past the engine, at the rows themselves.
extension Stage {
    /// How many rows refer to the run of this number.
    func rowsLeft(of run: Int64) throws -> Int {
        let tables = [
            "event", "task", "step_output", "run_data", "run_label", "run_alias", "sweep",
        ]
        return try store.read { snapshot in
            try tables.reduce(0) { sum, table in
                let count = try snapshot.connection.first(
                    text: "SELECT count(*) FROM \(table) WHERE run_n = ?", [.integer(run)]
                ) { row in Int(row.int(0)) }
                return sum + (count ?? 0)
            }
        }
    }

    /// How many rows a table has.
    func rowCount(_ table: String) throws -> Int {
        try store.read { snapshot in
            try snapshot.connection.first(text: "SELECT count(*) FROM \(table)") { row in
                Int(row.int(0))
            } ?? 0
        }
    }
}

extension Snapshot {
    /// The attempts of a run that nobody holds yet: step, attempt, state.
    func openTasks(run: Int64) throws -> [String] {
        try connection.query(
            """
            SELECT step, attempt, state FROM task
            WHERE run_n = ? AND state IN ('queued', 'parked') ORDER BY step
            """, [.integer(run)]
        ) { row in "\(row.int(0)) \(row.int(1)) \(row.text(2))" }
    }
}
