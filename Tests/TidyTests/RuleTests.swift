import Testing

/// A text and the lines a rule must point at.
struct Sample: Sendable, CustomTestStringConvertible {
    let text: String
    let lines: [Int]
    let path: String

    init(_ text: String, _ lines: [Int], path: String = "Sources/HTTP/Sample.swift") {
        self.text = text
        self.lines = lines
        self.path = path
    }

    var testDescription: String { String(text.prefix(40)) }

    func check(_ rule: (SourceFile) -> [Violation]) {
        #expect(rule(SourceFile(path: path, text: text)).map(\.line) == lines)
    }
}

@Suite("The rules catch what they are for")
struct RuleTests {
    @Test(arguments: [
        Sample("import Foundation", [1]),
        Sample("import Glibc\n@preconcurrency import RunStore", [2]),
        Sample("import struct Foundation.Date", [1]),
        Sample("import HTTP\nimport CLinux", [], path: "Sources/HTTPServer/A.swift"),
        Sample("import RunStore", [1], path: "Sources/Dialects/Native/A.swift"),
        Sample("import Dialect // import Foundation", [], path: "Sources/Dialects/Native/A.swift"),
        Sample("", [1], path: "Sources/Unknown/A.swift"),
    ])
    func imports(_ sample: Sample) { sample.check(ImportRules.violations) }

    @Test(arguments: [
        Sample(String(repeating: "\n", count: 300), []),
        Sample(String(repeating: "\n", count: 301), [301]),
        Sample(String(repeating: "é", count: 100), []),
        Sample(String(repeating: "é", count: 101), [1]),
        Sample(function(lines: 60), []),
        Sample(function(lines: 61), [1]),
        Sample("struct A {\n" + function(lines: 61) + "}\n", [2]),
        Sample(function(lines: 10) + function(lines: 60), []),
        Sample("protocol A {\n    func a()\n}\n" + String(repeating: "\n", count: 80), []),
    ])
    func lengths(_ sample: Sample) { sample.check(LengthRules.violations) }

    private static func function(lines: Int) -> String {
        "package static func a(b: () -> Void = {}) {\n"
            + String(repeating: "    if b { \"}\" }\n", count: lines - 2) + "}\n"
    }

    @Test(arguments: [
        Sample("let a = try! b()", [1]),
        Sample("let a = b as! C", [1]),
        Sample("let a = \"\\(try! b())\"", [1]),
        Sample("fatalError(\"no\")", [1]),
        Sample("// fatalError, as! and try! are words here\nlet a = \"try! as! Date()\"", []),
        Sample("/* Task.sleep /* nested */ Date() */ let a = UUID()", [1]),
        Sample("let a = #\"\"try! \\(b) \"#\nlet c = \"\"\"\n  Date()\n  \"\"\"", []),
        Sample("final class A: @unchecked Sendable {}", [1]),
        Sample("// One thread at a time.\nfinal class A: @unchecked Sendable {}", []),
        Sample("nonisolated(unsafe) let a = b  // Set once, before the threads.", []),
        Sample("nonisolated(unsafe) let a = b", [1]),
        Sample("Task { await a() }\nlet b = Task{ }\nrun(Task { })", [1, 2, 3]),
        Sample("Task.detached { }\ntry await Task.sleep(for: a)", [1, 2]),
        Sample("struct Task {\n}\nextension Task {\n}\nfunc a() -> Task { b }", []),
        Sample("Task(executorPreference: loop) { }", [1]),
        Sample("Task(executorPreference: loop) { }", [], path: "Sources/HTTPServer/A.swift"),
        Sample("let a = Date()\nlet b = UUID()\nlet c = UInt8.random(in: d)", [1, 2, 3]),
        Sample("let a = environment.random(32)", []),
        Sample("let a = Date()", [], path: "Sources/Runs/EnvironmentLive.swift"),
        Sample("Thread.sleep(1)\nusleep(1)", [1, 2]),
        Sample("let a = Store.shared", [1]),
        Sample("package actor A {}\nlet actor: Actor\n    actor: actor ?? b", [1]),
        Sample("static var a = 1\nstatic var b: Int { 1 }", [1]),
        Sample("let a = b!\nlet c = d()!.e\nif a != b, !c, try !d() {}", [1, 2]),
        Sample("// Checked above.\nlet a = b!", []),
        Sample("struct KeyManager {}\nenum Util {}\nstruct InfoRoute {}", [1, 2]),
    ])
    func words(_ sample: Sample) { sample.check(WordRules.violations) }

    @Test(arguments: [
        Sample("// TODO: later\nlet a = \"FIXME\"\n// XXX", [1, 2, 3]),
        Sample("let a = \"\\\\uXXXX\"", []),
    ])
    func unfinished(_ sample: Sample) { sample.check(WordRules.unfinished) }

    @Test(arguments: [
        Sample("let a = Process()\nlet b = Foundation.Process()", [1, 2]),
        Sample("// Process()\nlet a = CommandProcess()\nlet b: Process", []),
    ])
    func processes(_ sample: Sample) { sample.check(WordRules.processes) }

    @Test(arguments: [
        Sample("run(\"SELECT 1\")\nrun(\"\"\"\n    DELETE FROM run\n    \"\"\")", [1, 3]),
        Sample("run(\"INSERT INTO a\")\nrun(\"UPDATE a SET b = 1\")", [1, 2]),
        Sample("// \"SELECT 1\"\nroute(\"DELETE\", \"UPDATE_GOLDEN\")", []),
        Sample("run(\"SELECT 1\")", [], path: "Sources/RunStore/A.swift"),
    ])
    func sql(_ sample: Sample) { sample.check(WordRules.sql) }

    @Test(arguments: [
        Sample("package struct A {}\npackage enum B {}\npackage final class C {}", [1, 2, 3]),
        Sample("package static func a() {}\n@discardableResult package func b() {}", [1, 2]),
        Sample("package init(a: Int) { b = a + 1 }", [1]),
        Sample("/// A thing.\n@frozen\npackage struct A {}", []),
        Sample("// A thing.\npackage struct A {}", [2]),
        Sample("package init(\n    a: Int\n) {\n    self.a = a\n}", []),
        Sample("package static func == (a: A, b: A) -> Bool { true }\npackage let a = 1", []),
        Sample("struct A {}\nfunc package() {}", []),
    ])
    func documentation(_ sample: Sample) { sample.check(DocumentationRules.violations) }

    @Test(arguments: [
        ("@Test(\"51: a name\") func a() {}", [51]),
        ("@Test(\n        \"81, 82: a name\", arguments: [1])", [81, 82]),
        ("WireRow(\"7: \\($0)\", b)\nWireRow(\n    \"8: c\", d)", [7, 8]),
        ("pytest.param(a, id=\"9: b\"), id=f\"10: {c}\"", [9, 10]),
        ("def test_a():\n    \"\"\"12, 13: a thing.\"\"\"", [12, 13]),
        ("@Test(\"Item 51: a name\")\n// 14: a note\nlet a = \"15: b\"", []),
        ("@Test(\"16 a name: b\") @Test(\"17\")", []),
    ])
    func checklist(_ text: String, _ items: [Int]) {
        #expect(ChecklistRules.items(namedIn: text).sorted() == items)
    }

    @Test func repository() {
        let good = [
            "Package.swift", "Sources/JSON/A.swift", ".ci/run", ".gitignore", "openapi/a.json",
        ]
        let bad = [
            "notes.md", "Package.resolved", ".build/a", "Sources/Package.resolved", "docs/a",
        ]
        #expect(RepositoryRules.violations(in: good + bad) == bad)
    }
}
