import HTTP
import JSON
import Runs
import Testing

@testable import Kubiya

/// The three ways to start an execution, and how executions are found again.
@Suite struct KubiyaStartTests {
    private static let id = "018f3c2a-7b00-7a11-8c22-0123456789ab"

    @Test(arguments: [("agents", "agent"), ("teams", "team")])
    func executes(_ path: String, _ kind: String) async throws {
        let rig = try await KubiyaRig()
        let workflow = try await rig.workflow("nightly", #"{"name":"a","queue":"q"}"#)
        for name in ["nightly", workflow.text] {
            let answer = try await rig.send(
                .post, "/api/v1/\(path)/\(name)/execute",
                #"{"prompt":"go","worker_queue_id":"gpu","parent_execution_id":"x"}"#)
            let body = try JSONValue(parsing: answer.body)
            let run = body["execution_id"]?.asString ?? ""
            #expect(answer.status == 200)
            #expect(
                String(decoding: answer.body, as: UTF8.self)
                    == #"{"execution_id":"\#(run)","workflow_id":"\#(kind)-execution-\#(run)","#
                    + #""status":"PENDING","#
                    + #""message":"Execution submitted to worker queue: gpu"}"#)
            let row = try await row(rig, run)
            #expect(row["status"] == "pending")
            #expect(row["entity_id"] == .string(workflow.text))
            #expect(row["execution_type"] == (kind == "agent" ? "agent" : "TEAM"))
            let stopped = try await rig.text(
                .post, "/api/v1/executions/\(run)/terminate", #"{"reason":"x"}"#)
            #expect(stopped.body.contains(#""workflow_id":"\#(kind)-execution-\#(run)""#))
        }
    }

    @Test(arguments: [("agents", "Agent"), ("teams", "Team")])
    func unknownEntity(_ path: String, _ word: String) async throws {
        let rig = try await KubiyaRig()
        let path = "/api/v1/\(path)/none/execute"
        #expect(
            try await rig.text(.post, path, #"{"prompt":"go"}"#)
                == (404, #"{"detail":"\#(word) not found"}"#))
        #expect(try await rig.text(.post, path, "{}").status == 422)
    }

    @Test func createsUnderAGivenID() async throws {
        let rig = try await KubiyaRig()
        let first = try await rig.text(.post, "/api/v1/executions/create", body("helper"))
        #expect(first.status == 201)
        #expect(first.body.hasPrefix(#"{"execution_id":"\#(Self.id)","status":"created","#))
        let row = try await row(rig, Self.id)
        #expect(row["execution_type"] == "AGENT")
        #expect(row["entity_id"] == "helper")
        #expect(row["entity_name"] == "agent:helper")
        #expect(row["organization_id"] == "default")
        #expect(
            try await rig.text(.post, "/api/v1/executions/create", body("helper"))
                == (409, #"{"detail":"Execution already exists"}"#))
    }

    @Test(arguments: [
        "execution_id", "organization_id", "entity_type", "entity_id", "prompt", "trigger_type",
        "trigger_metadata",
    ])
    func createNeeds(_ member: String) async throws {
        let rig = try await KubiyaRig()
        var object = try #require(try JSONValue(parsing: body("helper")).asObject)
        object.remove(member)
        let text = String(decoding: JSONValue.object(object).serialized(), as: UTF8.self)
        let answer = try await rig.text(.post, "/api/v1/executions/create", text)
        #expect(answer.status == 422)
        #expect(answer.body.contains(#""type":"missing","loc":["body","\#(member)"]"#))
    }

    /// Each query, and how many of the three runs it finds: an agent's that is pending, a team's
    /// that is cancelled, another style's that is pending.
    @Test(arguments: [
        ("", 3), ("?limit=2", 2), ("?skip=1", 2), ("?skip=3", 0), ("?limit=0", 0),
        ("?limit=100000", 3), ("?status_filter=PENDING", 2), ("?status=cancelled", 1),
        ("?status=queued", 0), ("?status=pending&status_filter=cancelled", 0),
        ("?execution_type=TEAM", 1), ("?execution_type=agent", 1), ("?agent_id=one", 1),
        ("?team_id=one", 1), ("?agent_id=one&team_id=one", 0), ("?agent_id=none", 0),
    ])
    func lists(_ query: String, _ count: Int) async throws {
        let rig = try await KubiyaRig()
        _ = try await rig.workflow("one", #"{"name":"a","queue":"q"}"#)
        for kind in ["agents", "teams"] {
            _ = try await rig.send(.post, "/api/v1/\(kind)/one/execute", #"{"prompt":"go"}"#)
        }
        let newest = try await rig.send(.get, "/api/v1/executions?limit=1")
        let team = try JSONValue(parsing: newest.body).asArray?.first?["id"]?.asString ?? ""
        _ = try await rig.send(.post, "/api/v1/executions/\(team)/cancel")
        _ = try await rig.engine.start(
            .init(plan: .task(queue: "other"), input: "null"), try rig.call()
        ) { _ in .init(status: 201, body: []) }
        let answer = try await rig.send(.get, "/api/v1/executions\(query)")
        #expect(answer.status == 200)
        #expect(try JSONValue(parsing: answer.body).asArray?.count == count)
    }

    @Test(arguments: ["limit=abc", "limit=", "skip=-1", "limit=1.5"])
    func refusesNumbersThatAreNone(_ query: String) async throws {
        let rig = try await KubiyaRig()
        #expect(try await rig.text(.get, "/api/v1/executions?\(query)").status == 422)
    }

    @Test func batchIsolatesItsEntries() async throws {
        let rig = try await KubiyaRig()
        let (first, second) = (try await rig.run(in: .running), try await rig.run(in: .queued))
        let ids = ["bad", first.text, first.text, RunID.fresh().text, second.hexadecimal]
        let list = ids.map { "\"\($0)\"" }.joined(separator: ",")
        let answer = try await rig.send(
            .post, "/api/v1/executions/batch/terminate",
            #"{"execution_ids":[\#(list)],"reason":"enough"}"#)
        let body = try JSONValue(parsing: answer.body)
        #expect(answer.status == 200)
        #expect(body["total_requested"] == 5)
        #expect(body["total_succeeded"] == 2)
        #expect(body["total_failed"] == 3)
        let results = body["results"]?.asArray ?? []
        #expect(results.map { $0["execution_id"]?.asString } == ids)
        #expect(
            results.map { $0["error"]?.asString } == [
                "Execution not found", nil, "Cannot terminate workflow in status: cancelled",
                "Execution not found", nil,
            ])
    }

    @Test(arguments: [
        (#"{"execution_ids":[],"reason":"x"}"#, "too_short"),
        (#"{"execution_ids":"x","reason":"x"}"#, "list_type"),
        (#"{"execution_ids":[1],"reason":"x"}"#, "string_type"),
        (#"{"reason":"x"}"#, "missing"), (#"{"execution_ids":["x"]}"#, "missing"),
    ])
    func batchRefuses(_ body: String, _ type: String) async throws {
        let rig = try await KubiyaRig()
        let answer = try await rig.text(.post, "/api/v1/executions/batch/terminate", body)
        #expect(answer.status == 422)
        #expect(answer.body.contains(#""type":"\#(type)""#))
    }

    private func row(_ rig: KubiyaRig, _ id: String) async throws -> JSONValue {
        try JSONValue(parsing: try await rig.send(.get, "/api/v1/executions/\(id)").body)
    }

    private func body(_ entity: String) -> String {
        #"{"execution_id":"\#(Self.id)","organization_id":"else","entity_type":"agent","#
            + #""entity_id":"\#(entity)","job_id":null,"prompt":"go","trigger_type":"manual","#
            + #""trigger_metadata":{}}"#
    }
}
