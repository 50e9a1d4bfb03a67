import Digest
import HTTP
import JSON
import Runs
import Testing

@testable import Native

/// Requests that are refused, with status, code and the place of each fault; nothing may change.
@Suite struct NativeRequestTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let method: Method
        let path: String
        var body = ""
        var fields: [(String, String)] = []
        let status: Int
        var code: String?
        var pointers: [String] = []

        var testDescription: String { "\(method.rawValue) \(path) \(body.prefix(60))" }
    }

    private static let missing = "018f3c2a-7b00-7a11-8c22-0123456789ab"

    private static let starts: [Row] = [
        Row(method: .post, path: "/v1/runs", status: 400, code: "invalid", pointers: [""]),
        Row(method: .post, path: "/v1/runs", body: "[]", status: 400, pointers: [""]),
        Row(method: .post, path: "/v1/runs", body: "{", status: 400, code: "malformed_json"),
        Row(
            method: .post, path: "/v1/runs", body: #"{"workflow":"nightly","workflow":"x"}"#,
            status: 400, code: "malformed_json"),
        Row(
            method: .post, path: "/v1/runs", body: #"{"workflow":7,"labels":[],"grace_s":3601}"#,
            status: 400, code: "invalid", pointers: ["/workflow", "/labels", "/grace_s"]),
        Row(
            method: .post, path: "/v1/runs",
            body: #"{"workflow":"nightly","id":"x","start_at":"now","labels":{"a":1},"more":1}"#,
            status: 400, code: "invalid", pointers: ["/labels/a", "/id", "/start_at", "/more"]),
        Row(
            method: .post, path: "/v1/runs", body: #"{"workflow":"other"}"#, status: 404,
            code: "workflow_not_found"),
        Row(
            method: .post, path: "/v1/runs?dry=1", body: #"{"workflow":"nightly"}"#, status: 400,
            code: "invalid", pointers: ["query/dry"]),
        Row(
            method: .post, path: "/v1/runs", body: #"{"workflow":"nightly"}"#,
            fields: [("Content-Type", "text/plain")], status: 415, code: "media_type"),
        Row(
            method: .post, path: "/v1/runs", body: #"{"workflow":"nightly"}"#,
            fields: [("Content-Encoding", "gzip")], status: 415, code: "content_encoding"),
        Row(
            method: .post, path: "/v1/runs", body: #"{"workflow":"nightly"}"#,
            fields: [("Idempotency-Key", "a b")], status: 400, code: "bad_request"),
        Row(
            method: .post, path: "/v1/runs",
            body: "{\"workflow\":\"" + String(repeating: "x", count: 1 << 20) + "\"}",
            status: 413, code: "too_large"),
    ]

    private static let others: [Row] = [
        Row(
            method: .post, path: "/v1/workflows", body: #"{"name":"e1"}"#, status: 400,
            code: "invalid", pointers: ["/steps"]),
        Row(
            method: .put, path: "/v1/workflows/nightly", body: #"{"name":"nightly","steps":[]}"#,
            status: 400, code: "invalid", pointers: ["/steps"]),
        Row(method: .get, path: "/v1/runs/\(missing)", status: 404, code: "run_not_found"),
        Row(method: .get, path: "/v1/runs/no-such-text", status: 404, code: "run_not_found"),
        Row(method: .get, path: "/v1/runs/%2e%2e", status: 404, code: "not_found"),
        Row(method: .get, path: "/v1/runs/", status: 404, code: "not_found"),
        Row(method: .get, path: "/nowhere", status: 404, code: "not_found"),
        Row(method: .put, path: "/v1/runs", status: 405, code: "method_not_allowed"),
        Row(method: .options, path: "/v1/runs", status: 405, code: "method_not_allowed"),
        Row(method: .trace, path: "/v1/runs", status: 501, code: "not_implemented"),
        Row(
            method: .get, path: "/v1/runs?state=done&limit=x&label=a&created_after=1",
            status: 400, code: "invalid",
            pointers: ["query/state", "query/label", "query/created_after", "query/limit"]),
        Row(method: .get, path: "/v1/runs?cursor=abc", status: 400, pointers: ["query/cursor"]),
        Row(method: .get, path: "/v1/runs?state=%ff", status: 400, code: "invalid"),
        Row(
            method: .post, path: "/v1/runs/\(missing)/cancel", body: #"{"reason":1,"x":2}"#,
            status: 400, pointers: ["/reason", "/x"]),
        Row(
            method: .post, path: "/v1/runs/\(missing)/cancel?wait_s=61", status: 400,
            pointers: ["query/wait_s"]),
        Row(
            method: .post, path: "/v1/runs/\(missing)/terminate", status: 404,
            code: "run_not_found"),
        Row(method: .delete, path: "/v1/runs/\(missing)", status: 404, code: "run_not_found"),
        Row(method: .get, path: "/v1/runs/\(missing)/receipt", status: 404),
        Row(method: .get, path: "/v1/runs/\(missing)/output", status: 404),
        Row(method: .get, path: "/v1/runs/\(missing)/output?step=a", status: 404),
        Row(method: .get, path: "/v1/runs/\(missing)/events", status: 404),
        Row(
            method: .post, path: "/v1/tasks/claim", body: #"{"worker":"","queues":[],"max":0}"#,
            status: 400, pointers: ["/worker", "/queues", "/max"]),
        Row(
            method: .post, path: "/v1/tasks/claim", body: #"{"worker":"w","queues":["$command"]}"#,
            status: 400, pointers: ["/queues"]),
        Row(
            method: .post, path: "/v1/tasks/claim", body: #"{"worker":"w"}"#, status: 400,
            pointers: ["/queues"]),
        Row(
            method: .post, path: "/v1/tasks/x/fail", body: #"{"lease":{}}"#, status: 400,
            pointers: ["/lease/token", "/error"]),
        Row(
            method: .post, path: "/v1/tasks/x/complete", body: #"{"lease":{"token":"t"}}"#,
            status: 404, code: "task_not_found"),
        Row(
            method: .post, path: "/v1/workflows",
            body: #"{"name":"w","steps":[{"name":"a","command":["ls"]}]}"#, status: 403,
            code: "commands_not_allowed"),
        Row(
            method: .post, path: "/v1/workflows",
            body: #"{"name":"w","steps":[{"name":"a","queue":"q","needs":["b"]}]}"#, status: 400,
            code: "invalid", pointers: ["/steps/0/needs/0"]),
        Row(
            method: .post, path: "/v1/keys", body: #"{"role":"king","kind":"instance"}"#,
            status: 400, pointers: ["/role", "/kind"]),
        Row(
            method: .post, path: "/v1/keys", body: #"{"role":"viewer"}"#,
            fields: [("Idempotency-Key", "k")], status: 400, code: "bad_request"),
        Row(method: .delete, path: "/v1/keys/none", status: 404, code: "key_not_found"),
        Row(method: .get, path: "/openapi/other.json", status: 404, code: "not_found"),
        Row(method: .post, path: "/healthz", status: 405, code: "method_not_allowed"),
    ]

    /// Only an empty body is none: `null` is a value, and no object.
    private static let nulls =
        ["cancel", "terminate", "pause", "resume", "approve"].map {
            Row(
                method: .post, path: "/v1/runs/\(missing)/\($0)", body: "null", status: 400,
                code: "invalid", pointers: [""])
        } + [
            Row(
                method: .delete, path: "/v1/runs/\(missing)", body: "null", status: 400,
                code: "invalid", pointers: [""])
        ]

    @Test(arguments: starts + others + nulls)
    func refuses(_ row: Row) async throws {
        let site = try Site()
        _ = try await site.native(.post, "/v1/workflows", Site.workflow)
        let answer = try await site.native(row.method, row.path, row.body, fields: row.fields)
        #expect(answer.status == row.status)
        if let code = row.code { #expect(answer.code == code) }
        let pointers = answer["errors"]?.asArray?.compactMap { $0["pointer"]?.asString }
        if !row.pointers.isEmpty { #expect(pointers == row.pointers) }
        #expect(answer.response.first("Content-Type") == "application/problem+json")
        #expect(answer["request_id"]?.asString == answer.response.first("x-request-id"))
        #expect(answer["status"]?.asInteger == Int64(row.status))
        #expect((answer.response.first("Allow") != nil) == (row.status == 405))
        let runs = try await site.native(.get, "/v1/runs")
        #expect(runs["runs"]?.asArray?.isEmpty == true)
    }

    /// Every form in which a style writes a run's id.
    @Test func takesEveryFormOfAnID() async throws {
        let site = try Site()
        let text = try await site.run(in: .queued)
        let id = try #require(RunID(text))
        let forms = [
            text, text.uppercased(), "workflow_run_\(Base62.encode(bytes: id.bytes))",
            id.prefix24, "agent-execution-\(text)", "team-execution-\(text)",
        ]
        for form in forms {
            let answer = try await site.native(.get, "/v1/runs/\(form)")
            #expect(answer.id == text, "\(form)")
        }
    }
}
