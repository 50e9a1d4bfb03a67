import JSON
import RunEngine
import Runs
import Testing

/// Runs in every state that a run can be in.
extension KubiyaRig {
    /// A run in that state, started through this style.
    func run(in state: RunState) async throws -> RunID {
        switch state {
        case .queued: return try await started(work)
        case .running: return try await claimed().run
        case .waiting: return try await started(#"{"name":"ask","approval":"Go on?"}"#, .waiting)
        case .paused:
            let run = try await started(work)
            _ = try await engine.pause(RunAddress(.id(run)), try call(), reply: empty)
            return run
        case .failing: return try await failing()
        case .stopping:
            let run = try await claimed().run
            try await cancel(run)
            return run
        case .succeeded:
            let task = try await claimed()
            try await report(.complete(output: #"{"answer":42}"#), task)
            return task.run
        case .failed:
            let task = try await claimed()
            try await report(.fail(error: "no luck", isRetryable: false), task)
            return task.run
        case .cancelled:
            let run = try await started(work)
            try await cancel(run)
            return run
        }
    }

    func state(_ run: RunID) throws -> RunState {
        try engine.details(RunAddress(.id(run)), try call().caller).run.state
    }

    func cancel(_ run: RunID) async throws {
        _ = try await engine.stop(
            RunAddress(.id(run)), StopRequest(.cancel), try call(), reply: empty)
    }

    /// Makes a workflow and answers its id.
    func workflow(_ name: String, _ steps: String) async throws -> WorkflowID {
        let document = #"{"name":"\#(name)","steps":[\#(steps)]}"#
        let definition = try WorkflowDefinition.parse(JSONValue(parsing: document)).1
        let request = WorkflowRequest(name: name, document: document, definition: definition)
        let reply = try await engine.createWorkflow(request, try call()) { workflow in
            Reply(status: 201, body: Array(workflow.id.text.utf8))
        }
        return try #require(WorkflowID(String(decoding: reply.body, as: UTF8.self)))
    }

    private var work: String { #"{"name":"work","queue":"work"}"# }

    private func started(_ steps: String, _ state: RunState = .queued) async throws -> RunID {
        let workflow = try await workflow("w-\(steps.utf8.count)-\(RunID.fresh())", steps)
        let answer = try await send(
            .post, "/api/v1/agents/\(workflow)/execute", #"{"prompt":"go"}"#)
        let id = try JSONValue(parsing: answer.body)["execution_id"]?.asString
        let run = try #require(id.flatMap(RunID.init(_:)))
        var clock = RunEngine.ClockState()
        engine.tick(&clock)
        #expect(try self.state(run) == state)
        return run
    }

    private func claimed() async throws -> ClaimedTask {
        let run = try await started(work)
        let request = ClaimRequest(worker: "w", queues: ["work"])
        let task = try #require(try await engine.claim(request, try call()).first)
        #expect(task.run == run)
        return task
    }

    /// Two tasks in hand, one of which failed for good.
    private func failing() async throws -> RunID {
        let run = try await started(work + #",{"name":"more","queue":"work"}"#)
        var request = ClaimRequest(worker: "w", queues: ["work"])
        request.max = 2
        let tasks = try await engine.claim(request, try call())
        try await report(.fail(error: "no luck", isRetryable: false), try #require(tasks.first))
        return run
    }

    private func report(_ report: TaskReport, _ task: ClaimedTask) async throws {
        _ = try await engine.report(
            report, task: task.task, token: task.lease.token, try call()
        ) { _ in Reply(status: 200, body: []) }
    }

    private var empty: @Sendable (Outcome) throws -> Reply { { _ in Reply(status: 200, body: []) } }
}

extension RunID {
    /// An id that names nothing yet.
    static func fresh() -> RunID { Environment.live.newIdentifier() }
}
