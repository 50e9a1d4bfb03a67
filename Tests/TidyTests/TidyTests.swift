import Testing

@Suite("The sources keep the rules of the house")
struct TidyTests {
    @Test("Sources and tests are found")
    func found() {
        #expect(Repository.sources.count > 10)
        #expect(Repository.tests.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
    }

    @Test func imports() {
        expectNone(Repository.sources.flatMap(ImportRules.violations))
    }

    @Test func lengths() {
        expectNone((Repository.sources + Repository.tests).flatMap(LengthRules.violations))
    }

    @Test func words() {
        expectNone(Repository.sources.flatMap(WordRules.violations))
    }

    @Test func unfinished() {
        // This target spells the words out.
        let tests = Repository.tests.filter { !$0.path.contains("/TidyTests/") }
        expectNone((Repository.sources + tests).flatMap(WordRules.unfinished))
    }

    @Test func processes() {
        expectNone((Repository.sources + Repository.tests).flatMap(WordRules.processes))
    }

    @Test("SQL stands in RunStore and SQLite")
    func sql() {
        expectNone(Repository.sources.flatMap(WordRules.sql))
    }

    @Test func documentation() {
        expectNone(Repository.sources.flatMap(DocumentationRules.violations))
    }

    @Test("Every item of the HTTP checklist has a test that is named after it")
    func checklist() {
        let tests = Repository.tests.filter { !$0.path.contains("/TidyTests/") }
        let texts = (tests + Repository.endToEndTests).map { file in
            file.lines.map(\.text).joined(separator: "\n")
        }
        #expect(ChecklistRules.untested(in: texts) == [])
    }

    @Test(.enabled(if: Repository.tracked != nil, "git is not here, or this is no clone"))
    func tracked() {
        #expect(RepositoryRules.violations(in: Repository.tracked ?? []).isEmpty)
    }

    private func expectNone(
        _ violations: [Violation], location: SourceLocation = #_sourceLocation
    ) {
        let list = violations.map(\.description).joined(separator: "\n")
        #expect(violations.isEmpty, "\(list)", sourceLocation: location)
    }
}
