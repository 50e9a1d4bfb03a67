import JSON
import Runs
import Testing

@testable import Extend

/// A run that was created in Extend's style, and where it is.
struct ExtendSubject {
    let site: Site
    let workflow: WorkflowID
    let id: RunID

    init(_ state: RunState = .queued) async throws {
        site = try Site()
        workflow = try await site.workflow("w", steps: Site.steps(for: state))
        id = try await site.runFile("a.pdf", workflow)
        try await site.bring(id, to: state)
    }

    var path: String { "/workflow_runs/\(ExtendID.of(id))" }

    /// All that a refused request must not change, but for the count of repeated stops.
    func trace() async throws -> String {
        let shown = try await site.send(.get, path)
        let events = try await site.send(.get, "/v1/runs/\(id)/events")
        return shown.body + events.body
    }
}

extension Site {
    /// Creates a run of a file.
    func runFile(_ name: String, _ workflow: WorkflowID) async throws -> RunID {
        let created = try await send(
            .post, "/workflow_runs",
            body: #"{"workflow":{"id":"\#(workflow)"},"file":{"url":"https://x.test/\#(name)"}}"#)
        #expect(created.status == 200)
        return try #require(created["id"]?.asString.flatMap(ExtendID.run))
    }
}
