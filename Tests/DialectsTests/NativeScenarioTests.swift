import Dialect
import HTTP
import JSON
import Runs
import Testing

@testable import Native

extension Scene {
    /// A workflow of two steps side by side on one queue, and a cleanup step.
    static let workflow = """
        {"name":"nightly","grace_s":10,"steps":[{"name":"a","queue":"q"},\
        {"name":"b","queue":"q"}],"cleanup":[{"name":"c","queue":"q"}]}
        """

    /// A run of that workflow, brought into a state.
    func run(in state: RunState) async throws -> String {
        _ = try await send(.post, "/v1/workflows", Self.workflow)
        let started = try await send(.post, "/v1/runs", #"{"workflow":"nightly"}"#)
        try #require(started.status == 201)
        let run = "/v1/runs/\(started.id)"
        switch state {
        case .queued: break
        case .running: _ = try await claim()
        case .waiting: Issue.record("the workflow has no approval")
        case .paused: _ = try await send(.post, run + "/pause")
        case .failing:
            let task = try #require(try await claim())
            _ = try await claim()
            _ = try await report(task, "fail", #""error":"no","retryable":false"#)
        case .stopping:
            _ = try await claim()
            _ = try await send(.post, run + "/cancel")
        case .succeeded:
            for _ in 0..<3 {
                guard let task = try await claim() else { break }
                _ = try await report(task, "complete")
            }
        case .failed:
            let task = try #require(try await claim())
            _ = try await report(task, "fail", #""error":"no","retryable":false"#)
            if let cleanup = try await claim() { _ = try await report(cleanup, "complete") }
        case .cancelled: _ = try await send(.post, run + "/terminate")
        }
        return started.id
    }

    /// One task of the queue `q`; nil when there is none.
    func claim() async throws -> JSONValue? {
        let answer = try await send(
            .post, "/v1/tasks/claim", #"{"worker":"w","queues":["q"]}"#)
        try #require(answer.status == 200)
        return answer.body["tasks"]?.asArray?.first
    }

    func report(
        _ task: JSONValue, _ word: String, _ members: String? = nil
    ) async throws -> Answer {
        let name = try #require(task["task"]?.asString)
        let token = try #require(task["lease"]?["token"]?.asString)
        let more = members.map { "," + $0 } ?? ""
        return try await send(
            .post, "/v1/tasks/\(name)/\(word)", #"{"lease":{"token":"\#(token)"}\#(more)}"#)
    }

    /// The kinds of a run's events.
    func events(_ run: String) async throws -> [String] {
        let answer = try await send(.get, "/v1/runs/\(run)/events?limit=200")
        return answer.body["events"]?.asArray?.compactMap { $0["kind"]?.asString } ?? []
    }
}

/// What signals do to runs over the native API: status, `changed`, state, and the events recorded.
@Suite struct NativeSignalTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let state: RunState
        let signal: String
        let status: Int
        var changed: Bool?
        var after: RunState?
        var events: [String] = []

        var testDescription: String { "\(signal) of a run that is \(state)" }
    }

    @Test(arguments: [
        Row(
            state: .queued, signal: "cancel", status: 200, changed: true, after: .cancelled,
            events: ["run.cancel_requested", "run.cancelled"]),
        Row(
            state: .running, signal: "cancel", status: 200, changed: true, after: .stopping,
            events: ["run.cancel_requested", "step.told"]),
        Row(state: .stopping, signal: "cancel", status: 200, changed: false, after: .stopping),
        Row(state: .cancelled, signal: "cancel", status: 200, changed: false, after: .cancelled),
        Row(state: .succeeded, signal: "cancel", status: 409, after: .succeeded),
        Row(state: .failed, signal: "cancel", status: 409, after: .failed),
        Row(state: .paused, signal: "pause", status: 200, changed: false, after: .paused),
        Row(state: .stopping, signal: "pause", status: 409, after: .stopping),
        Row(state: .cancelled, signal: "terminate", status: 200, changed: false, after: .cancelled),
        Row(state: .running, signal: "resume", status: 200, changed: false, after: .running),
        Row(state: .succeeded, signal: "terminate", status: 409, after: .succeeded),
    ])
    func signal(_ row: Row) async throws {
        let scene = try Scene()
        let run = try await scene.run(in: row.state)
        let before = try await scene.events(run)
        let answer = try await scene.send(.post, "/v1/runs/\(run)/\(row.signal)")
        #expect(answer.status == row.status)
        #expect(answer.body["changed"]?.asBool == row.changed)
        if row.status == 409 { #expect(answer.code == "illegal_state") }
        let now = try await scene.send(.get, "/v1/runs/\(run)")
        #expect(now.body["state"]?.asString == row.after?.word)
        #expect(Array(try await scene.events(run).dropFirst(before.count)) == row.events)
    }
}
