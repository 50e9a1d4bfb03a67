import HTTP
import Runs
import Testing

@testable import Kubiya

/// Who gets in, and how.
@Suite struct KubiyaAccessTests {
    @Test(arguments: [
        "Authorization: Bearer %", "Authorization: bearer %", "Authorization: UserKey %",
        "Authorization: %", "UserKey: %", "X-API-Key: %",
    ])
    func takesTheKey(_ line: String) async throws {
        let rig = try await KubiyaRig()
        #expect(try await get(rig, line).status == 200)
    }

    @Test(arguments: [
        ("", "Authorization header is required"),
        ("Authorization: Basic %", "Authorization header is required"),
        ("Authorization: Bearer sbi_nothing", "Invalid or expired authentication token"),
        ("X-API-Key: %x", "Invalid or expired authentication token"),
    ])
    func refuses(_ line: String, _ message: String) async throws {
        let rig = try await KubiyaRig()
        let response = try await get(rig, line)
        #expect(response.status == 401)
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"detail":{"error":"Unauthorized","message":"\#(message)","#
                + #""hint":"Include 'Authorization: Bearer <token>' header"}}"#)
        #expect(response.first("WWW-Authenticate") == nil)
        #expect(response.first("x-request-id") != nil)
    }

    @Test(arguments: [
        (Method.get, "/api"), (.get, "/api/health"), (.get, "/api/ready"), (.head, "/api/health"),
        (.get, "/api/health/"),
    ])
    func servesEverybody(_ method: Method, _ path: String) async throws {
        let rig = try await KubiyaRig()
        #expect(try await rig.send(method, path, fields: []).status == 200)
    }

    @Test(arguments: [
        (Method.get, "/api/v1/nothing", 404, "Not Found"),
        (.get, "/api/v1/executions/batch/terminate", 405, "Method Not Allowed"),
        (.post, "/api/v1/executions", 405, "Method Not Allowed"),
    ])
    func knowsItsRoutes(_ method: Method, _ path: String, _ status: Int, _ words: String)
        async throws
    {
        let rig = try await KubiyaRig()
        #expect(try await rig.text(method, path) == (status, #"{"detail":"\#(words)"}"#))
        #expect(try await rig.send(method, path, fields: []).status == 401)
    }

    @Test func headIsServedWhereverGetIs() async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: .queued)
        #expect(try await rig.send(.head, "/api/v1/executions/\(run.text)").status == 200)
        #expect(try await rig.send(.head, "/kubiya/api/v1/executions/").status == 200)
    }

    @Test func tellsWhoIAm() async throws {
        let rig = try await KubiyaRig()
        let key = try await rig.key("acme", "lab", .viewer)
        let answer = try await rig.text(
            .get, "/api/v1/auth/validate", fields: [("UserKey", key)])
        #expect(answer.status == 200)
        #expect(answer.body.hasPrefix(#"{"id":"acme","name":"acme","slug":"acme","#))
    }

    /// - Parameter line: a field, with `%` for the key.
    private func get(_ rig: KubiyaRig, _ line: String) async throws -> Response {
        let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
        let value = parts.last.map { $0.replacing("%", with: rig.instanceKey) } ?? ""
        let fields = parts.count == 2 ? [(parts[0], value)] : []
        return try await rig.send(.get, "/api/v1/executions", fields: fields)
    }
}
