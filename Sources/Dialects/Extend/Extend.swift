import Dialect
import HTTP
import RunEngine
import Runs

/// The style of Extend's REST API, version 2026-02-09: runs of document workflows.
/// - Source: Extend contract, section 2; the numbers of the rows are those of its table.
package enum Extend {
    /// What the Gateway serves.
    package static let dialect = Dialect(
        style: .extend, routes: routes, trailingSlash: .refused,
        workspace: { (head) throws(Refusal) in try workspace(head.fields) },
        refuse: { refusal, mark in
            let error = ExtendError(refusal)
            return .json(error.status, error.json(requestID: requestID(mark)))
        },
        decorate: { response, mark in response.set("x-extend-request-id", requestID(mark)) })

    /// The one version of the vendor's API that is served.
    static let version = "2026-02-09"

    private static let routes = [
        // 1
        route(.post, "/workflow_runs", .operate) { (exchange) async throws(Refusal) in
            try await create(exchange)
        },
        // 7
        route(.get, "/workflow_runs", .read) { (exchange) async throws(Refusal) in
            try await list(exchange)
        },
        // 3
        route(.get, "/workflow_runs/{id}", .read) { (exchange) throws(Refusal) in
            try get(exchange)
        },
        // 6
        route(.delete, "/workflow_runs/{id}", .operate) { (exchange) async throws(Refusal) in
            try await delete(exchange)
        },
        // 5
        route(.post, "/workflow_runs/{id}/cancel", .operate) { (exchange) async throws(Refusal) in
            try await cancel(exchange)
        },
        // 11
        route(.get, "/workflows", .read) { (exchange) async throws(Refusal) in
            try await listWorkflows(exchange)
        },
        // 9
        route(.get, "/workflows/{id}", .read) { (exchange) throws(Refusal) in
            try getWorkflow(exchange)
        },
    ]
}

extension Extend {
    /// A route that answers the one version of the API, and no other.
    private static func route(
        _ method: Method, _ pattern: String, _ right: Right, handle: @escaping Route.Later
    ) -> Route {
        Route(method, pattern, right) { (exchange) async throws(Refusal) in
            try checkVersion(exchange.fields)
            return try await handle(exchange)
        }
    }

    /// The same for a handler that waits for nothing.
    private static func route(
        _ method: Method, _ pattern: String, _ right: Right, handle: @escaping Route.Now
    ) -> Route {
        Route(method, pattern, right) { (exchange) throws(Refusal) in
            try checkVersion(exchange.fields)
            return try handle(exchange)
        }
    }

    private static func checkVersion(_ fields: Fields) throws(Refusal) {
        guard hasRightVersion(fields) else {
            let message = "Unknown x-extend-api-version: this server has \(version)."
            throw .said(status: 400, message: message)
        }
    }

    /// Whether every `x-extend-api-version` there is names the one version; one that is no text
    /// does not.
    static func hasRightVersion(_ fields: Fields) -> Bool {
        let name = "x-extend-api-version"
        let versions = fields.all(name)
        return versions.count == fields.count(of: name) && versions.allSatisfy { $0 == version }
    }

    /// `x-extend-workspace-id`; without it the one that every style takes.
    private static func workspace(_ fields: Fields) throws(Refusal) -> WorkspaceName? {
        let name = "x-extend-workspace-id"
        guard fields.count(of: name) > 0 else {
            return try Credential.workspace(in: fields, named: "x-signalbox-workspace")
        }
        guard fields.count(of: name) == 1, let text = fields.first(name) else {
            throw .input([Fault(["header", .string(name)], .value("is not one text"))])
        }
        return ExtendID.workspace(text)
    }

    private static func requestID(_ mark: Mark) -> String { "req_" + mark.requestID }
}
