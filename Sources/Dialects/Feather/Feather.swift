import Dialect
import HTTP
import RunEngine
import Runs

/// The style of Feather AI's API v1: executions of workflows that call people.
/// - Source: Feather contract, section 2; the numbers of the rows are those of its table.
package enum Feather {
    /// What the Gateway serves.
    package static let dialect = Dialect(
        style: .feather, routes: executionRoutes + stopRoutes + workflowRoutes,
        trailingSlash: .optional, refuse: refuse)

    private static let workflows = "/api/v1/workflow"
    private static let workflow = workflows + "/{workflowId}"
    private static let execution = workflow + "/execution/{executionId}"
    private static let executions = workflow + "/executions"

    private static let executionRoutes = [
        // X1
        Route(.post, workflow + "/execution", .operate) { (exchange) async throws(Refusal) in
            try await create(exchange)
        },
        // X3
        Route(.get, execution, .read) { (exchange) throws(Refusal) in try get(exchange) },
        // X4
        Route(.get, executions, .read) { (exchange) async throws(Refusal) in
            try await list(exchange)
        },
        // X5
        Route(.put, execution, .operate) { (exchange) async throws(Refusal) in
            try await update(exchange)
        },
    ]

    private static let stopRoutes = [
        // X6
        Route(.delete, execution, .operate) { (exchange) async throws(Refusal) in
            try await delete(exchange)
        },
        // X8
        Route(.post, executions + "/cancel", .operate) { (exchange) async throws(Refusal) in
            try await cancelMany(exchange, of: try workflowID(exchange))
        },
        // X9
        Route(.post, "/api/v1/executions/cancel", .operate) { (exchange) async throws(Refusal) in
            try await cancelMany(exchange, of: nil)
        },
        // X7
        Route(.post, executions + "/{executionId}/cancel", .operate) {
            (exchange) async throws(Refusal) in
            try await send(.cancel, exchange)
        },
        // X10
        Route(.post, executions + "/{executionId}/pause", .operate) {
            (exchange) async throws(Refusal) in
            try await send(.pause, exchange)
        },
        Route(.post, executions + "/{executionId}/resume", .operate) {
            (exchange) async throws(Refusal) in
            try await send(.resume, exchange)
        },
    ]

    private static let workflowRoutes = [
        // W1
        Route(.get, workflows, .read) { (exchange) async throws(Refusal) in
            try await listWorkflows(exchange)
        },
        // W2
        Route(.get, workflow, .read) { (exchange) throws(Refusal) in
            try getWorkflow(exchange)
        },
    ]
}

extension Feather {
    /// Every refusal in the envelope of this style. A path with a segment that is no text holds no
    /// UUID, so it is 400 where any other unknown path is 404 (decisions.md, section 4).
    private static let refuse: @Sendable (Refusal, Mark) -> Response = { refusal, mark in
        var error = FeatherError(refusal)
        if case .noRoute = refusal, let target = Target(mark.path),
            target.segments.contains(where: { $0.text == nil })
        {
            error = FeatherError(400, "The path holds a segment that is no id")
        }
        return .json(error.status, error.json)
    }

    /// - Throws: 400 for what is not a UUID.
    static func workflowID(_ exchange: Exchange) throws(Refusal) -> WorkflowID {
        try identifier(exchange, "workflowId")
    }

    /// Workflow and execution of the path, both of which have to be UUIDs.
    static func address(_ exchange: Exchange) throws(Refusal) -> RunAddress {
        let workflow = try workflowID(exchange)
        return RunAddress(.id(try identifier(exchange, "executionId")), of: .id(workflow))
    }

    private static func identifier<Named>(
        _ exchange: Exchange, _ name: String
    ) throws(Refusal) -> Identifier<Named> {
        let text = exchange.path[name] ?? ""
        guard let id = Identifier<Named>(text) else {
            throw .input([
                Fault(["path", .string(name)], .value("is not a UUID"), input: .string(text))
            ])
        }
        return id
    }
}
