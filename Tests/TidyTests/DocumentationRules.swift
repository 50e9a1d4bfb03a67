/// What another target may use says what it is.
enum DocumentationRules {
    private static let documented: Set<Substring> = [
        "func", "struct", "class", "enum", "protocol", "init", "actor",
    ]

    /// Witnesses of the standard library's protocols, which are documented there.
    private static let witnesses = [
        "==(", "<(", "hash(into", "encode(to", "init(stringLiteral", "init(integerLiteral",
        "init(booleanLiteral", "init(nilLiteral", "init(arrayLiteral", "init()",
    ]

    static func violations(in file: SourceFile) -> [Violation] {
        file.lines.indices.compactMap { index in
            let line = file.lines[index]
            guard isDeclaration(line.code), !isWitness(line.code),
                !isMemberwise(file.lines[index...]), !hasComment(above: index, in: file)
            else { return nil }
            return file.violation(line, "no doc comment")
        }
    }

    private static func isDeclaration(_ code: String) -> Bool {
        let words = code.split { !($0.isLetter || $0.isNumber || $0 == "@") }
        guard let access = words.firstIndex(where: { !$0.hasPrefix("@") }),
            words[access] == "package"
        else { return false }
        let modifiers: Set<Substring> = [
            "static", "final", "mutating", "nonmutating", "consuming", "borrowing", "indirect",
            "convenience", "required", "nonisolated", "override",
        ]
        let kind = words[(access + 1)...].drop { modifiers.contains($0) }.first
        return kind.map(documented.contains) ?? false
    }

    private static func isWitness(_ code: String) -> Bool {
        let dense = code.filter { $0 != " " }
        return witnesses.contains { dense.contains("package\($0)") || dense.contains("func\($0)") }
    }

    /// An `init` that only stores its parameters says nothing its properties do not say.
    private static func isMemberwise(_ lines: ArraySlice<SourceLine>) -> Bool {
        guard let first = lines.first, first.code.contains("package init(") else { return false }
        let body = lines.drop { !$0.code.contains("{") }.dropFirst()
        let statements = body.prefix { !$0.code.contains("}") }
        return statements.allSatisfy { line in
            let code = line.code.drop { $0 == " " }
            return code.isEmpty || code.hasPrefix("self.") && code.contains(" = ")
        } && !statements.isEmpty
    }

    private static func hasComment(above index: Int, in file: SourceFile) -> Bool {
        let above = file.lines[..<index].reversed().first { line in
            !line.text.drop { $0 == " " }.hasPrefix("@")
        }
        return above.map { $0.text.drop { $0 == " " }.hasPrefix("///") } ?? false
    }
}
