import HTTP
import JSON
import RunEngine
import Runs
import Testing

@testable import Wexa

/// The documented operation on a real engine: every state, every form, and what must not happen.
@Suite struct WexaCancelTests {
    let server: WexaAgnoServer

    init() throws { server = try WexaAgnoServer(Wexa.dialect) }

    enum Form: String, CaseIterable {
        /// The reference's path, and its own example, whose path variable was left empty.
        case path, shortPath, example, noSlash, emptySegment, nullAgentflow
        /// The SDK's.
        case sdk, emptySDK, prefixed

        func target(_ run: Run, _ project: String) -> String {
            switch self {
            case .path: "/execute_flow/\(run.id.text)?projectID=\(project)"
            case .shortPath: "/execute_flow/\(run.id.prefix24)/"
            case .example: "/execute_flow/?projectID=\(project)"
            case .noSlash, .nullAgentflow: "/execute_flow"
            case .emptySegment: "/execute_flow//"
            case .sdk: "/execute_flow/\(run.id.text)/cancel"
            case .emptySDK: "/execute_flow//cancel"
            case .prefixed: "/wexa/execute_flow/\(run.id.text)/cancel/"
            }
        }

        func body(_ run: Run, _ project: String) -> String {
            switch self {
            case .sdk, .prefixed, .shortPath: ""
            case .nullAgentflow: #"{"agentflow_id":null,"execution_id":"\#(run.id.text)"}"#
            case .path, .example, .noSlash, .emptySegment, .emptySDK:
                #"{"projectID":"\#(project)","execution_id":"\#(run.id.text)","payload":1}"#
            }
        }
    }

    @Test(arguments: Form.allCases)
    func everyForm(_ form: Form) async throws {
        let run = try await server.run(in: .running)
        let answer = try await server.send(
            .post, form.target(run, server.project), body: form.body(run, server.project),
            fields: [("content-type", "application/json")])
        #expect(answer.status == 200)
        #expect(answer.text == #"{"execution_id":"\#(run.id.text)","status":"cancelled"}"#)
        let after = try server.details(run).run
        #expect(after.state == .stopping)
        #expect(after.stop?.author.style == .wexa)
    }

    @Test(arguments: RunState.allCases)
    func everyState(_ state: RunState) async throws {
        let run = try await server.run(in: state)
        let answer = try await server.send(.post, "/execute_flow/\(run.id.text)/cancel")
        let after = try server.details(run).run
        switch state {
        case .queued, .running, .waiting, .paused, .failing:
            #expect(answer.status == 200)
            #expect(after.stop?.fromState == state)
            #expect(after.stop?.repeats == 0)
        case .stopping, .cancelled:
            #expect(answer.status == 200)
            #expect(after.state == state)
            #expect(after.lastEvent == run.lastEvent)
            #expect(after.stop?.repeats == 1)
        case .succeeded, .failed:
            #expect(answer.status == 409)
            let word = state.executionStatus
            #expect(answer.text == #"{"detail":"Execution is \#(word) and cannot be cancelled"}"#)
            #expect(after.state == state)
            #expect(after.lastEvent == run.lastEvent)
            #expect(after.stop == nil)
        }
        if answer.status == 200 {
            #expect(answer.text == #"{"execution_id":"\#(run.id.text)","status":"cancelled"}"#)
        }
    }

    struct Refused: CustomTestStringConvertible {
        let target: String
        var body = ""
        var type = "application/json"
        let status: Int
        var detail: String?

        var testDescription: String { "\(status) \(target) \(body)" }
    }

    /// `R` stands for the run, `S` for its `_id`, `P` for the project.
    @Test(arguments: [
        Refused(target: "/execute_flow/R", body: "{", status: 422),
        Refused(target: "/execute_flow/R", body: "[]", status: 422),
        Refused(target: "/execute_flow/R", body: "null", status: 422),
        Refused(target: "/execute_flow/R/cancel", body: "null", status: 422),
        Refused(target: "/execute_flow/R/pause", body: " null ", status: 422),
        Refused(target: "/execute_flow/R/resume", body: "null", status: 422),
        Refused(target: "/execute_flow/R/execute", body: "null", status: 422),
        Refused(
            target: "/execute_flow/R", body: #"{"execution_id":"R","execution_id":"R"}"#,
            status: 422),
        Refused(target: "/execute_flow/R", body: "{}", type: "text/plain", status: 422),
        Refused(target: "/execute_flow/R", body: #"{"execution_id":""}"#, status: 422),
        Refused(target: "/execute_flow/R", body: #"{"execution_id":null}"#, status: 422),
        Refused(target: "/execute_flow/R/cancel", body: #"{"execution_id":5}"#, status: 422),
        Refused(target: "/execute_flow/R", body: #"{"projectID":5}"#, status: 422),
        Refused(target: "/execute_flow/", status: 422, detail: "body: field required"),
        Refused(
            target: "/execute_flow//cancel", status: 422, detail: "execution_id: field required"),
        Refused(target: "/execute_flow/?execution_id=R", status: 422),
        Refused(
            target: "/execute_flow", body: "{}", status: 422,
            detail: "agentflow_id: field required; projectID: field required"),
        Refused(
            target: "/execute_flow?projectID=P",
            body: #"{"agentflow_id":"workflow-running","execution_id":"R"}"#, status: 400),
        Refused(
            target: "/execute_flow", body: #"{"execution_id":"R","agentflow_id":"nothing"}"#,
            status: 400, detail: "agentflow_id and execution_id exclude each other"),
        Refused(
            target: "/execute_flow/", body: #"{"agentflow_id":5,"execution_id":""}"#, status: 400,
            detail: "agentflow_id and execution_id exclude each other"),
        Refused(
            target: "/execute_flow/R",
            body: #"{"execution_id":"01965fff-0000-7000-8000-000000000000"}"#, status: 400,
            detail: "execution_id in path and body do not match"),
        Refused(
            target: "/execute_flow/R?projectID=P", body: #"{"projectID":"elsewhere"}"#, status: 400,
            detail: "projectID in query and body do not match"),
        Refused(
            target: "/execute_flow/R?projectID=elsewhere", status: 404,
            detail: "Execution not found"),
        Refused(target: "/execute_flow/R?projectID=%ff", status: 422),
        Refused(target: "/execute_flow/nobody", status: 404, detail: "Execution not found"),
        Refused(
            target: "/execute_flow/01965fff-0000-7000-8000-000000000000", status: 404,
            detail: "Execution not found"),
        Refused(target: "/execute_flow/a%2Fb", status: 404),
    ])
    func refusedAndUnchanged(_ row: Refused) async throws {
        let run = try await server.run(in: .running)
        func filled(_ text: String) -> String {
            var text = text
            for (mark, value) in [("R", run.id.text), ("P", server.project)] {
                text = text.replacing(mark, with: value)
            }
            return text
        }
        let answer = try await server.send(
            .post, filled(row.target), body: filled(row.body),
            fields: [("content-type", row.type)])
        #expect(answer.status == row.status)
        #expect(answer.json["detail"]?.asString != nil)
        if let detail = row.detail { #expect(answer.json["detail"]?.asString == detail) }
        let after = try server.details(run).run
        #expect(after.state == .running)
        #expect(after.lastEvent == run.lastEvent)
    }

    /// 401 goes before everything, the role before the body; another workspace's run is not there.
    @Test func keys() async throws {
        let run = try await server.run(in: .running)
        let target = "/execute_flow/\(run.id.text)"
        let missing = try await server.send(.post, target, key: "", body: "{")
        #expect(missing.status == 401)
        #expect(missing.text == #"{"detail":"Invalid or missing API key"}"#)
        #expect(missing.response.first("www-authenticate") == #"Bearer realm="signalbox""#)
        #expect(try await server.send(.post, target, key: "nobody's").status == 401)
        #expect(try await server.send(.post, "/execute_flow/a/b/c", key: "").status == 401)
        let viewer = try await server.key(role: .viewer)
        #expect(try await server.send(.post, target, key: viewer, body: "{").status == 403)
        let other = try await server.key(workspace: "other")
        #expect(try await server.send(.post, target, key: other).status == 404)
        #expect(try await server.send(.get, target, key: other).status == 404)
        let fields = [("authorization", "Bearer \(server.token)")]
        #expect(try server.details(run).run.lastEvent == run.lastEvent)
        #expect(try await server.send(.post, target, key: "", fields: fields).status == 200)
    }
}
