import Digest
import HTTP
import JSON
import Runs
import Testing

@testable import Extend

/// Who may what, in which workspace, by which version, and in which order it is found out.
@Suite struct ExtendAccessTests {
    @Test func orderOfChecks() async throws {
        let subject = try await ExtendSubject()
        let site = subject.site
        let viewer = try await site.key(.viewer)
        let before = try await subject.trace()
        let unknown =
            "/workflow_runs/workflow_run_\(Base62.encode(bytes: Array(repeating: 7, count: 16)))"
        let rows: [(HTTP::Method, String, String?, Int, String)] = [
            (.delete, subject.path, nil, 401, "UNAUTHORIZED"),
            (.delete, "/workflow_runs/x", "sbw_0", 401, "UNAUTHORIZED"),
            (.delete, subject.path, viewer, 403, "FORBIDDEN"),
            (.post, "/workflow_runs", viewer, 403, "FORBIDDEN"),
            (.delete, unknown, "admin", 404, "NOT_FOUND"),
            (
                .delete, "/workflow_runs/workflow_run_xKm9pNv3qWsY_jL2tR5Dh", "admin", 404,
                "NOT_FOUND"
            ),
            (.delete, "/workflow_runs/%2e%2e", "admin", 404, "NOT_FOUND"),
            (.delete, subject.path + "x", "admin", 404, "NOT_FOUND"),
            (.get, "/workflow_runs/", "admin", 404, "NOT_FOUND"),
            (.get, "/workflow_runs/batch", "admin", 404, "NOT_FOUND"),
            (.get, subject.path + "/cancel/now", "admin", 404, "NOT_FOUND"),
            (.put, subject.path, "admin", 405, "INVALID_REQUEST"),
        ]
        for (method, path, key, status, code) in rows {
            let answer = try await site.send(method, path, key: key)
            #expect(answer.status == status, "\(method) \(path)")
            #expect(answer["code"]?.asString == code)
            #expect(answer["retryable"]?.asBool == false)
            let id = answer["requestId"]?.asString
            #expect(id?.hasPrefix("req_") == true)
            #expect(answer.field("x-extend-request-id") == id)
        }
        #expect(try await subject.trace() == before)
        #expect(try await site.send(.get, subject.path).field("x-extend-request-id") != nil)
    }

    /// The version's field, and what it is answered.
    @Test(arguments: [("2026-02-09", 200), ("2025-04-21", 400), ("", 400), ("x", 400)])
    func version(_ version: String, _ status: Int) async throws {
        let subject = try await ExtendSubject()
        let before = try await subject.trace()
        let fields = [("X-Extend-Api-Version", version)]
        let answer = try await subject.site.send(.get, subject.path, fields: fields)
        #expect(answer.status == status)
        if status == 400 {
            #expect(answer["code"]?.asString == "INVALID_REQUEST")
            let delete = try await subject.site.send(.delete, subject.path, fields: fields)
            #expect(delete.status == 400)
            #expect(try await subject.trace() == before)
        }
    }

    /// A version that is no text is not the right one.
    @Test(arguments: [
        ([UInt8(0xff)], false), (Array("2026-02-09".utf8), true),
        (Array("2026-02-09\r\nx-extend-api-version: ".utf8) + [0xff], false),
    ]) func versionOfBytes(_ version: [UInt8], _ isRight: Bool) throws {
        var parser = HeadParser()
        var index = 0
        let bytes =
            Array("GET / HTTP/1.1\r\nhost: x\r\nx-extend-api-version: ".utf8) + version
            + Array("\r\n\r\n".utf8)
        let head = try #require(try parser.feed(bytes.span, at: &index))
        #expect(Extend.hasRightVersion(head.fields) == isRight)
    }

    @Test func othersSeeNothing() async throws {
        let subject = try await ExtendSubject(.running)
        let site = subject.site
        let before = try await subject.trace()
        for key in [
            try await site.key(workspace: "two"),
            try await site.key(organization: "acme", workspace: "default"),
        ] {
            for (method, tail) in [(HTTP::Method.get, ""), (.delete, ""), (.post, "/cancel")] {
                let answer = try await site.send(method, subject.path + tail, key: key)
                #expect(answer.status == 404)
                #expect(answer["message"]?.asString == "Workflow run not found.")
            }
            let list = try await site.send(.get, "/workflow_runs", key: key)
            #expect(list["data"]?.asArray?.isEmpty == true)
        }
        #expect(try await subject.trace() == before)
    }

    /// A key of an organization says where; a key of a workspace may, if it is its own.
    @Test func workspaceField() async throws {
        let subject = try await ExtendSubject()
        let site = subject.site
        _ = try await site.key(workspace: "two")
        let own = try await site.key()
        let whole = try await site.key(workspace: nil)
        let id = try site.caller().workspace.id
        let form = "ws_" + Base62.encode(bytes: id.bytes)
        let rows: [(String, String?, Int)] = [
            (whole, nil, 400), (whole, form, 200), (whole, id.text, 200), (whole, "default", 200),
            (whole, "two", 404), (whole, "ws_nowhere", 404), (own, nil, 200), (own, form, 200),
            (own, "two", 404), (own, "ws_nowhere", 404),
        ]
        for (key, workspace, status) in rows {
            let fields = workspace.map { [("x-extend-workspace-id", $0)] } ?? []
            let answer = try await site.send(.get, subject.path, key: key, fields: fields)
            #expect(answer.status == status, "\(workspace ?? "-")")
        }
    }
}
