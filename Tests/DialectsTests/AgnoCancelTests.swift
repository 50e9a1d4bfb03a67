import HTTP
import JSON
import RunEngine
import Runs
import Testing

@testable import Agno

private let pages = Agno.Pages(
    startedAt: Timestamp(milliseconds: 1_745_220_609_001), version: "9.9", openAPI: Array("{}".utf8)
)

/// The documented operation on a real engine.
@Suite struct AgnoCancelTests {
    let server: WexaAgnoServer

    init() throws { server = try WexaAgnoServer(Agno.dialect(pages)) }

    @Test(arguments: RunState.allCases)
    func everyState(_ state: RunState) async throws {
        let run = try await server.run(in: state)
        let workflow = try server.details(run).workflow
        let answer = try await server.send(
            .post, "/workflows/\(workflow.id.text)/runs/\(run.id.text)/cancel")
        #expect(answer.status == 200)
        #expect(answer.text == "{}")
        let after = try server.details(run).run
        switch state {
        case .queued, .running, .waiting, .paused, .failing:
            #expect(after.stop?.fromState == state)
            #expect(after.stop?.author.style == .agno)
        case .stopping, .cancelled:
            #expect(after.state == state)
            #expect(after.lastEvent == run.lastEvent)
            #expect(after.stop?.repeats == 1)
        case .succeeded, .failed:
            #expect(after.state == state)
            #expect(after.lastEvent == run.lastEvent)
            #expect(after.stop == nil)
        }
    }

    /// How far the run had come, and what is said of it then.
    @Test(arguments: [
        (RunState.queued, "PENDING"), (.waiting, "PAUSED"), (.paused, "PAUSED"),
    ])
    func stage(_ state: RunState, _ stage: String) async throws {
        let run = try await server.run(in: state)
        let path = "/workflows/workflow-\(state.rawValue)/runs/\(run.id.text)"
        _ = try await server.send(.post, "\(path)/cancel")
        let read = try await server.send(.get, "\(path)?session_id=\(run.id.text)").json
        #expect(read["status"] == "CANCELLED")
        #expect(read["cancellation_stage"] == .string(stage))
        let content = read["content"]?.asString
        #expect(content == (stage == "PENDING" ? nil : "Run \(run.id.text) was cancelled"))
        #expect(read["metrics"]?["duration"] != nil)
    }

    /// A body, the session and a slash at the end decide nothing.
    @Test(arguments: [
        ("", ""), ("/", ""), ("?session_id=another", ""), ("", "{broken"), ("", "\u{0}"),
    ])
    func whatIsIgnored(_ tail: String, _ body: String) async throws {
        let run = try await server.run(in: .running)
        let answer = try await server.send(
            .post, "/agno/workflows/workflow-running/runs/\(run.id.text)/cancel\(tail)",
            body: body, fields: [("content-type", "application/json")])
        #expect(answer.status == 200)
        #expect(answer.text == "{}")
        #expect(try server.details(run).run.state == .stopping)
    }

    /// `R` stands for the run.
    @Test(arguments: [
        ("/workflows/nothing/runs/R/cancel", "Workflow not found"),
        ("/workflows/other/runs/R/cancel", "Run not found"),
        ("/workflows/workflow-running/runs/nothing/cancel", "Run not found"),
        (
            "/workflows/workflow-running/runs/01965fff-0000-7000-8000-000000000000/cancel",
            "Run not found"
        ),
        ("/workflows/workflow-running/runs//cancel", "Not Found"),
        ("/workflows/workflow-running/runs/a%2FR/cancel", "Not Found"),
        ("/workflows//runs/R/cancel", "Not Found"),
        ("/workflows/workflow-running/runs/R/cancel/more", "Not Found"),
    ])
    func notFound(_ target: String, _ detail: String) async throws {
        _ = try await server.workflow("other", #""queue":"llm""#)
        let run = try await server.run(in: .running)
        let answer = try await server.send(.post, target.replacing("R", with: run.id.text))
        #expect(answer.status == 404)
        #expect(answer.text == #"{"detail":"\#(detail)"}"#)
        #expect(try server.details(run).run.lastEvent == run.lastEvent)
    }

    /// An id that was never seen is not remembered: a run that takes it later lives.
    @Test func unknownIDIsForgotten() async throws {
        _ = try await server.workflow("daily", #""queue":"llm""#)
        let path = "/workflows/daily/runs"
        #expect(try await server.send(.post, "\(path)/mine/cancel").status == 404)
        let form = [("content-type", "application/x-www-form-urlencoded")]
        let body = "message=x&stream=false&background=true&run_id=mine&session_id=s"
        #expect(try await server.send(.post, path, body: body, fields: form).status == 202)
        let read = try await server.send(.get, "\(path)/mine?session_id=s").json
        #expect(read["status"] == "PENDING")
        #expect(try await server.send(.post, "\(path)/mine/cancel").text == "{}")
    }

    @Test func keys() async throws {
        let run = try await server.run(in: .running)
        let target = "/workflows/workflow-running/runs/\(run.id.text)/cancel"
        let missing = try await server.send(.post, target, key: "")
        #expect(missing.status == 401)
        #expect(missing.text == #"{"detail":"Authorization header required"}"#)
        #expect(missing.response.first("www-authenticate") == nil)
        let wrong = try await server.send(.post, target, key: "nobody's")
        #expect(wrong.text == #"{"detail":"Invalid authentication token"}"#)
        #expect(try await server.send(.post, "/workflows/a/b/c/d", key: "").status == 401)
        let viewer = try await server.key(role: .viewer)
        #expect(try await server.send(.post, target, key: viewer).status == 403)
        let other = try await server.key(workspace: "other")
        #expect(try await server.send(.post, target, key: other).status == 404)
        #expect(try server.details(run).run.lastEvent == run.lastEvent)
        for value in [server.token, "bearer \(server.token)"] {
            let fields = [("authorization", value)]
            #expect(try await server.send(.post, target, key: "", fields: fields).status == 200)
        }
    }

    @Test func publicPages() async throws {
        let health = try await server.send(.get, "/health", key: "")
        #expect(
            health.text == #"{"status":"ok","instantiated_at":"2025-04-21T07:30:09.001000Z"}"#)
        let server = try await server.send(.get, "/info/", key: "").json
        #expect(server["auth_mode"] == "security_key")
        #expect(server["os_version"] == "9.9")
        #expect(try await self.server.send(.get, "/openapi.json", key: "").text == "{}")
        #expect(try await self.server.send(.get, "/config", key: "").status == 401)
        for path in ["/docs", "/redoc", "/agno/docs/"] {
            let page = try await self.server.send(.get, path, key: "")
            #expect(page.status == 200)
            #expect(page.response.first("content-type") == "text/html; charset=utf-8")
            #expect(page.text.contains(#"<a href="/openapi.json">"#))
        }
        #expect(try await self.server.send(.post, "/health", key: "").status == 405)
    }
}
