import JSON
import Runs
import Testing

@Suite("The native form of a workflow")
struct DocumentTests {
    @Test func everything() throws {
        let (name, definition) = try WorkflowDefinition.parse(
            JSONValue(
                parsing: """
                    {"name": "nightly", "grace_s": 1.5, "timeout_s": 3600, "steps": [
                        {"name": "a", "command": ["sh", "-c", ""], "timeout_s": 0.001,
                         "retry": {"max_attempts": 3, "backoff_s": 2}},
                        {"name": "b", "needs": ["a", "d", "a"], "queue": "q"},
                        {"name": "c", "needs": [], "approval": "?", "retry": null},
                        {"name": "d", "sleep_s": 0}],
                     "cleanup": [{"name": "e", "queue": "q"},
                        {"name": "f", "queue": "q", "needs": ["e"]}]}
                    """))
        let retry = Retry(attemptsMax: 3, backoffMilliseconds: 2_000)
        #expect(name == "nightly")
        #expect(
            definition
                == WorkflowDefinition(
                    graceMilliseconds: 1_500, timeoutMilliseconds: 3_600_000,
                    steps: [
                        StepDefinition(
                            name: "a", kind: .command(["sh", "-c", ""]), timeoutMilliseconds: 1,
                            retry: retry),
                        StepDefinition(name: "b", kind: .queue("q"), needs: [0, 3]),
                        StepDefinition(name: "c", kind: .approval("?")),
                        StepDefinition(name: "d", kind: .sleep(milliseconds: 0)),
                        StepDefinition(name: "e", kind: .queue("q"), isCleanup: true),
                        StepDefinition(name: "f", kind: .queue("q"), needs: [4], isCleanup: true),
                    ]))
        #expect(definition.steps.map(\.queue) == ["$command", "q", nil, nil, "q", "q"])
    }

    @Test("Without steps it is one task on the queue default", arguments: ["", #", "steps": []"#])
    func noSteps(_ steps: String) throws {
        let document = try JSONValue(parsing: #"{"name": "w"\#(steps)}"#)
        #expect(try WorkflowDefinition.parse(document).definition == .single())
    }

    /// The document's steps, and where the fault lies.
    @Test(
        "The first fault is pointed at",
        arguments: [
            (#"{"name": "a"}"#, "/steps/0"),
            (#"{"name": "a", "queue": "q", "sleep_s": 1}"#, "/steps/0"),
            (#"{"name": "", "queue": "q"}"#, "/steps/0/name"),
            (#"{"queue": "q"}"#, "/steps/0/name"), (#"{"name": 1, "queue": "q"}"#, "/steps/0/name"),
            (#"{"name": "a", "queue": "$command"}"#, "/steps/0/queue"),
            (#"{"name": "a", "queue": ""}"#, "/steps/0/queue"),
            (#"{"name": "a", "command": "sh"}"#, "/steps/0/command"),
            (#"{"name": "a", "command": []}"#, "/steps/0/command"),
            (#"{"name": "a", "command": [""]}"#, "/steps/0/command"),
            (#"{"name": "a", "command": ["sh", 1]}"#, "/steps/0/command"),
            (#"{"name": "a", "sleep_s": -1}"#, "/steps/0/sleep_s"),
            (#"{"name": "a", "sleep_s": "1"}"#, "/steps/0/sleep_s"),
            (#"{"name": "a", "sleep_s": 1e300}"#, "/steps/0/sleep_s"),
            (#"{"name": "a", "queue": "q", "timeout_s": 31536001}"#, "/steps/0/timeout_s"),
            (#"{"name": "a", "queue": "q", "retry": 1}"#, "/steps/0/retry"),
            (
                #"{"name": "a", "queue": "q", "retry": {"max_attempts": 0}}"#,
                "/steps/0/retry/max_attempts"
            ),
            (
                #"{"name": "a", "queue": "q", "retry": {"max_attempts": 1.0}}"#,
                "/steps/0/retry/max_attempts"
            ),
            (#"{"name": "a", "queue": "q", "retry": {"x": 0}}"#, "/steps/0/retry/x"),
            (#"{"name": "a", "queue": "q", "x~/y": 0}"#, "/steps/0/x~0~1y"),
            (#"{"name": "a", "queue": "q", "needs": "b"}"#, "/steps/0/needs"),
            (#"{"name": "a", "queue": "q", "needs": ["b"]}"#, "/steps/0/needs/0"),
            (#"{"name": "a", "queue": "q", "needs": ["a"]}"#, "/steps"),
            (
                """
                {"name": "a", "queue": "q", "needs": ["b"]},
                {"name": "b", "queue": "q", "needs": ["c"]},
                {"name": "c", "queue": "q", "needs": ["a"]}
                """, "/steps"
            ),
            (#"{"name": "a", "queue": "q"}, {"name": "a", "queue": "q"}"#, "/steps/1/name"),
            ("1", "/steps/0"), ("null", "/steps/0"),
        ])
    func faults(_ row: (steps: String, pointer: String)) throws {
        let document = try JSONValue(parsing: #"{"name": "w", "steps": [\#(row.steps)]}"#)
        let fault = #expect(throws: DocumentFault.self) { try WorkflowDefinition.parse(document) }
        #expect(fault?.pointer == row.pointer)
    }

    @Test(
        "So is one outside of the steps",
        arguments: [
            ("[]", ""), ("{}", "/name"), (#"{"name": "w", "x": 1}"#, "/x"),
            (#"{"name": "w", "grace_s": 3601}"#, "/grace_s"),
            (#"{"name": "w", "timeout_s": -0.1}"#, "/timeout_s"),
            (#"{"name": "w", "steps": {}}"#, "/steps"),
            (#"{"name": "w", "cleanup": [{"name": "default", "queue": "q"}]}"#, "/cleanup/0/name"),
            (
                #"{"name": "w", "cleanup": [{"name": "c", "queue": "q", "needs": ["default"]}]}"#,
                "/cleanup/0/needs/0"
            ),
        ])
    func otherFaults(_ row: (document: String, pointer: String)) throws {
        let document = try JSONValue(parsing: row.document)
        let fault = #expect(throws: DocumentFault.self) { try WorkflowDefinition.parse(document) }
        #expect(fault?.pointer == row.pointer)
    }

    @Test("Names are told apart by their bytes")
    func spellings() throws {
        let document = try JSONValue(
            parsing: """
                {"name": "w", "steps": [
                    {"name": "\u{e9}", "queue": "q"}, {"name": "e\u{301}", "queue": "q"},
                    {"name": "a", "queue": "q", "needs": ["\u{e9}"]},
                    {"name": "b", "queue": "q", "needs": ["e\u{301}"]}]}
                """)
        let steps = try WorkflowDefinition.parse(document).definition.steps
        #expect(steps.map(\.needs) == [[], [], [0], [1]])
    }

    @Test(
        "As many steps as there may be, and one more", arguments: [(2_000, true), (2_001, false)])
    func limit(_ row: (count: Int, isTaken: Bool)) throws {
        let steps = (0..<row.count).map { index in
            let needs = index == 0 ? "" : #", "needs": ["s\#(index - 1)"]"#
            return #"{"name": "s\#(index)", "queue": "q"\#(needs)}"#
        }
        let list = steps.joined(separator: ",")
        let document = try JSONValue(parsing: #"{"name": "w", "steps": [\#(list)]}"#)
        let isTaken = (try? WorkflowDefinition.parse(document)) != nil
        #expect(isTaken == row.isTaken)
    }
}
