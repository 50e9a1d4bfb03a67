import HTTP
import Runs
import Testing

@testable import Kubiya

/// Requests that are sent again with their Idempotency-Key.
@Suite struct KubiyaRepeatTests {
    /// A stored answer outlives its run.
    @Test(arguments: [
        ("cancel", RunState.running), ("pause", .running), ("resume", .paused),
    ])
    func isAnsweredAfterADelete(_ operation: String, _ state: RunState) async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: state)
        let path = "/api/v1/executions/\(run.text)"
        let first = try await send(rig, "\(path)/\(operation)")
        #expect(first.status == 200 && first.first("Idempotent-Replayed") == nil)
        #expect(try await rig.text(.delete, path).status == 204)
        let second = try await send(rig, "\(path)/\(operation)")
        #expect(second.status == 200 && second.body == first.body)
        #expect(second.first("Idempotent-Replayed") == "true")
        #expect(try await send(rig, "\(path)/\(operation)", key: "other").status == 404)
    }

    /// Neither what is refused as a 400 nor what is refused as a 200.
    @Test(arguments: [("terminate", 400), ("cancel", 200), ("pause", 200), ("resume", 200)])
    func aRefusalIsNotRemembered(_ operation: String, _ status: Int) async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: .cancelled)
        let path = "/api/v1/executions/\(run.text)"
        let body = #"{"reason":"enough"}"#
        #expect(try await send(rig, "\(path)/\(operation)", body).status == status)
        #expect(try await rig.text(.delete, path).status == 204)
        #expect(try await send(rig, "\(path)/\(operation)", body).status == 404)
    }

    @Test func aBatchIsOneRequest() async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: .running)
        let path = "/api/v1/executions/batch/terminate"
        let body = #"{"execution_ids":["\#(run.text)","none"],"reason":"enough"}"#
        let first = try await send(rig, path, body)
        #expect(first.status == 200 && first.first("Idempotent-Replayed") == nil)
        let second = try await send(rig, path, body)
        #expect(second.status == 200 && second.body == first.body)
        #expect(second.first("Idempotent-Replayed") == "true")
    }

    /// A key that was used for another batch is refused before any execution is looked at.
    @Test func aBatchWithAUsedKeyChangesNothing() async throws {
        let rig = try await KubiyaRig()
        let (run, other) = (try await rig.run(in: .running), try await rig.run(in: .running))
        let path = "/api/v1/executions/batch/terminate"
        let first = #"{"execution_ids":["\#(run.text)"],"reason":"enough"}"#
        #expect(try await send(rig, path, first).status == 200)
        let events = try await rig.events(other)
        let second = #"{"execution_ids":["none","\#(other.text)"],"reason":"enough"}"#
        let answer = try await send(rig, path, second)
        #expect(answer.status == 422)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("Idempotency-Key"))
        #expect(try await rig.events(other) == events)
    }

    private func send(
        _ rig: KubiyaRig, _ path: String, _ body: String? = nil, key: String = "k"
    ) async throws -> Response {
        let fields = [("UserKey", rig.instanceKey), ("Idempotency-Key", key)]
        return try await rig.send(.post, path, body, fields: fields)
    }
}
