import JSON
import RunStore
import Runs
import Testing

@testable import RunEngine

@Suite("Workflows and starts")
struct WorkflowTests {
    private func update(_ name: WorkflowName, _ json: String, _ stage: Stage) async throws
        -> Workflow
    {
        let (title, definition) = try WorkflowDefinition.parse(JSONValue(parsing: json))
        let box = Box<Workflow>()
        _ = try await stage.engine.updateWorkflow(
            name, WorkflowRequest(name: title, document: json, definition: definition),
            stage.call()
        ) { box.reply($0) }
        return try box.value
    }

    @Test("A run goes on with the version it was started with")
    func versions() async throws {
        let stage = try Stage()
        let first = try await stage.workflow(Shape.single)
        let old = try await stage.start("single").id
        let second = try await update(
            .id(first.id), #"{"name": "renamed", "steps": [{"name": "z", "queue": "z"}]}"#, stage)
        #expect(second.version == 2 && second.id == first.id && second.createdAt == first.createdAt)
        let new = try await stage.start("renamed").id
        #expect(try stage.details(old).workflow.definition == first.definition)
        #expect(try stage.details(new).workflow.version == 2)
        #expect(await refusal { try await stage.start("single") } == .notFound(.workflow))
        try await stage.drain()
        #expect(try stage.state(old) == .succeeded && stage.state(new) == .queued)
        #expect(try stage.details(old).workflow.document == Shape.single)
    }

    @Test("A name is taken once in a workspace")
    func names() async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.single)
        try await stage.workflow(Shape.pair)
        #expect(await refusal { try await stage.workflow(Shape.single) } == .conflict(.workflow))
        let renamed = await refusal { try await update(.name("pair"), Shape.single, stage) }
        #expect(renamed == .conflict(.workflow))
        let unknown = await refusal { try await update(.name("none"), Shape.single, stage) }
        #expect(unknown == .notFound(.workflow))
    }

    @Test("What was undone leaves no trace in what the engine remembers of versions")
    func undone() async throws {
        let stage = try Stage()
        let taken = try await stage.start(StartRequest(plan: .task(queue: "p"), input: "{}")).run.id
        var request = StartRequest(plan: .task(queue: "undone"), input: "{}")
        request.id = taken
        #expect(await refusal { try await stage.start(request) } == .conflict(.run))
        let next = try await stage.workflow(#"{"name": "next", "steps": []}"#)
        #expect(next.name == "next" && next.definition.steps.map(\.name) == ["default"])
        let run = try await stage.start("next")
        #expect(try stage.details(run.id).workflow.name == "next")
        #expect(try await stage.claim("default").map(\.run) == [run.id])
    }

    @Test("A run of one task makes its workflow once")
    func tasks() async throws {
        let stage = try Stage()
        for _ in 0..<2 {
            let details = try await stage.start(StartRequest(plan: .task(queue: "t"), input: "1"))
            #expect(details.workflow.name == "t" && details.run.state == .queued)
        }
        #expect(try stage.rowCount("workflow") == 1)
        #expect(try await stage.claim("t", max: 9).map(\.input) == ["1", "1"])
    }

    @Test("A start keeps what it was given, byte for byte")
    func carried() async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.single)
        let id = RunID(high: 7, low: 9)
        let run = try await stage.start("single") {
            $0.id = id
            $0.input = #"{ "b": 1.50, "a": "\u00e9" }"#
            $0.labels = [Label(name: "é", value: ""), Label(name: "e\u{301}", value: "2")]
            $0.alias = "my run"
            $0.session = "s"
        }
        let details = try stage.details(id)
        #expect(run.id == id && details.data.input == #"{ "b": 1.50, "a": "\u00e9" }"#)
        #expect(
            details.data.labels.map { Array($0.name.utf8) }
                == ["é", "e\u{301}"].map { Array($0.utf8) })
        #expect(details.alias == "my run" && details.data.session == "s")
        let named = try stage.engine.details(
            RunAddress(.alias("my run"), of: .name("single")), stage.caller)
        #expect(named.run.id == id)
        #expect(await refusal { try await stage.start("single") { $0.id = id } } == .conflict(.run))
        let alias = await refusal { try await stage.start("single") { $0.alias = "my run" } }
        #expect(alias == .conflict(.run))
    }

    @Test("An address that names another workflow names no run")
    func addresses() async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.single)
        let given = try await stage.given(.running)
        func found(_ workflow: WorkflowName) async -> RunError? {
            await refusal {
                try stage.engine.details(RunAddress(.id(given.run), of: workflow), stage.caller)
            }
        }
        #expect(await found(.name("pair")) == nil)
        #expect(await found(.name("single")) == .notFound(.run))
        #expect(await found(.name("none")) == .notFound(.workflow))
    }

    @Test func outOfRange() async throws {
        var limits = EngineLimits()
        limits.queuedRunsMax = 2
        let stage = try Stage(limits: limits)
        try await stage.workflow(Shape.single)
        let long = String(repeating: "x", count: 256)
        let same = Label(name: "k", value: "v")
        let rows: [@Sendable (inout StartRequest) -> Void] = [
            { $0.labels = [Label(name: "", value: "x")] },
            { $0.labels = [Label(name: long, value: "x")] },
            { $0.labels = [Label(name: "k", value: long)] },
            { $0.labels = (0..<65).map { Label(name: "\($0)", value: "") } },
            { $0.labels = [same, same] },
            { $0.labels = [same, Label(name: "k", value: "w")] },
            { $0.alias = "" }, { $0.alias = long }, { $0.session = "" }, { $0.session = long },
            { $0.plan = .task(queue: "") }, { $0.plan = .task(queue: "$command") },
            { $0.plan = .task(queue: long) },
        ]
        for (number, change) in rows.enumerated() {
            let refused = await refusal { try await stage.start("single", change) }
            guard case .invalid = refused else {
                Issue.record("row \(number): \(String(describing: refused))")
                continue
            }
        }
        let first = try await stage.start("single").id
        try await stage.start("single")
        #expect(await refusal { try await stage.start("single") } == .limit("queued_runs"))
        try await stage.send(.pause, to: first)
        try await stage.start("single")
        #expect(await refusal { try await stage.start("single") } == .limit("queued_runs"))
        try await stage.send(.delete, to: first)
        #expect(await refusal { try await stage.start("single") } == .limit("queued_runs"))
        _ = try await stage.claim()
        let restarted = try stage.restarted()
        try await restarted.start("single")
        #expect(await refusal { try await restarted.start("single") } == .limit("queued_runs"))
    }
}
