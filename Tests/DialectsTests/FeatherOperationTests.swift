import JSON
import RunEngine
import Runs
import Testing

@testable import Feather

/// Feather's operations on the real engine.
@Suite struct FeatherOperationTests {
    /// A run of Feather's style, and where it is.
    struct Subject {
        let site: Site
        let workflow: WorkflowID
        let id: RunID

        init(_ state: RunState = .queued) async throws {
            site = try Site()
            workflow = try await site.workflow("w", steps: Site.steps(for: state))
            let created = try await site.send(
                .post, "/api/v1/workflow/\(workflow)/execution", body: lead())
            #expect(created.status == 201)
            id = try #require(created["id"]?.asString.flatMap { RunID($0) })
            try await site.bring(id, to: state)
        }

        var path: String { "/api/v1/workflow/\(workflow)/execution/\(id)" }
        var signals: String { "/api/v1/workflow/\(workflow)/executions/\(id)" }

        /// All that a refused request must not change.
        func trace() async throws -> String {
            let shown = try await site.send(.get, path)
            let events = try await site.send(.get, "/v1/runs/\(id)/events")
            return shown.body + events.body
        }
    }

    static func lead(_ customer: String = "lead-1", phone: String = "+15551234567") -> String {
        #"{"customerLeadId":"\#(customer)","primaryPhone":"\#(phone)"}"#
    }

    static let words: [RunState: String] = [
        .queued: "CREATED", .running: "RUNNING", .waiting: "RUNNING", .paused: "PAUSED",
        .failing: "RUNNING", .stopping: "CANCELLED", .succeeded: "COMPLETED", .failed: "FAILED",
        .cancelled: "CANCELLED",
    ]

    @Test(arguments: RunState.allCases) func delete(_ state: RunState) async throws {
        let subject = try await Subject(state)
        let site = subject.site
        let shown = try await site.send(.get, subject.path)
        #expect(shown["status"]?.asString == Self.words[state])
        #expect((shown["completedAt"]?.isNull == false) == (shown["status"]?.isEnd == true))

        let deleted = try await site.send(.delete, subject.path)
        #expect(deleted.status == 200)
        #expect(deleted.body == #"{"message":"Agent workflow execution deleted successfully"}"#)
        for gone in [
            try await site.send(.delete, subject.path), try await site.send(.get, subject.path),
            try await site.send(.put, subject.path, body: #"{"status":"CANCELLED"}"#),
            try await site.send(.post, subject.signals + "/cancel"),
        ] {
            #expect(gone.status == 404)
            #expect(gone.body == missing)
        }
        let list = try await site.send(.get, "/api/v1/workflow/\(subject.workflow)/executions")
        #expect(list["executions"]?.asArray?.isEmpty == true)
        let receipt = try await site.send(.get, "/v1/runs/\(subject.id)/receipt")
        #expect(receipt["deleted"]?.asBool == true)
    }

    struct SignalRow: Sendable, CustomTestStringConvertible {
        let state: RunState
        let cancel: Int
        let pause: Int
        let resume: Int
        var testDescription: String { state.rawValue }
    }

    @Test(arguments: [
        SignalRow(state: .queued, cancel: 200, pause: 200, resume: 200),
        SignalRow(state: .running, cancel: 200, pause: 200, resume: 200),
        SignalRow(state: .waiting, cancel: 200, pause: 200, resume: 200),
        SignalRow(state: .paused, cancel: 200, pause: 200, resume: 200),
        SignalRow(state: .failing, cancel: 200, pause: 400, resume: 400),
        SignalRow(state: .stopping, cancel: 200, pause: 400, resume: 400),
        SignalRow(state: .succeeded, cancel: 400, pause: 400, resume: 400),
        SignalRow(state: .failed, cancel: 400, pause: 400, resume: 400),
        SignalRow(state: .cancelled, cancel: 200, pause: 400, resume: 400),
    ]) func signals(_ row: SignalRow) async throws {
        let rows = [("cancel", row.cancel), ("pause", row.pause), ("resume", row.resume)]
        for (name, status) in rows {
            let subject = try await Subject(row.state)
            let before = try await subject.trace()
            let answer = try await subject.site.send(
                .post, subject.signals + "/\(name)", fields: [("Content-Type", "application/json")])
            #expect(answer.status == status, "\(name)")
            if status == 400 {
                #expect(answer["code"]?.asString == "BAD_REQUEST")
                #expect(try await subject.trace() == before)
            } else if name == "cancel" {
                #expect(answer["status"]?.asString == "CANCELLED")
                #expect(answer["completedAt"]?.isNull == false)
            } else if name == "pause" {
                #expect(answer["status"]?.asString == "PAUSED")
            }
        }
    }

    struct UpdateRow: Sendable, CustomTestStringConvertible {
        let state: RunState
        let body: String
        let status: Int
        var word: String?
        var testDescription: String { "\(state) \(body)" }
    }

    @Test(arguments: [
        UpdateRow(state: .running, body: #"{"status":"PAUSED"}"#, status: 200, word: "PAUSED"),
        UpdateRow(state: .paused, body: #"{"status":"RUNNING"}"#, status: 200, word: "RUNNING"),
        UpdateRow(state: .queued, body: #"{"status":"RUNNING"}"#, status: 200, word: "CREATED"),
        UpdateRow(state: .queued, body: #"{"status":"CREATED"}"#, status: 200, word: "CREATED"),
        UpdateRow(state: .failing, body: #"{"status":"RUNNING"}"#, status: 200, word: "RUNNING"),
        UpdateRow(state: .failed, body: #"{"status":"FAILED"}"#, status: 200, word: "FAILED"),
        UpdateRow(
            state: .running, body: #"{"status":"CANCELLED"}"#, status: 200, word: "CANCELLED"),
        UpdateRow(state: .running, body: #"{"status":"COMPLETED"}"#, status: 400),
        UpdateRow(state: .running, body: #"{"status":"CREATED"}"#, status: 400),
        UpdateRow(state: .succeeded, body: #"{"status":"CANCELLED"}"#, status: 400),
        UpdateRow(
            state: .cancelled, body: #"{"status":"RUNNING","metadata":{"a":1}}"#, status: 400),
        UpdateRow(state: .running, body: #"{"status":"running"}"#, status: 400),
        UpdateRow(state: .running, body: #"{"metadata":[]}"#, status: 400),
        UpdateRow(state: .running, body: #"{"status":null}"#, status: 400),
        UpdateRow(state: .running, body: "{}", status: 400),
        UpdateRow(state: .running, body: "[]", status: 400),
        UpdateRow(state: .running, body: "", status: 400),
    ]) func update(_ row: UpdateRow) async throws {
        let subject = try await Subject(row.state)
        let before = try await subject.trace()
        let answer = try await subject.site.send(.put, subject.path, body: row.body)
        #expect(answer.status == row.status)
        #expect(answer["status"]?.asString == row.word)
        if row.status == 400 { #expect(try await subject.trace() == before) }
    }

    @Test func metadataIsReplaced() async throws {
        let subject = try await Subject(.running)
        let body = #"{"status":"PAUSED","metadata":{"firstName":"Ada","n":1.0}}"#
        let answer = try await subject.site.send(
            .put, subject.path, body: body, fields: [("Idempotency-Key", "k")])
        #expect(answer["status"]?.asString == "PAUSED")
        let shown = try await subject.site.send(.get, subject.path)
        #expect(shown["metadata"] == ["firstName": "Ada", "n": .number(try number("1.0"))])
        #expect(shown["customerLeadId"]?.asString == "lead-1")
    }

    @Test func laterStartWaits() async throws {
        let site = try Site()
        let workflow = try await site.workflow("w", steps: Site.steps(for: .running))
        let body = """
            {"customerLeadId":"a","primaryPhone":"+15551234567","startAt":"2026-01-02T03:05:05Z"}
            """
        let created = try await site.send(
            .post, "/api/v1/workflow/\(workflow)/execution", body: body)
        #expect(created.status == 201)
        site.tick()
        let list = try await site.send(.get, "/api/v1/workflow/\(workflow)/executions")
        let item = try #require(list["executions"]?.asArray?.first)
        #expect(item["status"]?.asString == "CREATED")
        #expect(item["nextRunAt"]?.asString == "2026-01-02T03:05:05.000Z")
        site.time.advance(milliseconds: 60_000)
        _ = try await site.claim("one")
    }
}

/// The answer for what is not there.
private let missing =
    #"{"status":404,"message":"Workflow execution not found","code":"NOT_FOUND","success":false}"#

private func number(_ literal: String) throws -> JSONNumber {
    try #require(try JSONValue(parsing: literal).asNumber)
}

extension JSONValue {
    /// Whether it is one of Feather's words for an end.
    fileprivate var isEnd: Bool {
        ["COMPLETED", "FAILED", "CANCELLED"].contains(asString ?? "")
    }
}
