import Dialect
import HTTP
import JSON
import Runs

/// Agno's AgentOS: workflows, and their runs.
/// - Source: Agno contract; decisions.md.
package enum Agno {
    /// What the public pages say of the server.
    package struct Pages: Sendable {
        /// Shown as `instantiated_at`.
        package var startedAt: Timestamp
        /// Shown as `os_version`.
        package var version: String
        /// `openapi/agno.json`, served as `/openapi.json`; nil leaves out the page and those that
        /// point at it.
        package var openAPI: [UInt8]?

        package init(startedAt: Timestamp, version: String, openAPI: [UInt8]? = nil) {
            self.startedAt = startedAt
            self.version = version
            self.openAPI = openAPI
        }
    }

    /// The style as the Gateway serves it, under `/agno` and at the root.
    package static func dialect(_ pages: Pages) -> Dialect {
        Dialect(
            style: .agno, routes: publicRoutes(pages) + routes, trailingSlash: .optional,
            credential: { (fields) throws(Refusal) in
                try Credential.standard(fields, bareToken: true)
            },
            refuse: { refusal, _ in agnoRefusal(refusal) })
    }

    private static func publicRoutes(_ pages: Pages) -> [Route] {
        let health: JSONValue = [
            "status": "ok",
            "instantiated_at": .string(pages.startedAt.microseconds(zone: "Z")),
        ]
        let description: JSONValue = [
            "os_id": .string(serverName), "name": "Signalbox",
            "os_version": .string(pages.version), "agno_version": .string(agentOSVersion),
            // Nobody is asked for a key here, so nothing is told of anybody's workflows.
            "agent_count": 0, "team_count": 0, "workflow_count": 0,
            "mcp": ["enabled": false, "path": nil, "oauth": false, "tool_run_endpoint": false],
            "auth_mode": "security_key", "user_isolation": false,
        ]
        let fixed =
            [("/health", health.serialized()), ("/info", description.serialized())]
            + (pages.openAPI.map { [("/openapi.json", $0)] } ?? [])
        return fixed.map { path, body in Route(.get, path, nil) { _ in .json(200, body) } }
            + (pages.openAPI == nil ? [] : ["/docs", "/redoc"]).map { path in
                Route(.get, path, nil) { _ in documentation }
            }
    }

    /// What the vendor's server draws out of the document; here it only says where that is.
    private static let documentation: Response = {
        let page = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Signalbox</title></head>
            <body><p>The API is described by <a href="/openapi.json">/openapi.json</a>.</p></body>
            </html>

            """
        var response = Response(status: 200, body: Array(page.utf8))
        response.add("Content-Type", "text/html; charset=utf-8")
        return response
    }()

    /// The version whose behaviour the contract describes.
    private static let agentOSVersion = "3.1.10"

    private static let routes: [Route] = [
        Route(.get, "/config", .read) { (exchange) async throws(Refusal) in
            try await showConfiguration(exchange)
        },
        Route(.get, "/workflows", .read) { (exchange) async throws(Refusal) in
            try await listWorkflows(exchange)
        },
        Route(.get, "/workflows/{workflow_id}", .read) { (exchange) throws(Refusal) in
            try showWorkflow(exchange)
        },
        // A caller that goes away ends its waiting for an inline run, not the run.
        Route(
            .post, "/workflows/{workflow_id}/runs", .operate, bodyBytesMax: formBytesMax,
            waits: .always
        ) { (exchange) async throws(Refusal) in try await startRun(exchange) },
        Route(.get, "/workflows/{workflow_id}/runs", .read) { (exchange) async throws(Refusal) in
            try await listRuns(exchange)
        },
        Route(.get, "/workflows/{workflow_id}/runs/{run_id}", .read) {
            (exchange) throws(Refusal) in try showRun(exchange)
        },
        Route(.post, "/workflows/{workflow_id}/runs/{run_id}/cancel", .operate) {
            (exchange) async throws(Refusal) in try await cancelRun(exchange)
        },
    ]
}
