import HTTP
import JSON
import Runs
import Testing

@testable import Kubiya

/// Cancel, pause, resume and delete, in every state: a refusal is a 200 as well.
@Suite struct KubiyaOperationTests {
    struct Row: CustomTestStringConvertible {
        let operation: String
        let state: RunState
        /// Where it leads; nil for a refusal.
        let after: RunState?
        /// What the refusal says behind `Execution `.
        var complaint = ""

        var testDescription: String { "\(operation) \(state)" }
    }

    private static func refused(_ operation: String, _ state: RunState, _ words: String) -> Row {
        Row(operation: operation, state: state, after: nil, complaint: words)
    }

    private static let cancels = [
        Row(operation: "cancel", state: .queued, after: .cancelled),
        Row(operation: "cancel", state: .running, after: .stopping),
        Row(operation: "cancel", state: .waiting, after: .cancelled),
        Row(operation: "cancel", state: .paused, after: .cancelled),
        Row(operation: "cancel", state: .failing, after: .stopping),
        refused("cancel", .stopping, "is not running (status: cancelled)"),
        refused("cancel", .succeeded, "is not running (status: completed)"),
        refused("cancel", .failed, "is not running (status: failed)"),
        refused("cancel", .cancelled, "is not running (status: cancelled)"),
    ]
    private static let pauses = [
        refused("pause", .queued, "cannot be paused (status: pending)"),
        Row(operation: "pause", state: .running, after: .paused),
        Row(operation: "pause", state: .waiting, after: .paused),
        refused("pause", .paused, "cannot be paused (status: paused)"),
        refused("pause", .failing, "cannot be paused (status: running)"),
        refused("pause", .stopping, "cannot be paused (status: cancelled)"),
        refused("pause", .succeeded, "cannot be paused (status: completed)"),
    ]
    private static let resumes = [
        refused("resume", .queued, "is not paused (status: pending)"),
        refused("resume", .running, "is not paused (status: running)"),
        refused("resume", .waiting, "is not paused (status: waiting_for_input)"),
        Row(operation: "resume", state: .paused, after: .running),
        refused("resume", .stopping, "is not paused (status: cancelled)"),
        refused("resume", .failed, "is not paused (status: failed)"),
    ]

    @Test(arguments: cancels + pauses + resumes)
    func answers(_ row: Row) async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: row.state)
        let events = try await rig.events(run)
        let path = "/api/v1/executions/\(run.text.uppercased())/\(row.operation)"
        // A body is ignored, whatever it is.
        let (status, body) = try await rig.text(.post, path, "{")
        #expect(status == 200)
        guard let after = row.after else {
            let word = Status(row.state).rawValue
            #expect(
                body == #"{"success":false,"error":"Execution \#(row.complaint)","#
                    + #""execution_id":"\#(run.text)","status":"\#(word)"}"#)
            #expect(try rig.state(run) == row.state)
            #expect(try await rig.events(run) == events)
            return
        }
        let participle = ["cancel": "cancelled", "pause": "paused", "resume": "resumed"]
        #expect(
            body == #"{"success":true,"execution_id":"\#(run.text)","#
                + #""workflow_id":"agent-execution-\#(run.text)","#
                + #""message":"Execution \#(participle[row.operation] ?? "") successfully"}"#)
        #expect(try rig.state(run) == after)
    }

    @Test(arguments: ["cancel", "pause", "resume"])
    func unknownIsNotFound(_ operation: String) async throws {
        let rig = try await KubiyaRig()
        let path = "/api/v1/executions/\(RunID.fresh())/\(operation)"
        let (status, body) = try await rig.text(.post, path)
        #expect(status == 404)
        #expect(body == #"{"detail":"Execution not found"}"#)
    }

    @Test(arguments: RunState.allCases)
    func deletesInEveryState(_ state: RunState) async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: state)
        let path = "/api/v1/executions/\(run.text)"
        let (status, body) = try await rig.text(.delete, path)
        #expect(status == 204)
        #expect(body.isEmpty)
        for (method, path) in [(Method.get, path), (.delete, path), (.post, path + "/cancel")] {
            #expect(try await rig.text(method, path).status == 404)
        }
        #expect(try await rig.text(.get, "/api/v1/executions").body == "[]")
    }

    /// A cancel by a person is told in the row.
    @Test func showsTheStop() async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: .running)
        try await rig.cancel(run)
        let answer = try await rig.send(.get, "/api/v1/executions/\(run.text)")
        let row = try JSONValue(parsing: answer.body)
        #expect(row["status"] == "cancelled")
        #expect(row["error_message"] == "Cancelled by user")
        #expect(row["completed_at"]?.isNull == false)
    }
}
