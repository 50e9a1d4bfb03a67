import Runs
import Testing

/// A run that was created in Feather's style, and where it is.
struct FeatherSubject {
    let site: Site
    let workflow: WorkflowID
    let id: RunID

    init(_ state: RunState = .queued) async throws {
        site = try Site()
        workflow = try await site.workflow("w", steps: Site.steps(for: state))
        id = try await site.execute(workflow)
        try await site.bring(id, to: state)
    }

    var path: String { "/api/v1/workflow/\(workflow)/execution/\(id)" }
    var signals: String { "/api/v1/workflow/\(workflow)/executions/\(id)" }

    /// All that a refused request must not change.
    func trace() async throws -> String {
        let shown = try await site.send(.get, path)
        let events = try await site.send(.get, "/v1/runs/\(id)/events")
        return shown.body + events.body
    }
}

extension Site {
    /// Creates an execution.
    func execute(
        _ workflow: WorkflowID, lead: String = "lead-1", phone: String = "+15551234567",
        key: String? = "admin"
    ) async throws -> RunID {
        let created = try await send(
            .post, "/api/v1/workflow/\(workflow)/execution",
            body: #"{"customerLeadId":"\#(lead)","primaryPhone":"\#(phone)"}"#, key: key)
        #expect(created.status == 201)
        return try #require(created["id"]?.asString.flatMap { RunID($0) })
    }
}
