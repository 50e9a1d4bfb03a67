import HTTP
import JSON
import Runs
import Testing

@testable import Feather

/// Who may what, and in which order it is found out: 401, 403, ids, body, 404, state.
@Suite struct FeatherAccessTests {
    private static let nobody = "sbw_0000000000"

    @Test func orderOfChecks() async throws {
        let subject = try await FeatherSubject()
        let site = subject.site
        let viewer = try await site.key(.viewer)
        let before = try await subject.trace()
        let unknown = "00000000-0000-7000-8000-000000000000"
        let workflow = "/api/v1/workflow/\(subject.workflow)"
        let rows: [(HTTP::Method, String, String?, Int, String)] = [
            (.delete, "/api/v1/workflow/x/execution/y", nil, 401, "UNAUTHORIZED"),
            (.delete, subject.path, Self.nobody, 401, "UNAUTHORIZED"),
            (.get, "/api/v1/workflow/nowhere/else/at/all", nil, 401, "UNAUTHORIZED"),
            (.delete, "/api/v1/workflow/x/execution/y", viewer, 403, "FORBIDDEN"),
            (.post, workflow + "/execution", viewer, 403, "FORBIDDEN"),
            (.delete, "/api/v1/workflow/x/execution/\(subject.id)", "admin", 400, "BAD_REQUEST"),
            (.delete, workflow + "/execution/y", "admin", 400, "BAD_REQUEST"),
            (.delete, workflow + "/execution/\(subject.id)x", "admin", 400, "BAD_REQUEST"),
            (.delete, workflow + "/execution/%2F", "admin", 400, "BAD_REQUEST"),
            (.put, workflow + "/execution/y", "admin", 400, "BAD_REQUEST"),
            (.delete, workflow + "/execution/\(unknown)", "admin", 404, "NOT_FOUND"),
            (
                .delete, "/api/v1/workflow/\(unknown)/execution/\(subject.id)", "admin", 404,
                "NOT_FOUND"
            ),
            (.get, "/api/v1/workflow/\(unknown)/executions", "admin", 404, "NOT_FOUND"),
            (.get, workflow + "/nothing", "admin", 404, "NOT_FOUND"),
            (.patch, subject.path, "admin", 405, "METHOD_NOT_SUPPORTED"),
        ]
        for (method, path, key, status, code) in rows {
            let answer = try await site.send(method, path, key: key)
            #expect(answer.status == status, "\(method) \(path)")
            #expect(answer["status"] == .int(status))
            #expect(answer["code"]?.asString == code)
            #expect(answer["success"]?.asBool == false)
            #expect(answer["message"]?.asString?.isEmpty == false)
        }
        #expect(try await subject.trace() == before)
    }

    /// Another workspace, another organization, another workflow: as if it were not there.
    @Test func othersSeeNothing() async throws {
        let subject = try await FeatherSubject(.running)
        let site = subject.site
        let before = try await subject.trace()
        let other = try await site.workflow("other", steps: Site.steps(for: .queued))
        let elsewhere = "/api/v1/workflow/\(other)/execution/\(subject.id)"
        for (path, key) in [
            (subject.path, try await site.key(workspace: "two")),
            (subject.path, try await site.key(organization: "acme", workspace: "default")),
            (elsewhere, "admin"),
        ] {
            for (method, tail) in [
                (HTTP::Method.get, ""), (.delete, ""), (.put, ""), (.post, "/cancel"),
                (.post, "/pause"),
            ] {
                let target =
                    tail.isEmpty
                    ? path : path.replacing("/execution/", with: "/executions/") + tail
                let answer = try await site.send(
                    method, target, body: #"{"status":"CANCELLED"}"#, key: key)
                #expect(answer.status == 404, "\(method) \(target)")
            }
        }
        let strangers = try await site.send(
            .post, "/api/v1/executions/cancel", body: #"{"customerLeadId":"lead-1"}"#,
            key: try await site.key(workspace: "three"))
        #expect(strangers.body == #"{"cancelledCount":0}"#)
        #expect(try await subject.trace() == before)
    }

    @Test func bothCredentialsAreTaken() async throws {
        let site = try Site()
        for field in [("X-API-KEY", site.admin), ("Authorization", "bearer \(site.admin)")] {
            let answer = try await site.send(
                .get, "/api/v1/workflow?limit=1", key: nil, fields: [field])
            #expect(answer.status == 200)
        }
        let both = try await site.send(
            .get, "/api/v1/workflow", fields: [("X-API-Key", site.admin)])
        #expect(both.status == 400)
        #expect(both.field("WWW-Authenticate") == nil)
    }
}
