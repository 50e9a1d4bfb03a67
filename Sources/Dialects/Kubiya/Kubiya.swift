import Dialect
import HTTP
import Runs

/// Kubiya's Agent Control Plane: the executions API of its 1.0 documents.
/// - Source: docs.kubiya.ai, "Terminate Execution"; contracts/kubiya.md.
package enum Kubiya {
    /// The style as the Gateway serves it.
    package static let dialect = Dialect(
        style: .kubiya, routes: routes, trailingSlash: .optional,
        credential: { (fields) throws(Refusal) in
            try Credential.standard(fields, bareToken: true, userKey: true)
        },
        refuse: { refusal, _ in answer(refusal) })

    /// Literal segments come before the parameter that would take them too.
    private static let routes =
        Pages.routes + [
            Route(.get, "/api/v1/auth/validate", .read, handle: Pages.identity),
            Route(.get, "/api/v1/executions", .read, handle: Executions.list),
            Route(.post, "/api/v1/executions/create", .operate, handle: Starting.create),
            Route(
                .post, "/api/v1/executions/batch/terminate", .operate,
                handle: Terminating.terminateBatch),
            Route(.get, "/api/v1/executions/{execution_id}", .read, handle: Executions.show),
            Route(
                .delete, "/api/v1/executions/{execution_id}", .operate, handle: Executions.delete),
            Route(
                .post, "/api/v1/executions/{execution_id}/terminate", .operate,
                handle: Terminating.terminate),
            operation(.cancel), operation(.pause), operation(.resume),
            Route(
                .post, "/api/v1/agents/{agent_id}/execute", .operate,
                handle: { (exchange) async throws(Refusal) in
                    try await Starting.execute(.agent, named: exchange.path["agent_id"], exchange)
                }),
            Route(
                .post, "/api/v1/teams/{team_id}/execute", .operate,
                handle: { (exchange) async throws(Refusal) in
                    try await Starting.execute(.team, named: exchange.path["team_id"], exchange)
                }),
        ]

    private static func operation(_ operation: Operation) -> Route {
        Route(
            .post, "/api/v1/executions/{execution_id}/\(operation.rawValue)", .operate,
            handle: { (exchange) async throws(Refusal) in
                try await operation.perform(exchange)
            })
    }
}
