import Dialect
import HTTP
import Runs

/// Wexa's Executeflow API: create, list, watch, pause, resume and cancel executions.
/// - Source: Wexa contract; decisions.md.
package enum Wexa {
    /// The style as the Gateway serves it, under `/wexa` and at the root.
    package static let dialect = Dialect(
        style: .wexa, routes: routes, trailingSlash: .optional,
        refuse: { refusal, _ in executionRefusal(refusal) })

    /// An empty segment where an id belongs means "no id in the path" (contract section 7, item 1).
    private static let routes: [Route] = [
        Route(.post, "/execute_flow", .operate) { (exchange) async throws(Refusal) in
            try await createOrCancel(exchange)
        },
        Route(.post, "/execute_flow/{execution_id?}", .operate) {
            (exchange) async throws(Refusal) in
            exchange.path["execution_id"] == ""
                ? try await createOrCancel(exchange)
                : try await cancel(exchange)
        },
        Route(.post, "/execute_flow/{execution_id?}/cancel", .operate) {
            (exchange) async throws(Refusal) in try await cancel(exchange)
        },
        Route(.post, "/execute_flow/{execution_id?}/pause", .operate) {
            (exchange) async throws(Refusal) in try await pause(exchange)
        },
        Route(.post, "/execute_flow/{execution_id?}/resume", .operate) {
            (exchange) async throws(Refusal) in try await resume(exchange)
        },
        Route(.post, "/execute_flow/{execution_id?}/execute", .operate) {
            (exchange) throws(Refusal) in try execute(exchange)
        },
        Route(.get, "/execute_flow/{execution_id}", .read) {
            (exchange) throws(Refusal) in try show(exchange)
        },
        Route(.get, "/execute_flow/{agentflow_id}/monitor", .read) {
            (exchange) async throws(Refusal) in try await monitor(exchange)
        },
        Route(.get, "/agentflow/{agentflow_id}", .read) {
            (exchange) throws(Refusal) in try showAgentflow(exchange)
        },
        Route(.get, "/{projectID}/execution_flows", .read) {
            (exchange) async throws(Refusal) in try await list(exchange)
        },
    ]
}
