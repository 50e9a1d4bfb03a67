/// How long files, lines and functions may be.
enum LengthRules {
    static let fileLinesMax = 300
    static let functionLinesMax = 60
    static let columnsMax = 100

    static func violations(in file: SourceFile) -> [Violation] {
        overlongFile(file) + overlongLines(file) + overlongFunctions(file)
    }

    private static func overlongFile(_ file: SourceFile) -> [Violation] {
        guard file.lines.count > fileLinesMax else { return [] }
        let rule = "\(file.lines.count) lines, at most \(fileLinesMax)"
        return [Violation(path: file.path, line: fileLinesMax + 1, rule: rule)]
    }

    private static func overlongLines(_ file: SourceFile) -> [Violation] {
        file.lines.filter { $0.text.count > columnsMax }.map {
            file.violation($0, "\($0.text.count) columns, at most \(columnsMax)")
        }
    }

    private static func overlongFunctions(_ file: SourceFile) -> [Violation] {
        file.lines.indices.compactMap { start in
            guard startsFunction(file.lines[start].code) else { return nil }
            let length = functionLength(file.lines[start...])
            guard length > functionLinesMax else { return nil }
            return file.violation(
                file.lines[start], "a function of \(length) lines, at most \(functionLinesMax)")
        }
    }

    private static func startsFunction(_ code: String) -> Bool {
        let words = code.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") }
        let first = words.drop { modifiers.contains($0) || $0.hasPrefix("@") }.first
        return first.map { ["func", "init", "deinit", "subscript"].contains($0) } ?? false
    }

    private static let modifiers: Set<Substring> = [
        "package", "public", "private", "fileprivate", "internal", "static", "final", "mutating",
        "nonmutating", "consuming", "borrowing", "convenience", "required", "override",
        "nonisolated", "discardableResult", "escaping",
    ]

    /// From the declaration to the brace that closes its body; braces inside of the parameter list
    /// are default closures. A requirement without a body ends with its protocol.
    private static func functionLength(_ lines: ArraySlice<SourceLine>) -> Int {
        var (parentheses, braces) = (0, 0)
        for line in lines {
            for character in line.code {
                switch character {
                case "(": parentheses += 1
                case ")": parentheses -= 1
                case "{" where parentheses == 0 || braces > 0: braces += 1
                case "}" where parentheses == 0 || braces > 0: braces -= 1
                default: continue
                }
                if character == "}", braces <= 0, parentheses <= 0 {
                    return line.number - (lines.first?.number ?? line.number) + 1
                }
            }
        }
        return lines.count
    }
}
