import JSON
import Runs
import SQLite

/// What a run carries: `run_data`, its labels and its alias.
extension Snapshot {
    /// What the run carries, and the free text it was named by.
    package func data(ofRun number: Int64) throws -> (data: RunData, alias: String?)? {
        try connection.first(
            """
            SELECT input, labels, output, error, alias, annotation, session
            FROM run_data JOIN run ON run.n = run_n WHERE run_n = ?
            """, [.integer(number)]
        ) { (row) throws(SQLiteError) in
            let data = RunData(
                input: row.text(0), labels: Self.labels(row.text(1)), output: row.optionalText(2),
                error: row.optionalText(3), session: row.optionalText(6),
                annotation: row.optionalText(5))
            return (data, row.optionalText(4))
        }
    }

    /// The outputs of the run's steps by their position, JSON text.
    package func outputs(of run: Run) throws -> [Int: String] {
        let rows = try connection.query(
            "SELECT step, output FROM step_output WHERE workspace_n = ? AND run_n = ?",
            [.integer(run.workspace), .integer(run.number)]
        ) { (row) throws(SQLiteError) in (Int(row.int(0)), row.text(1)) }
        return Dictionary(rows, uniquingKeysWith: { _, newest in newest })
    }

    /// The output of the step at a position, JSON text.
    package func output(ofStep step: Int, of run: Run) throws -> String? {
        try connection.first(
            "SELECT output FROM step_output WHERE workspace_n = ? AND run_n = ? AND step = ?",
            [.integer(run.workspace), .integer(run.number), .integer(Int64(step))]
        ) { (row) throws(SQLiteError) in row.text(0) }
    }

    private static func labels(_ text: String) -> [Label] {
        let members = (try? JSONValue(parsing: text))?.asObject?.members ?? []
        return members.map { Label(name: $0.name, value: $0.value.asString ?? "") }
    }
}

extension Transaction {
    /// Adds what a new run carries.
    /// - Returns: false when the alias is taken.
    package func insert(_ data: RunData, alias: String?, of run: Run) throws -> Bool {
        if let alias {
            let isTaken = try snapshot.run(alias: alias, workspace: run.workspace) != nil
            if isTaken { return false }
            try connection.run(
                "INSERT INTO run_alias(workspace_n, alias, run_n) VALUES (?, ?, ?)",
                [.integer(run.workspace), .text(alias), .integer(run.number)])
        }
        var writer = JSONWriter(reserving: 64)
        writer.object { writer in
            for label in data.labels {
                writer.key(text: label.name)
                writer.string(label.value)
            }
        }
        try connection.run(
            """
            INSERT INTO run_data(run_n, workspace_n, input, labels, alias) VALUES (?, ?, ?, ?, ?)
            """,
            [
                .integer(run.number), .integer(run.workspace), .text(data.input),
                .text(String(decoding: writer.bytes, as: UTF8.self)), .text(orNull: alias),
            ])
        for label in data.labels {
            try connection.run(
                "INSERT INTO run_label(workspace_n, name, value, run_n) VALUES (?, ?, ?, ?)",
                [
                    .integer(run.workspace), .text(label.name), .text(label.value),
                    .integer(run.number),
                ])
        }
        return true
    }

    /// Replaces what a style keeps with the run.
    package func annotate(_ run: Run, with text: String) throws {
        try connection.run(
            "UPDATE run_data SET annotation = ? WHERE run_n = ? AND workspace_n = ?",
            [.text(text), .integer(run.number), .integer(run.workspace)])
    }

    /// Sets what an ended run leaves behind.
    package func setResult(of run: Run, output: String?, error: String?) throws {
        try connection.run(
            """
            UPDATE run_data SET output = coalesce(?, output), error = coalesce(?, error)
            WHERE run_n = ? AND workspace_n = ?
            """,
            [
                .text(orNull: output), .text(orNull: error), .integer(run.number),
                .integer(run.workspace),
            ])
    }

    /// Keeps the output of a step; a later attempt's replaces it.
    package func setOutput(_ output: String, ofStep step: Int, of run: Run) throws {
        try connection.run(
            """
            INSERT INTO step_output(workspace_n, run_n, step, output) VALUES (?, ?, ?, ?)
            ON CONFLICT (workspace_n, run_n, step) DO UPDATE SET output = excluded.output
            """,
            [
                .integer(run.workspace), .integer(run.number), .integer(Int64(step)),
                .text(output),
            ])
    }
}
