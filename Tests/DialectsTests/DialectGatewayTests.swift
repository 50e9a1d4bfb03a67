import Dialect
import HTTP
import JSON
import Runs
import Testing

@testable import Native

/// The order of checks, which holds for every style: each row breaks several rules, and the first
/// one answers.
@Suite struct DialectGatewayTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let method: Method
        let path: String
        var key: String?
        var fields: [(String, String)] = []
        var body = ""
        let status: Int
        let code: String

        var testDescription: String { "\(method.rawValue) \(path) -> \(status) \(code)" }
    }

    @Test(arguments: [
        Row(method: .put, path: "/nowhere", key: "", body: "{", status: 401, code: "unauthorized"),
        Row(method: .put, path: "/v1/runs", key: "bad", status: 401, code: "unauthorized"),
        Row(
            method: .get, path: "/nowhere", fields: [("X-API-Key", "x")], status: 400,
            code: "two_credentials"),
        Row(
            method: .get, path: "/nowhere", fields: [("x-signalbox-workspace", "other")],
            status: 404, code: "workspace_not_found"),
        Row(
            method: .get, path: "/v1/runs", fields: [("x-signalbox-workspace", "default")],
            status: 200, code: ""),
        Row(
            method: .put, path: "/v1/runs", fields: [("Content-Encoding", "gzip")], status: 405,
            code: "method_not_allowed"),
        Row(
            method: .post, path: "/v1/runs",
            fields: [("Content-Encoding", "gzip"), ("Idempotency-Key", "")], body: "{",
            status: 415, code: "content_encoding"),
        Row(method: .post, path: "/healthz", key: "", status: 405, code: "method_not_allowed"),
        Row(method: .get, path: "/healthz", key: "bad", status: 200, code: ""),
        Row(method: .head, path: "/v1/runs", status: 200, code: ""),
        Row(method: .connect, path: "/v1/runs", key: "", status: 501, code: "not_implemented"),
    ])
    func firstRuleAnswers(_ row: Row) async throws {
        let site = try Site()
        let answer = try await site.native(
            row.method, row.path, row.body, as: row.key, fields: row.fields)
        #expect(answer.status == row.status)
        #expect((answer.code ?? "") == row.code)
        let scheme = answer.response.first("WWW-Authenticate")
        #expect(scheme == (row.status == 401 ? #"Bearer realm="signalbox""# : nil))
        #expect(answer.response.first("x-request-id")?.utf8.count == 24)
        #expect(answer.response.first("X-Content-Type-Options") == "nosniff")
        #expect(answer.response.first("Cache-Control") == "no-store")
    }

    /// A segment that is no text is a malformed id in Feather's style, else nothing.
    @Test(arguments: [
        ("/feather/api/v1/workflow/%ff", 400), ("/api/v1/workflow/%2e%2e", 400),
        ("/api/v1/executions/%ff", 404), ("/execute_flow/a%2Fb", 404),
        ("/workflow_runs/%5c", 404), ("/agno/workflows/%00", 404), ("/v1/runs/%ff", 404),
    ])
    func segmentsThatAreNoText(_ path: String, _ status: Int) async throws {
        #expect(try await Site().native(.get, path).status == status)
    }

    /// A key of a whole organization has to say which workspace it means.
    @Test func anOrganizationKeyNamesItsWorkspace() async throws {
        let site = try Site()
        let made = try await site.native(
            .post, "/v1/keys", #"{"role":"owner","kind":"organization"}"#)
        let key = try #require(made["key"]?.asString)
        let without = try await site.native(.get, "/v1/runs", as: key)
        #expect(without.status == 400 && without.code == "workspace_required")
        let with = try await site.native(
            .get, "/v1/runs", as: key, fields: [("x-signalbox-workspace", "default")])
        #expect(with.status == 200)
    }

    @Test func failuresOfOneAddressAreThrottled() async throws {
        let site = try Site()
        func answer(_ key: String, from peer: Peer) async throws -> Response {
            let made = try #require(
                Request(.get, "/v1/runs", fields: [("X-API-Key", key)]))
            return await site.gateway.answer(Request(head: made.head, peer: peer))
        }
        let there = Peer.address("192.0.2.1")
        for _ in 0..<20 {
            #expect(try await answer("bad", from: there).status == 401)
        }
        let over = try await answer("bad", from: there)
        #expect(over.status == 429 && over.first("Retry-After") == "1")
        #expect(try await answer(site.admin, from: there).status == 200)
        for _ in 0..<30 {
            #expect(try await site.native(.get, "/v1/runs", as: "bad").status == 401)
        }
    }
}
