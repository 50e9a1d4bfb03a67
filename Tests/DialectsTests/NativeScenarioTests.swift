import Dialect
import HTTP
import JSON
import Runs
import Testing

@testable import Native

extension Site {
    /// A workflow of two steps side by side on one queue, and a cleanup step.
    static let workflow = """
        {"name":"nightly","grace_s":10,"steps":[{"name":"a","queue":"q"},\
        {"name":"b","queue":"q"}],"cleanup":[{"name":"c","queue":"q"}]}
        """

    /// Sends a request; an empty key sends none.
    func native(
        _ method: HTTP::Method, _ path: String, _ body: String = "", as key: String? = nil,
        fields: [(String, String)] = []
    ) async throws -> Answer {
        try await send(
            method, path, body: body, key: key == "" ? nil : key ?? "admin", fields: fields)
    }

    /// Moves the clock and lets happen what is due.
    func pass(milliseconds: Int64) {
        time.advance(milliseconds: milliseconds)
        tick()
    }

    /// A run of that workflow; with a state, of one that can be brought there.
    func run(in state: RunState? = nil) async throws -> String {
        let steps = state.map(Self.steps(for:))
        let document = steps.map { #"{"name":"nightly","steps":\#($0)}"# } ?? Self.workflow
        _ = try await native(.post, "/v1/workflows", document)
        let started = try await native(.post, "/v1/runs", #"{"workflow":"nightly"}"#)
        try #require(started.status == 201)
        let run = try #require(RunID(started.id))
        if let state { try await bring(run, to: state) }
        return started.id
    }

    /// One task of the queue `q`; nil when there is none.
    func claim() async throws -> JSONValue? {
        tick()
        let answer = try await native(
            .post, "/v1/tasks/claim", #"{"worker":"w","queues":["q"]}"#)
        try #require(answer.status == 200)
        return answer["tasks"]?.asArray?.first
    }

    func report(
        _ task: JSONValue, _ word: String, _ members: String? = nil
    ) async throws -> Answer {
        let name = try #require(task["task"]?.asString)
        let token = try #require(task["lease"]?["token"]?.asString)
        let more = members.map { "," + $0 } ?? ""
        return try await native(
            .post, "/v1/tasks/\(name)/\(word)", #"{"lease":{"token":"\#(token)"}\#(more)}"#)
    }

    /// The kinds of a run's events.
    func events(_ run: String) async throws -> [String] {
        let answer = try await native(.get, "/v1/runs/\(run)/events?limit=200")
        return answer["events"]?.asArray?.compactMap { $0["kind"]?.asString } ?? []
    }
}

extension Answer {
    /// Of a problem.
    var code: String? { self["code"]?.asString }
    var id: String { self["id"]?.asString ?? "" }
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
            events: ["run.cancel_requested"]),
        Row(state: .stopping, signal: "cancel", status: 200, changed: false, after: .stopping),
        Row(state: .cancelled, signal: "cancel", status: 200, changed: false, after: .cancelled),
        Row(state: .succeeded, signal: "cancel", status: 409, after: .succeeded),
        Row(state: .failed, signal: "cancel", status: 409, after: .failed),
        Row(state: .paused, signal: "pause", status: 200, changed: false, after: .paused),
        Row(state: .stopping, signal: "pause", status: 409, after: .stopping),
        Row(state: .cancelled, signal: "terminate", status: 200, changed: false, after: .cancelled),
        Row(state: .running, signal: "resume", status: 200, changed: false, after: .running),
        Row(state: .succeeded, signal: "terminate", status: 409, after: .succeeded),
        Row(
            state: .waiting, signal: "approve", status: 200, changed: true, after: .succeeded,
            events: ["step.approved", "run.succeeded"]),
        Row(
            state: .waiting, signal: "reject", status: 200, changed: true, after: .failed,
            events: ["step.rejected", "run.failing", "run.failed"]),
        Row(state: .running, signal: "approve", status: 409, after: .running),
    ])
    func signal(_ row: Row) async throws {
        let site = try Site()
        let run = try await site.run(in: row.state)
        let before = try await site.events(run)
        let answer = try await site.native(.post, "/v1/runs/\(run)/\(row.signal)")
        #expect(answer.status == row.status)
        #expect(answer["changed"]?.asBool == row.changed)
        let isOfStep = row.signal == "approve"
        if row.status == 409 {
            #expect(answer.code == (isOfStep ? "illegal_step" : "illegal_state"))
        }
        let now = try await site.native(.get, "/v1/runs/\(run)")
        #expect(now["state"]?.asString == row.after?.word)
        let events = Array(try await site.events(run).dropFirst(before.count))
        #expect(events == row.events)
    }
}
