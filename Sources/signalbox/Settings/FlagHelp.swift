/// The texts that are made from a table of flags.
enum FlagHelp {
    /// The lines of `--help`, in two columns.
    static func lines<Target>(_ flags: [Flag<Target>]) -> [String] {
        columns(flags.map { ($0.usage, $0.help + ($0.standard.map { " [\($0)]" } ?? "")) })
    }

    /// Rows of two columns, the second of them aligned.
    static func columns(_ rows: [(String, String)]) -> [String] {
        let width = rows.map { $0.0.utf8.count }.max() ?? 0
        return rows.map { left, right in
            "  " + left + String(repeating: " ", count: width + 2 - left.utf8.count) + right
        }
    }

    /// The rows of the README's table of settings.
    static func markdown<Target>(_ flags: [Flag<Target>]) -> [String] {
        ["| Flag | Environment | Default | Meaning |", "|---|---|---|---|"]
            + flags.map { flag in
                let standard = flag.standard.map { "`\($0)`" } ?? "–"
                return
                    "| `\(flag.usage)` | `\(flag.environmentName)` | \(standard) | \(flag.help) |"
            }
    }

    /// The rows of the README's table of limits.
    static func markdown(_ limits: [Limit]) -> [String] {
        ["| Name | Default | Unit | From, to | Meaning |", "|---|---|---|---|---|"]
            + limits.map { limit in
                let range =
                    "\(limit.written(limit.range.lowerBound)), "
                    + limit.written(limit.range.upperBound)
                return "| `\(limit.name)` | \(limit.standard) | \(limit.unit.rawValue) "
                    + "| \(range) | \(limit.help) |"
            }
    }
}
