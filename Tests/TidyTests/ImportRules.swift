/// Which modules of ours a target may import: the table of Package.swift, which SwiftPM does not
/// hold for modules that come along with a dependency.
enum ImportRules {
    private static let styleBase = ["HTTP", "JSON", "Digest", "Runs", "RunEngine"]
    private static let styles = ["Feather", "Extend", "Wexa", "Agno", "Kubiya", "Native"]

    static let table: [String: [String]] = {
        var table = [
            "SQLite": ["CSQLite"],
            "JSON": [], "HTTP": [], "Digest": [],
            "HTTPServer": ["HTTP", "CLinux"],
            "Runs": ["JSON"],
            "RunStore": ["Runs", "SQLite", "JSON"],
            "RunEngine": ["Runs", "RunStore", "Digest", "JSON"],
            "Dialect": styleBase,
            "Workers": ["Runs", "RunEngine", "JSON", "CLinux"],
        ]
        for style in styles { table[style] = ["Dialect"] + styleBase }
        table["signalbox"] = table.keys + ["CAssets", "CLinux"]
        return table
    }()

    /// `Foundation` itself is not among them: it costs 6 MB of resident memory.
    static let toolchain = ["FoundationEssentials", "Glibc", "Synchronization", "Dispatch"]

    static func violations(in file: SourceFile) -> [Violation] {
        let folders = file.path.split(separator: "/").dropFirst().filter { $0 != "Dialects" }
        guard let target = folders.first.map(String.init), let own = table[target] else {
            return [Violation(path: file.path, line: 1, rule: "not in a target of the table")]
        }
        return file.lines.compactMap { line in
            guard let module = importedModule(line.code) else { return nil }
            guard !own.contains(module), !toolchain.contains(module) else { return nil }
            return file.violation(line, "\(target) may not import \(module)")
        }
    }

    /// The module of `import M`, `@testable import M`, `internal import struct M.T`.
    private static func importedModule(_ code: String) -> String? {
        let words = code.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
            words[..<place].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) })
        else { return nil }
        let kinds: [Substring] = [
            "struct", "class", "enum", "func", "protocol", "typealias", "var",
        ]
        let named = words[(place + 1)...].drop { kinds.contains($0) }
        return named.first?.split(separator: ".").first.map(String.init)
    }

    private static let accessLevels: [Substring] = [
        "internal", "package", "private", "fileprivate",
    ]
}
