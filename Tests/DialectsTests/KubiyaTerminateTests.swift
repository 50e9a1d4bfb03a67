import HTTP
import JSON
import RunEngine
import Runs
import Testing

@testable import Kubiya

/// The documented operation against a real engine.
@Suite struct KubiyaTerminateTests {
    @Test(arguments: [RunState.queued, .running, .waiting, .paused, .failing, .stopping])
    func terminates(_ state: RunState) async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: state)
        let (status, body) = try await terminate(rig, run.text)
        #expect(status == 200)
        let details = try rig.engine.details(RunAddress(.id(run)), try rig.call().caller)
        let stop = try #require(details.run.stop)
        let moment = (stop.escalatedAt ?? stop.requestedAt).microseconds(zone: "Z")
        let workflow = "agent-execution-\(run.text)"
        #expect(
            body
                == #"{"success":true,"workflow_id":"\#(workflow)","terminated_at":"\#(moment)"}"#)
        #expect(details.run.state == .cancelled)
        #expect(stop.mode == (state == .stopping ? .cancel : .terminate))
        #expect(stop.author.style == (state == .stopping ? .native : .kubiya))
        if state != .stopping { #expect(stop.reason == "enough") }
    }

    @Test(arguments: [
        (RunState.succeeded, "completed"), (.failed, "failed"), (.cancelled, "cancelled"),
    ])
    func refusesWhatHasEnded(_ state: RunState, _ word: String) async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: state)
        let events = try await rig.events(run)
        let (status, body) = try await terminate(rig, run.text)
        #expect(status == 400)
        #expect(body == #"{"detail":"Cannot terminate workflow in status: \#(word)"}"#)
        #expect(try rig.state(run) == state)
        #expect(try await rig.events(run) == events)
    }

    @Test func secondIsRefused() async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: .running)
        #expect(try await terminate(rig, run.text).0 == 200)
        #expect(try await terminate(rig, run.text).0 == 400)
    }

    @Test(arguments: ["upper", "bare", "agent", "team"])
    func takesEveryFormOfTheID(_ form: String) async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: .queued)
        let text =
            switch form {
            case "upper": run.text.uppercased()
            case "bare": run.hexadecimal
            default: "\(form)-execution-\(run.text)"
            }
        #expect(try await terminate(rig, text).0 == 200)
        #expect(try rig.state(run) == .cancelled)
    }

    @Test(arguments: ["018f3c2a-7b00-7a11-8c22-0123456789ab", "exec-1", "%20"])
    func unknownIsNotFound(_ id: String) async throws {
        let rig = try await KubiyaRig()
        let (status, body) = try await terminate(rig, id)
        #expect(status == 404)
        #expect(body == #"{"detail":"Execution not found"}"#)
    }

    /// Another workspace's run does not exist; another organization's is the one 403 there is.
    @Test(arguments: [("default", "else", 404), ("acme", "lab", 403)])
    func keepsTenantsApart(_ organization: String, _ workspace: String, _ expected: Int)
        async throws
    {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: .running)
        let events = try await rig.events(run)
        let key = try await rig.key(organization, workspace)
        let fields = [("UserKey", key)]
        let path = "/api/v1/executions/\(run.text)"
        let answer = try await rig.text(
            .post, "\(path)/terminate", #"{"reason":"enough"}"#, fields: fields)
        #expect(answer.status == expected)
        let detail = expected == 403 ? "Access denied" : "Execution not found"
        #expect(answer.body == #"{"detail":"\#(detail)"}"#)
        for (method, path) in [(Method.get, path), (.delete, path), (.post, path + "/cancel")] {
            #expect(try await rig.text(method, path, fields: fields).status == 404)
        }
        #expect(try rig.state(run) == .running)
        #expect(try await rig.events(run) == events)
    }

    private func terminate(_ rig: KubiyaRig, _ id: String) async throws -> (Int, String) {
        try await rig.text(.post, "/api/v1/executions/\(id)/terminate", #"{"reason":"enough"}"#)
    }
}
