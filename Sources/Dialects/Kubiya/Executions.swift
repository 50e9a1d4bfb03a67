import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// Reading and removing executions.
/// - Source: contracts/kubiya.md, sections 5.1 and 5.3.
enum Executions {
    /// The run that the path names.
    /// - Throws: 404 for an id that is of no known form.
    static func run(_ exchange: Exchange) throws(Refusal) -> RunID {
        guard let run = exchange.path["execution_id"].flatMap(ExecutionID.run) else {
            throw .run(.notFound(.run))
        }
        return run
    }

    static func show(_ exchange: Exchange) throws(Refusal) -> Response {
        let run = try run(exchange)
        let caller = exchange.caller
        let details = try exchange.look { () throws(RunError) in
            try exchange.engine.details(RunAddress(.id(run)), caller)
        }
        return .json(200, row(details, caller).serialized())
    }

    /// An execution in any state is removed; one that has not ended is stopped by it.
    static func delete(_ exchange: Exchange) async throws(Refusal) -> Response {
        let run = try run(exchange)
        return Response(
            try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.delete(
                    RunAddress(.id(run)), reason: nil, exchange.call,
                    reply: { _ in Reply(status: 204, body: []) })
            })
    }

    /// A bare array, newest first; `skip` and `limit` page through it.
    static func list(_ exchange: Exchange) async throws(Refusal) -> Response {
        let query = try ListQuery(exchange)
        guard let wanted = query.runs else { return .json(200, Array("[]".utf8)) }
        let page = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.runs(wanted, exchange.call)
        }
        let rows = page.runs.map { row($0, exchange.caller) }
        return .json(200, JSONValue.array(rows).serialized())
    }

    private static func row(_ details: RunDetails, _ caller: Caller) -> JSONValue {
        ExecutionRow(details).json(organization: caller.organization.name)
    }
}
