import HTTP
import JSON
import RunEngine
import Runs
import Testing

@testable import Agno

/// Starting and reading runs on a real engine.
@Suite struct AgnoCallTests {
    let server: WexaAgnoServer

    init() throws {
        server = try WexaAgnoServer(
            Agno.dialect(Agno.Pages(startedAt: Timestamp(milliseconds: 0), version: "9.9")))
    }

    private func start(
        _ body: String, _ type: String = "application/x-www-form-urlencoded",
        workflow: String = "daily", key: String? = nil
    ) async throws -> WexaAgnoServer.Answer {
        let fields = [("content-type", type)] + (key.map { [("idempotency-key", $0)] } ?? [])
        return try await server.send(
            .post, "/workflows/\(workflow)/runs", body: body, fields: fields)
    }

    /// Lets a worker do what waits in the queue of the workflow `daily`.
    private func work(_ report: TaskReport) async throws {
        server.tick()
        let request = ClaimRequest(worker: "worker", queues: ["llm"])
        let task = try #require(try await server.engine.claim(request, server.call).first)
        _ = try await server.engine.report(
            report, task: task.task, token: task.lease.token, server.call
        ) { _ in Reply(status: 200, body: []) }
    }

    private func makeWorkflow() async throws -> Workflow {
        try await server.workflow("daily", #""queue":"llm""#, #""queue":"never""#)
    }

    @Test func backgroundRun() async throws {
        let workflow = try await makeWorkflow()
        let answer = try await start(
            "message=hello+there&stream=false&background=TRUE&session_id=s1&user_id=u"
                + "&metadata=%7B%22k%22%3A1%7D&session_state=broken&extra=kept")
        #expect(answer.status == 202)
        let id = try #require(answer.json["run_id"]?.asString)
        #expect(
            answer.text == #"{"run_id":"\#(id)","session_id":"s1","status":"PENDING"}"#)
        let run = try #require(RunID(id))
        let input = try server.engine.details(RunAddress(.id(run)), server.caller).data.input
        #expect(
            input == #"{"message":"hello there","stream":"false","background":"TRUE","#
                + #""session_id":"s1","user_id":"u","metadata":"{\"k\":1}","extra":"kept"}"#)
        try await work(.complete(output: nil))
        let read = try await server.send(.get, "/workflows/daily/runs/\(id)?session_id=s1")
        #expect(
            read.text == #"{"input":"hello there","content_type":"str","#
                + #""workflow_id":"\#(workflow.id.text)","workflow_name":"daily","#
                + #""run_id":"\#(id)","session_id":"s1","user_id":"u","#
                + #""created_at":1745220609,"status":"RUNNING","metadata":{"k":1},"#
                + #""images":[],"videos":[],"audio":[],"files":[],"#
                + #""step_results":[\#(stepResult)],"metrics":{"steps":{},"duration":null},"#
                + #""events":[]}"#)
    }

    private let stepResult =
        #"{"content":null,"step_name":"step0","step_id":"step0","step_type":"Step","#
        + #""executor_type":"function","executor_name":"step0","step_run_id":null,"#
        + #""images":null,"videos":null,"audio":null,"files":null,"metrics":null,"#
        + #""success":true,"error":null,"stop":false,"is_paused":false}"#

    @Test func multipartRun() async throws {
        _ = try await makeWorkflow()
        let fields = [
            ("message", "hi"), ("stream", "no"), ("background", "y"), ("run_id", "Run 1"),
        ]
        let parts = fields.map {
            "--B\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n"
        }
        let answer = try await start(
            parts.joined() + "--B--\r\n", "multipart/form-data; boundary=B")
        #expect(answer.status == 202)
        #expect(answer.json["run_id"] == "Run 1")
        let session = try #require(answer.json["session_id"]?.asString)
        #expect(RunID(session) != nil)
        let target = "/workflows/daily/runs/Run%201?session_id=\(session)"
        #expect(try await server.send(.get, target).json["run_id"] == "Run 1")
        #expect(try await start("message=x&stream=0&background=1&run_id=Run+1").status == 409)
    }

    @Test func chosenUUID() async throws {
        _ = try await makeWorkflow()
        let id = "01965001-0000-4000-8000-0123456789AB"
        let body = "message=x&stream=f&background=t&run_id=\(id)"
        #expect(try await start(body).json["run_id"] == .string(id.lowercased()))
        let again = try await start(body)
        #expect(again.status == 409)
        #expect(again.text == #"{"detail":"Run already exists"}"#)
    }

    /// An inline run is answered at its end, and is there for others before.
    @Test(arguments: [true, false])
    func inlineRun(_ succeeds: Bool) async throws {
        _ = try await server.workflow("daily", #""queue":"llm""#)
        async let answer = start("message=hello&stream=false&run_id=mine&session_id=s")
        while try await server.send(.get, "/workflows/daily/runs/mine?session_id=s").status == 404 {
            await Task.yield()
        }
        try await work(
            succeeds
                ? .complete(output: #"{"n":1}"#) : .fail(error: "broke", isRetryable: false))
        let (status, json) = try await (answer.status, answer.json)
        #expect(status == (succeeds ? 200 : 500))
        if succeeds {
            #expect(json["status"] == "COMPLETED")
            #expect(json["run_id"] == "mine")
            #expect(json["content"]?.asString?.contains(#"{"n":1}"#) == true)
        } else {
            #expect(json["detail"]?.asString?.hasPrefix("Workflow execution failed: ") == true)
        }
    }

    /// A repeat with the same key is marked, and answered also when the run was removed since.
    @Test(arguments: [true, false])
    func repeatedInlineRun(_ succeeds: Bool) async throws {
        _ = try await server.workflow("daily", #""queue":"llm""#)
        let body = "message=hello&stream=false&run_id=mine&session_id=s"
        async let answer = start(body, key: "k")
        while try await server.send(.get, "/workflows/daily/runs/mine?session_id=s").status == 404 {
            await Task.yield()
        }
        try await work(
            succeeds
                ? .complete(output: nil) : .fail(error: "broke", isRetryable: false))
        let first = try await answer
        #expect(first.status == (succeeds ? 200 : 500))
        #expect(first.response.first("idempotent-replayed") == nil)
        let again = try await start(body, key: "k")
        #expect(again.status == first.status)
        #expect(again.text == first.text)
        #expect(again.response.first("idempotent-replayed") == "true")
        _ = try await server.engine.delete(
            RunAddress(.alias("mine")), reason: nil, server.call
        ) { _ in Reply(status: 200, body: []) }
        let gone = try await start(body, key: "k")
        #expect(gone.status == 202)
        #expect(gone.text == #"{"run_id":"mine","session_id":"s","status":"PENDING"}"#)
        #expect(gone.response.first("idempotent-replayed") == "true")
    }

    struct Refused: CustomTestStringConvertible {
        let body: String
        var type = "application/x-www-form-urlencoded"
        var workflow = "daily"
        let status: Int
        let detail: String

        var testDescription: String { "\(status) \(body.prefix(50))" }
    }

    private static let missing =
        #"[{"type":"missing","loc":["body","message"],"msg":"Field required","input":null}]"#
    private static let valid = "message=x&stream=false&background=true"

    @Test(arguments: [
        Refused(body: #"{"message":"x"}"#, type: "application/json", status: 422, detail: missing),
        Refused(body: "message=&stream=false", status: 422, detail: missing),
        Refused(body: "", status: 422, detail: missing),
        Refused(
            body: "message=%", status: 400, detail: #""There was an error parsing the body""#),
        Refused(
            body: "message=x", status: 400,
            detail: #""stream is not supported yet: send stream=false""#),
        Refused(
            body: "message=x", workflow: "other", status: 404, detail: #""Workflow not found""#),
        Refused(
            body: valid + "&version=2", status: 404, detail: #""Workflow not found""#),
        Refused(
            body: valid + "&metadata=[]", status: 400,
            detail: #""Invalid metadata parameter: expected a JSON object""#),
        Refused(
            body: valid + "&images=[1]", status: 422,
            detail: #""Invalid images: expected a JSON array of objects""#),
        Refused(
            body: "message=x&background=maybe&stream=false", status: 422,
            detail: #"[{"type":"bool_parsing","loc":["body","background"],"msg":"Input should be "#
                + #"a valid boolean, unable to interpret input","input":"maybe"}]"#),
        Refused(
            body: valid + "&message=y", status: 422,
            detail: #"[{"type":"value_error","loc":["body","message"],"#
                + #""msg":"Value error, is given twice","input":"y"}]"#),
        Refused(
            body: valid + "&run_id=a/b", status: 422,
            detail: #"[{"type":"value_error","loc":["body","run_id"],"#
                + #""msg":"Value error, cannot stand in a path","input":"a/b"}]"#),
    ])
    func refusedStart(_ row: Refused) async throws {
        _ = try await makeWorkflow()
        let answer = try await start(row.body, row.type, workflow: row.workflow)
        #expect(answer.status == row.status)
        #expect(answer.text == #"{"detail":\#(row.detail)}"#)
        let runs = try await server.engine.runs(RunQuery(), server.call).runs
        #expect(runs.isEmpty)
    }

    @Test func sessions() async throws {
        _ = try await makeWorkflow()
        let path = "/workflows/daily/runs"
        let first = try await start("message=1&stream=false&background=true").json
        let session = try #require(first["session_id"]?.asString)
        let body = "message=2&stream=false&background=true&session_id=\(session)"
        let second = try await start(body).json
        let rows = try await server.send(.get, "\(path)?session_id=\(session)").json.asArray ?? []
        #expect(rows.map { $0["run_id"] } == [first["run_id"], second["run_id"]])
        #expect(rows.first?["created_at"] == "2025-04-21T07:30:09.001Z")
        #expect(rows.first?["cancellation_stage"] == JSONValue.null)
        for (query, expected) in [
            ("&status=PENDING", 2), ("&status=pending", 0), ("&status=COMPLETED", 0),
        ] {
            let target = "\(path)?session_id=\(session)\(query)"
            #expect(try await server.send(.get, target).json.asArray?.count == expected)
        }
        let unknown = try await server.send(.get, "\(path)?session_id=nothing")
        #expect(unknown.status == 404)
        #expect(unknown.text == #"{"detail":"Session not found"}"#)
        for target in [path, "\(path)/\(session)"] {
            let answer = try await server.send(.get, target)
            #expect(answer.status == 422)
            #expect(answer.json["detail"]?.asArray?.first?["loc"] == ["query", "session_id"])
        }
        let elsewhere = try await server.send(.get, "\(path)/\(session)?session_id=nothing")
        #expect(elsewhere.text == #"{"detail":"Run not found"}"#)
    }

    @Test func workflows() async throws {
        let workflow = try await makeWorkflow()
        let summary =
            #"{"id":"\#(workflow.id.text)","name":"daily","db_id":"signalbox","#
            + #""is_factory":false,"is_component":false,"current_version":1,"sandboxed":false}"#
        #expect(try await server.send(.get, "/workflows").text == "[\(summary)]")
        for name in ["daily", workflow.id.text, "daily?version=1"] {
            let read = try await server.send(.get, "/workflows/\(name)").json
            #expect(read["id"] == .string(workflow.id.text))
            #expect(read["steps"]?.asArray?.first == ["name": "step0", "type": "Step"])
        }
        #expect(try await server.send(.get, "/workflows/daily?version=2").status == 404)
        #expect(try await server.send(.get, "/workflows/daily?version=x").status == 422)
        #expect(try await server.send(.get, "/workflows/other").status == 404)
        let configuration = try await server.send(.get, "/config").json
        #expect(configuration["workflows"]?.asArray?.first?["name"] == "daily")
    }

    /// A run of another style, failed, and what a stop left of its steps.
    @Test func runsOfAnotherStyle() async throws {
        let failed = try await server.run(in: .failed, input: #"{"message":"not Agno's"}"#)
        let path = "/workflows/workflow-failed/runs/\(failed.id.text)"
        let read = try await server.send(.get, "\(path)?session_id=\(failed.id.text)").json
        #expect(read["status"] == "ERROR")
        #expect(read["input"] == "")
        #expect(read["content"]?.asString?.hasPrefix("Workflow execution failed: ") == true)
        #expect(read["step_results"]?.asArray?.first?["success"] == false)
        let waiting = try await server.run(in: .waiting)
        let target = "/workflows/workflow-waiting/runs/\(waiting.id.text)"
        let paused = try await server.send(.get, "\(target)?session_id=\(waiting.id.text)").json
        #expect(paused["status"] == "PAUSED")
        #expect(paused["paused_step_name"] == "step0")
        #expect(paused["pause_kind"] == "step")
    }
}
