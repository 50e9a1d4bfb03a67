/// Words that do not belong into the sources, with the reason for each.
enum WordRules {
    struct Ban {
        let word: String
        let why: String
        /// Allowed in files whose path contains this.
        var allowedIn: String?
        /// Allowed with a comment on the line or on the one above.
        var allowedWithReason = false
    }

    static let bans = [
        Ban(word: "try!", why: "ends the server"),
        Ban(word: "as!", why: "ends the server"),
        Ban(word: "fatalError", why: "ends the server"),
        Ban(word: "unowned", why: "ends the server"),
        Ban(word: "@unchecked Sendable", why: "give the reason beside it", allowedWithReason: true),
        Ban(word: "nonisolated(unsafe)", why: "give the reason beside it", allowedWithReason: true),
        Ban(word: "Task.detached", why: "leaves the loop"),
        Ban(word: "Task.sleep", why: "starts Dispatch threads"),
        Ban(word: "Task(priority", why: "leaves the loop"),
        Ban(
            word: "Task(executorPreference", why: "tasks are made by the loops",
            allowedIn: "Sources/HTTPServer/"),
        Ban(word: "DispatchQueue", why: "nothing runs on the global pool"),
        Ban(word: "Thread.sleep", why: "blocks a thread"),
        Ban(word: "usleep", why: "blocks a thread"),
        Ban(word: "nanosleep", why: "blocks a thread"),
        Ban(word: "Date()", why: "ask the environment", allowedIn: "Environment"),
        Ban(word: "UUID()", why: "ask the environment", allowedIn: "Environment"),
        Ban(
            word: "SystemRandomNumberGenerator", why: "ask the environment",
            allowedIn: "Environment"),
        Ban(word: ".random()", why: "ask the environment", allowedIn: "Environment"),
        Ban(word: ".random(in", why: "ask the environment", allowedIn: "Environment"),
        Ban(word: "Regex", why: "quadratic and worse"),
        Ban(word: "NSRegularExpression", why: "exponential"),
        Ban(word: ".shared", why: "no singletons"),
    ]

    static func violations(in file: SourceFile) -> [Violation] {
        file.lines.indices.flatMap { index in
            let line = file.lines[index]
            let hasReason = line.hasComment || index > 0 && file.lines[index - 1].hasComment
            return bans.filter { ban in
                let isAllowed = ban.allowedIn.map { file.path.contains($0) } ?? false
                return !isAllowed && !(ban.allowedWithReason && hasReason)
                    && line.code.contains(word: ban.word)
            }.map { file.violation(line, "\($0.word): \($0.why)") }
                + special(file, line, hasReason: hasReason)
        }
    }

    /// Bans that need more than a word.
    private static func special(
        _ file: SourceFile, _ line: SourceLine, hasReason: Bool
    ) -> [Violation] {
        var rules: [String] = []
        if startsBareTask(line.code) { rules.append("Task { }: leaves the loop") }
        if line.code.contains(word: "static var"), !line.code.contains("{") {
            rules.append("static var: no state without an owner")
        }
        if forcesUnwrapping(line.code), !hasReason {
            rules.append("!: ends the server on nil; say why it cannot be")
        }
        if declaresActor(line.code) { rules.append("actor: no actors") }
        if let name = emptyTypeName(line.code) { rules.append("\(name): says nothing") }
        return rules.map { file.violation(line, $0) }
    }

    /// Notes to ourselves, also in comments and tests.
    static func unfinished(in file: SourceFile) -> [Violation] {
        file.lines.flatMap { line in
            ["TODO", "FIXME", "XXX"].filter { line.text.contains(word: $0) }
                .map { file.violation(line, "\($0): finish it or open an issue") }
        }
    }

    /// Foundation's `Process`, also in tests: where over a thousand descriptors are open, its
    /// `run` copies the last name it reads of `/proc/self/fd` from beyond the end of the list.
    static func processes(in file: SourceFile) -> [Violation] {
        file.lines.filter { $0.code.contains(word: "Process()") }
            .map { file.violation($0, "Process: reads past the end of its memory") }
    }

    /// SQL outside of its two modules.
    static func sql(in file: SourceFile) -> [Violation] {
        let homes = ["Sources/RunStore/", "Sources/SQLite/"]
        guard !homes.contains(where: file.path.hasPrefix) else { return [] }
        let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE FROM"]
        return file.lines.filter { line in
            line.literals.contains { literal in
                verbs.contains { literal.drop { $0 == " " }.hasPrefix($0) }
            }
        }.map { file.violation($0, "SQL belongs into RunStore") }
    }

    private static func startsBareTask(_ code: String) -> Bool {
        let words = code.split(separator: " ")
        let declares: [Substring] = ["struct", "class", "enum", "extension", "->"]
        return words.indices.contains { index in
            guard words[index] == "Task" || words[index].hasSuffix("(Task") else { return false }
            let isOpened = words[(index + 1)...].first?.hasPrefix("{") ?? false
            return isOpened && !(index > 0 && declares.contains(words[index - 1]))
        } || code.contains(word: "Task{")
    }

    /// A `!` behind a name or a bracket, other than `!=`.
    private static func forcesUnwrapping(_ code: String) -> Bool {
        let characters = Array(code)
        return characters.indices.dropFirst().contains { index in
            guard characters[index] == "!" else { return false }
            let before = characters[index - 1]
            let after = index + 1 < characters.count ? characters[index + 1] : " "
            let isPostfix = before.isLetter || before.isNumber || ")]_".contains(before)
            let keyword = characters[..<index].suffix(3)
            return isPostfix && after != "=" && keyword != ["t", "r", "y"]
                && keyword.suffix(2) != ["a", "s"]
        }
    }

    /// `actor` is a word of ours too: who stopped a run.
    private static func declaresActor(_ code: String) -> Bool {
        let words = code.split(separator: " ")
        let modifiers: [Substring] = ["package", "public", "private", "fileprivate", "internal"]
        let declaration = words.drop { modifiers.contains($0) || $0 == "final" }
        return declaration.count > 1 && declaration.first == "actor"
    }

    private static func emptyTypeName(_ code: String) -> Substring? {
        let words = code.split { !($0.isLetter || $0.isNumber) }
        let kinds: [Substring] = ["struct", "class", "enum", "protocol", "typealias"]
        guard let kind = words.firstIndex(where: kinds.contains), kind + 1 < words.count
        else { return nil }
        let name = words[kind + 1]
        let hollow = ["Manager", "Helper", "Helpers", "Util", "Utils", "Info"]
        return hollow.contains(where: name.hasSuffix) ? name : nil
    }
}

extension String {
    /// The word with no letter, digit or underscore next to it where it has one at its own end.
    func contains(word: String) -> Bool {
        ranges(of: word).contains { range in
            let before = self[..<range.lowerBound].last
            let after = self[range.upperBound...].first
            return !(isPart(word.first) && isPart(before)) && !(isPart(word.last) && isPart(after))
        }
    }

    private func isPart(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
    }
}
