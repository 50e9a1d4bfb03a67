import Dialect
import HTTP
import JSON
import RunEngine
import Runs

extension Feather {
    /// X1. The body, unchanged, is the run's input.
    static func create(_ exchange: Exchange) async throws(Refusal) -> Response {
        let workflow = try workflowID(exchange)
        let body = try exchange.object()
        let asked = try ExecutionRequest(body)
        var request = StartRequest(
            plan: .workflow(.id(workflow)),
            input: String(decoding: exchange.request.body, as: UTF8.self))
        request.labels = asked.labels
        request.startAt = asked.startAt
        let start = request
        return Response(
            try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.start(start, exchange.call) { details in
                    Reply(status: 201, body: Execution(details).json)
                }
            })
    }

    /// X3.
    static func get(_ exchange: Exchange) throws(Refusal) -> Response {
        let address = try address(exchange)
        do {
            let details = try exchange.engine.details(address, exchange.caller)
            return .json(200, Execution(details).json)
        } catch {
            throw .run(error)
        }
    }

    /// X4.
    static func list(_ exchange: Exchange) async throws(Refusal) -> Response {
        let workflow = try workflowID(exchange)
        let query = try ExecutionQuery(exchange.queryReader(), of: workflow)
        let page = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.runs(query.runs, exchange.call)
        }
        return .json(200, ExecutionList(page: page, query: query).json)
    }

    /// X6: stops what is open and removes it, in one transaction.
    /// - Source: "Delete workflow execution"; Feather contract, section 5.
    static func delete(_ exchange: Exchange) async throws(Refusal) -> Response {
        let address = try address(exchange)
        return Response(
            try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.delete(address, reason: nil, exchange.call) { _ in
                    Reply(status: 200, json: ["message": .string(deleted)])
                }
            })
    }

    /// The vendor's sentence.
    private static let deleted = "Agent workflow execution deleted successfully"

    /// W1. Every workflow of ours is active.
    static func listWorkflows(_ exchange: Exchange) async throws(Refusal) -> Response {
        var query = exchange.queryReader()
        let limit = query.limit(
            default: ExecutionQuery.limitDefault, most: ExecutionQuery.limitMax)
        let offset = query.integer("offset", 0...1_000_000) ?? 0
        let cursor = query.text("cursor")
        let status = query.text("status") ?? "active"
        if status != "active", status != "inactive" {
            query.fault("status", .value("is not active or inactive"), input: status)
        }
        try query.check()
        let organization = exchange.caller.organization.id
        guard status == "active" else {
            let none = WorkflowList(
                workflows: [], organization: organization, limit: limit, nextCursor: nil)
            return .json(200, none.json)
        }
        let page = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.workflows(
                limit: limit, offset: Int(offset), cursor: cursor, exchange.call)
        }
        let list = WorkflowList(
            workflows: page.workflows, organization: organization, limit: limit,
            nextCursor: page.nextCursor)
        return .json(200, list.json)
    }

    /// W2.
    static func getWorkflow(_ exchange: Exchange) throws(Refusal) -> Response {
        let id = try workflowID(exchange)
        do {
            let workflow = try exchange.engine.workflow(.id(id), exchange.caller)
            let organization = exchange.caller.organization.id
            return .json(200, WorkflowBody(workflow: workflow, organization: organization).json)
        } catch {
            throw .run(error)
        }
    }
}
