import JSON
import RunEngine
import Runs
import Testing

@testable import Feather

/// Feather's operations on the real engine.
@Suite struct FeatherOperationTests {
    static let words: [RunState: String] = [
        .queued: "CREATED", .running: "RUNNING", .waiting: "RUNNING", .paused: "PAUSED",
        .failing: "RUNNING", .stopping: "CANCELLED", .succeeded: "COMPLETED", .failed: "FAILED",
        .cancelled: "CANCELLED",
    ]

    @Test(arguments: RunState.allCases) func delete(_ state: RunState) async throws {
        let subject = try await FeatherSubject(state)
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
        /// What cancel, pause and resume are answered.
        let statuses: [Int]

        init(_ state: RunState, _ statuses: Int...) {
            self.state = state
            self.statuses = statuses
        }

        var testDescription: String { state.rawValue }
    }

    static let signalRows = [
        SignalRow(.queued, 200, 200, 200),
        SignalRow(.running, 200, 200, 200),
        SignalRow(.waiting, 200, 200, 200),
        SignalRow(.paused, 200, 200, 200),
        SignalRow(.failing, 200, 400, 400),
        SignalRow(.stopping, 200, 400, 400),
        SignalRow(.succeeded, 400, 400, 400),
        SignalRow(.failed, 400, 400, 400),
        SignalRow(.cancelled, 200, 400, 400),
    ]

    @Test(arguments: signalRows) func signals(_ row: SignalRow) async throws {
        for (name, status) in zip(["cancel", "pause", "resume"], row.statuses) {
            let subject = try await FeatherSubject(row.state)
            let before = try await subject.trace()
            let answer = try await subject.site.send(
                .post, subject.signals + "/\(name)",
                fields: [("Content-Type", "application/json")])
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
}

/// The answer for what is not there.
private let missing =
    #"{"status":404,"message":"Workflow execution not found","code":"NOT_FOUND","success":false}"#

extension JSONValue {
    /// Whether it is one of Feather's words for an end.
    fileprivate var isEnd: Bool {
        ["COMPLETED", "FAILED", "CANCELLED"].contains(asString ?? "")
    }
}
