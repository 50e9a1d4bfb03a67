import RunStore
import Runs
import Testing

@testable import RunEngine

@Suite("Lists")
struct ListTests {
    /// Ten runs: even ones of `single`, odd ones of `pair`, label n = number mod 3; number 4 was
    /// cancelled, 5 is running; a second lies between each two.
    private func stage() async throws -> (Stage, [RunID]) {
        let stage = try Stage()
        try await stage.workflow(Shape.single)
        try await stage.workflow(#"{"name": "pair", "steps": [{"name": "a", "queue": "p"}]}"#)
        var runs: [RunID] = []
        for number in 0..<10 {
            stage.clock.advance(1_000)
            let run = try await stage.start(number % 2 == 0 ? "single" : "pair") {
                $0.labels = [
                    Label(name: "n", value: "\(number % 3)"), Label(name: "all", value: "x"),
                ]
                $0.session = number < 5 ? "early" : nil
            }
            runs.append(run.id)
        }
        stage.clock.advance(1_000)
        try await stage.send(.cancel, to: runs[4])
        stage.clock.advance(1_000)
        var request = ClaimRequest(worker: "w", queues: ["p"])
        request.max = 3
        let held = try await stage.engine.claim(request, stage.call())
        #expect(held.map(\.run) == [runs[1], runs[3], runs[5]])
        for task in held.dropLast() { try await stage.complete(task) }
        return (stage, runs)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let change: @Sendable (inout RunQuery) -> Void
        /// Numbers of the runs in the order of the list.
        let expected: [Int]
        var testDescription: String { name }

        init(
            _ name: String, _ expected: [Int],
            _ change: @escaping @Sendable (inout RunQuery) -> Void
        ) {
            self.name = name
            self.expected = expected
            self.change = change
        }
    }

    private static let first = Timestamp(milliseconds: 1_767_323_046_000)

    static let rows = [
        Row("all, newest first", [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]) { _ in },
        Row("oldest first", Array(0...9)) { $0.isAscending = true },
        Row("by update", [5, 3, 1, 4, 9, 8, 7, 6, 2, 0]) { $0.order = .updated },
        Row("by update, oldest first", [0, 2, 6, 7, 8, 9, 4, 1, 3, 5]) {
            $0.order = .updated
            $0.isAscending = true
        },
        Row("of a workflow", [9, 7, 5, 3, 1]) { $0.workflow = .name("pair") },
        Row("in states", [5, 4]) { $0.states = [.running, .cancelled] },
        Row("in an open state", [9, 8, 7, 6, 2, 0]) { $0.states = [.queued] },
        Row("in no state", []) { $0.states = [] },
        Row("with a label", [8, 5, 2]) { $0.labels = [Label(name: "n", value: "2")] },
        Row("with two labels", [9, 6, 3, 0]) {
            $0.labels = [Label(name: "n", value: "0"), Label(name: "all", value: "x")]
        },
        Row("with labels that exclude each other", []) {
            $0.labels = [Label(name: "n", value: "0"), Label(name: "n", value: "1")]
        },
        Row("with SQL for a label", []) { $0.labels = [Label(name: "n", value: "' OR 1=1 --")] },
        Row("of a session", [4, 3, 2, 1, 0]) { $0.session = "early" },
        Row("created after", [9, 8]) { $0.createdAfter = first.adding(milliseconds: 7_000) },
        Row("created before", [1, 0]) { $0.createdBefore = first.adding(milliseconds: 2_000) },
        Row("all of it", [4]) {
            $0.workflow = .name("single")
            $0.states = [.cancelled]
            $0.labels = [Label(name: "n", value: "1")]
            $0.session = "early"
            $0.createdAfter = first
        },
    ]

    @Test(arguments: rows)
    func filters(_ row: Row) async throws {
        let (stage, runs) = try await stage()
        var query = RunQuery()
        row.change(&query)
        query.wantsTotal = true
        let expected = row.expected.map { runs[$0] }
        let whole = try await stage.engine.runs(query, stage.call())
        #expect(whole.runs.map(\.run.id) == expected && whole.nextCursor == nil)
        #expect(whole.total == expected.count)
        query.offset = 1
        let rest = try await stage.engine.runs(query, stage.call())
        #expect(rest.runs.map(\.run.id) == Array(expected.dropFirst()))
        query.offset = 0
        query.limit = 2
        var paged: [RunID] = []
        for _ in 0...expected.count {
            let page = try await stage.engine.runs(query, stage.call())
            #expect(page.runs.count <= 2 && page.total == expected.count)
            paged += page.runs.map(\.run.id)
            query.cursor = page.nextCursor
            if query.cursor == nil { break }
        }
        #expect(paged == expected && query.cursor == nil)
    }

    @Test("A cursor fits only the list it comes from")
    func foreignCursors() async throws {
        let (stage, _) = try await stage()
        let stranger = try await stage.caller(organization: "default", workspace: "second")
        try await stage.workflow(Shape.single, as: stranger)
        var query = RunQuery()
        query.limit = 2
        let cursor = try #require(try await stage.engine.runs(query, stage.call()).nextCursor)
        let expected = RunError.invalid(field: "cursor", reason: "does not belong to this list")
        query.cursor = cursor
        #expect(
            await refusal { try await stage.engine.runs(query, stage.call(stranger)) } == expected)
        let style = Call(
            caller: stage.caller, style: .agno, requestID: "", idempotency: nil)
        #expect(await refusal { try await stage.engine.runs(query, style) } == expected)
        for row in Self.rows.dropFirst() {
            var other = query
            row.change(&other)
            #expect(await refusal { try await stage.engine.runs(other, stage.call()) } == expected)
        }
        for text in ["", "x", String(cursor.dropLast()), cursor + "A", String(cursor.reversed())] {
            query.cursor = text
            #expect(await refusal { try await stage.engine.runs(query, stage.call()) } == expected)
        }
        let workflows = await refusal {
            try await stage.engine.workflows(limit: 2, offset: 0, cursor: cursor, stage.call())
        }
        #expect(workflows == expected)
        query.cursor = cursor
        query.limit = 5
        #expect(try await stage.engine.runs(query, stage.call()).runs.count == 5)
        let restarted = try stage.restarted()
        #expect(try await restarted.engine.runs(query, restarted.call()).runs.count == 5)
    }

    @Test func unknownWorkflow() async throws {
        let stage = try Stage()
        var query = RunQuery()
        query.workflow = .name("none")
        let refused = await refusal { try await stage.engine.runs(query, stage.call()) }
        #expect(refused == .notFound(.workflow))
    }

    @Test("Workflows come newest first, each in its newest version")
    func workflows() async throws {
        let stage = try Stage()
        for number in 0..<5 {
            try await stage.workflow(#"{"name": "w\#(number)"}"#)
        }
        let request = WorkflowRequest(
            name: "w1", document: #"{"name": "w1", "grace_s": 1}"#,
            definition: WorkflowDefinition(steps: []))
        _ = try await stage.engine.updateWorkflow(.name("w1"), request, stage.call()) { _ in
            Reply(status: 200, body: [])
        }
        var seen: [String] = []
        var cursor: String?
        repeat {
            let page = try await stage.engine.workflows(
                limit: 2, offset: 0, cursor: cursor, stage.call())
            #expect(page.total == 5 && page.workflows.count <= 2)
            seen += page.workflows.map { "\($0.name) \($0.version)" }
            cursor = page.nextCursor
        } while cursor != nil && seen.count < 9
        #expect(seen == ["w4 1", "w3 1", "w2 1", "w1 2", "w0 1"])
    }
}
