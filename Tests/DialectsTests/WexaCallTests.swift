import HTTP
import JSON
import RunEngine
import Runs
import Testing

@testable import Wexa

/// Create, read, pause, resume and execute on a real engine.
@Suite struct WexaCallTests {
    let server: WexaAgnoServer

    init() throws { server = try WexaAgnoServer(Wexa.dialect) }

    private func create(
        _ body: String, _ query: String = "", fields: [(String, String)] = []
    ) async throws -> WexaAgnoServer.Answer {
        try await server.send(.post, "/execute_flow\(query)", body: body, fields: fields)
    }

    @Test func createdExecution() async throws {
        let flow = try await server.workflow("nightly", #""queue":"llm""#, #""sleep_s":5"#)
        let body =
            #"{"agentflow_id":"\#(flow.id.prefix24)","projectID":"\#(server.project)","#
            + #""goal":"write it","executed_by":"sdk@test","input_variables":{"n":1.50},"x":[]}"#
        let answer = try await create(body)
        #expect(answer.status == 200)
        let text = try #require(answer.json["execution_id"]?.asString)
        let id = try #require(RunID(text))
        let prefix = flow.id.prefix24.prefix(16)
        let agents = [
            #"{"_id":"\#(prefix)00000001","llm":\#(llm),"role":"","role_description":"","#
                + #""title":"step0","agent_type":"custom","next_agent":"\#(prefix)00000002"}"#,
            #"{"_id":"\#(prefix)00000002","llm":\#(llm),"role":"","role_description":"","#
                + #""title":"step1","agent_type":"custom","next_agent":null}"#,
        ]
        let expected =
            #"{"_id":"\#(id.prefix24)","execution_id":"\#(id.text)","#
            + #""agentflow_id":"\#(flow.id.prefix24)","projectID":"\#(server.project)","#
            + #""task_id":"\#(id.prefix24)","status":"ready","goal":"write it","#
            + #""input_variables":{"n":1.50},"executed_by":{"_id":"sdk@test","name":"sdk@test","#
            + #""type":"manual","metadata":null},"created_at":1745220609.001,"end_time":null,"#
            + #""agentflow":{"agentflow_id":"\#(flow.id.prefix24)","name":"nightly","role":"","#
            + #""image":null,"initialAgent":"\#(prefix)00000001","conclusion":null,"#
            + #""agents":[\#(agents.joined(separator: ","))]},"agents_output":[],"#
            + #""conclusion":null,"anomaly_detected":null,"goal_template":null,"#
            + #""parent_execution_id":null,"schedule":null,"start_from_agent_id":null,"#
            + #""files":[],"execution_context":{},"previews":{},"runtime_inputs":{}}"#
        #expect(answer.text == expected)
        let details = try server.engine.details(RunAddress(.id(id)), server.caller)
        #expect(details.data.input == body)
        for name in [id.text, id.prefix24] {
            let read = try await server.send(.get, "/execute_flow/\(name)")
            #expect(read.text == expected)
        }
    }

    private let llm = #"{"model":null,"temperature":null,"max_tokens":null}"#

    struct Refused: CustomTestStringConvertible {
        let body: String
        var query = ""
        let status: Int
        let detail: String

        var testDescription: String { "\(status) \(detail)" }
    }

    @Test(arguments: [
        Refused(
            body: #"{"agentflow_id":"nightly"}"#, status: 422, detail: "projectID: field required"),
        Refused(
            body: #"{"agentflow_id":"","goal":1,"executed_by":{},"input_variables":"x"}"#,
            query: "?projectID=default", status: 422,
            detail: "agentflow_id: must not be empty; goal: must be of type string; "
                + "executed_by: must be of type string; input_variables: must be of type object"),
        Refused(
            body: #"{"agentflow_id":null}"#, query: "?projectID=default", status: 422,
            detail: "agentflow_id: must be of type string"),
        Refused(
            body: #"{"agentflow_id":"nightly","execution_id":"x"}"#, query: "?projectID=default",
            status: 400, detail: "agentflow_id and execution_id exclude each other"),
        Refused(
            body: #"{"agentflow_id":"nightly","projectID":"default"}"#, query: "?projectID=other",
            status: 400, detail: "projectID in query and body do not match"),
        Refused(
            body: #"{"agentflow_id":"nightly"}"#, query: "?projectID=other", status: 404,
            detail: "Project not found"),
        Refused(
            body: #"{"agentflow_id":"daily"}"#, query: "?projectID=default", status: 404,
            detail: "Agentflow not found"),
    ])
    func refusedCreate(_ row: Refused) async throws {
        _ = try await server.workflow("nightly", #""queue":"llm""#)
        let answer = try await create(row.body, row.query)
        #expect(answer.status == row.status)
        #expect(answer.json["detail"]?.asString == row.detail)
        let list = try await server.send(.get, "/default/execution_flows")
        #expect(list.text == #"{"execution_flows":[],"total_count":0}"#)
    }

    /// The SDK's mark, and what makes another create of it.
    @Test func sameMarkIsSameCreate() async throws {
        _ = try await server.workflow("nightly", #""queue":"llm""#)
        let body = #"{"agentflow_id":"nightly","projectID":"default"}"#
        let other = #"{"agentflow_id":"nightly","projectID":"default","goal":"other"}"#
        let mark = ("x-client-request-id", "1745220609001")
        let first = try await create(body, fields: [mark])
        let again = try await create(body, fields: [mark])
        #expect(again.text == first.text)
        #expect(again.response.first("idempotent-replayed") == "true")
        let second = try await server.key()
        let others = [
            try await create(other, fields: [mark]), try await create(body),
            try await create(body, fields: [("x-client-request-id", "1745220609002")]),
            try await server.send(.post, "/execute_flow/", key: second, body: body, fields: [mark]),
        ]
        let ids = ([first] + others).compactMap { $0.json["execution_id"]?.asString }
        #expect(Set(ids).count == 5)
    }

    /// Two minutes, by reliability I7.
    @Test func markIsForgotten() async throws {
        let site = try Site()
        _ = try await site.workflow("nightly", steps: Site.steps(for: .queued))
        let body = #"{"agentflow_id":"nightly","projectID":"default"}"#
        var ids: [JSONValue?] = []
        for wait in [Int64(0), 119_999, 1] {
            site.time.advance(milliseconds: wait)
            let answer = try await site.send(
                .post, "/execute_flow", body: body,
                fields: [("x-client-request-id", "1745220609001")])
            #expect(answer.status == 200)
            ids.append(answer["execution_id"])
        }
        #expect(ids[0] == ids[1])
        #expect(ids[0] != ids[2])
    }

    struct Step: CustomTestStringConvertible {
        let operation: String
        let state: RunState
        let status: Int
        let word: String
        var changes = false

        init(
            _ operation: String, _ state: RunState, _ status: Int, _ word: String,
            _ changes: Bool = false
        ) {
            self.operation = operation
            self.state = state
            self.status = status
            self.word = word
            self.changes = changes
        }

        var testDescription: String { "\(operation) \(state)" }
    }

    private static let pauses = [
        Step("pause", .queued, 200, "paused", true), Step("pause", .running, 200, "paused", true),
        Step("pause", .waiting, 200, "paused", true), Step("pause", .paused, 200, "paused"),
        Step("pause", .failing, 409, "failing"), Step("pause", .stopping, 409, "cancelled"),
        Step("pause", .succeeded, 409, "completed"), Step("pause", .failed, 409, "failed"),
        Step("pause", .cancelled, 409, "cancelled"),
    ]

    private static let resumes = [
        Step("resume", .queued, 200, "ready"), Step("resume", .running, 200, "running"),
        Step("resume", .waiting, 200, "input_required"),
        Step("resume", .paused, 200, "running", true), Step("resume", .failing, 409, "failing"),
        Step("resume", .stopping, 409, "cancelled"), Step("resume", .succeeded, 409, "completed"),
        Step("resume", .failed, 409, "failed"), Step("resume", .cancelled, 409, "cancelled"),
    ]

    private static let nudges = [
        Step("execute", .queued, 200, "ready"), Step("execute", .running, 200, "running"),
        Step("execute", .waiting, 409, "input_required"), Step("execute", .paused, 409, "paused"),
        Step("execute", .failing, 409, "failing"), Step("execute", .stopping, 409, "cancelled"),
        Step("execute", .succeeded, 409, "completed"), Step("execute", .failed, 409, "failed"),
        Step("execute", .cancelled, 409, "cancelled"),
    ]

    @Test(arguments: pauses + resumes + nudges)
    func signal(_ step: Step) async throws {
        let run = try await server.run(in: step.state)
        let answer = try await server.send(
            .post, "/execute_flow//\(step.operation)?projectID=\(server.project)",
            body: #"{"projectID":"\#(server.project)","execution_id":"\#(run.id.text)"}"#)
        #expect(answer.status == step.status)
        let past = step.operation == "resume" ? "resumed" : step.operation + "d"
        #expect(
            answer.text
                == (step.status == 200
                    ? #"{"execution_id":"\#(run.id.text)","status":"\#(step.word)"}"#
                    : #"{"detail":"Execution is \#(step.word) and cannot be \#(past)"}"#))
        #expect((try server.details(run).run.lastEvent > run.lastEvent) == step.changes)
    }

    /// The query's id is read by execute alone, and only where nothing else names one.
    @Test func executeReadsTheQuery() async throws {
        let run = try await server.run(in: .queued)
        let query = "?projectID=default&execution_id=\(run.id.text)"
        #expect(try await server.send(.post, "/execute_flow//execute\(query)").status == 200)
        #expect(try await server.send(.post, "/execute_flow//pause\(query)").status == 422)
    }

    /// A run of another style, ended in each way.
    @Test func endedExecutions() async throws {
        let done = try await server.run(in: .succeeded, input: #"{"goal":"not Wexa's"}"#)
        let failed = try await server.run(in: .failed)
        let stopped = try await server.run(in: .stopping)
        let read = try await server.send(.get, "/execute_flow/\(done.id.text)").json
        #expect(read["status"] == "completed")
        #expect(read["goal"] == "")
        #expect(read["executed_by"]?["name"] == "default")
        #expect(read["conclusion"] == ["conclusion": "done"])
        #expect(read["end_time"] != JSONValue.null)
        #expect(read["agents_output"]?.asArray?.first?["status"] == "completed")
        #expect(read["error"] == nil)
        let other = try await server.send(.get, "/execute_flow/\(failed.id.prefix24)").json
        #expect(other["status"] == "failed")
        #expect(other["error"]?.asString?.contains("broke") == true)
        let cut = try await server.send(.get, "/execute_flow/\(stopped.id.prefix24)").json
        #expect(cut["status"] == "cancelled")
        #expect(cut["end_time"] == cut["created_at"])
    }

    @Test func listsAndMonitor() async throws {
        let first = try await server.run(in: .running)
        let second = try await server.run(in: .running)
        let path = "/\(server.project)/execution_flows"
        let list = try await server.send(.get, "\(path)?projectID=\(server.project)").json
        let ids = list["execution_flows"]?.asArray?.compactMap { $0["execution_id"]?.asString }
        #expect(ids == [second.id.text, first.id.text])
        #expect(list["total_count"] == 2)
        let page = try await server.send(.get, "\(path)?limit=1&skip=1").json
        #expect(page["execution_flows"]?.asArray?.first?["execution_id"] == .string(first.id.text))
        #expect(try await server.send(.get, "\(path)?limit=x").status == 422)
        #expect(try await server.send(.get, "\(path)?projectID=other").status == 400)
        #expect(try await server.send(.get, "/other/execution_flows").status == 404)
        for name in ["workflow-running", first.id.text] {
            let watched = try await server.send(.get, "/execute_flow/\(name)/monitor").json
            #expect(watched["execution_id"] == .string(second.id.text))
            #expect(watched["status"] == "running")
            #expect(watched["executions"]?.asArray?.count == 2)
            #expect(watched["counts"] == ["running": 2])
        }
    }

    /// A reserved first segment is no project, also where a workspace has its name.
    @Test(arguments: ["/tasks", "/task", "/agentflows", "/wexa/tasks"])
    func reservedSegments(_ segment: String) async throws {
        let key = try await server.key(workspace: String(segment.split(separator: "/").last ?? ""))
        let answer = try await server.send(.get, "\(segment)/execution_flows", key: key)
        #expect(answer.status == 404)
        #expect(answer.text == #"{"detail":"Not found"}"#)
    }

    @Test func agentflow() async throws {
        let flow = try await server.workflow("nightly", #""queue":"llm""#)
        for name in [flow.id.text, flow.id.prefix24, "nightly"] {
            let read = try await server.send(.get, "/agentflow/\(name)/").json
            #expect(read["_id"] == .string(flow.id.prefix24))
            #expect(read["name"] == "nightly")
            #expect(read["projectID"] == .string(server.project))
            #expect(read["agents"]?.asArray?.first?["title"] == "step0")
        }
        let unknown = try await server.send(.get, "/agentflow/daily")
        #expect(unknown.status == 404)
        #expect(unknown.text == #"{"detail":"Agentflow not found"}"#)
    }
}
