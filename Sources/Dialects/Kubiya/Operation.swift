import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// The operations that take no body and answer 200 also when they are refused, with
/// `"success":false`.
/// - Source: contracts/kubiya.md, section 5.5.
enum Operation: String, CaseIterable {
    case cancel
    case pause
    case resume

    func perform(_ exchange: Exchange) async throws(Refusal) -> Response {
        let run = try Executions.run(exchange)
        return Response(
            try await exchange.ask { () async throws(RunError) in
                if let state = refusal(run, exchange) { return refused(run, in: state) }
                return try await signal(run, exchange)
            })
    }

    /// The state in which Kubiya refuses what the engine would do. A run never goes back to such a
    /// state, so looking first is safe. One that is not there is left to the engine: it may hold
    /// the answer to an earlier request with the same key.
    private func refusal(_ run: RunID, _ exchange: Exchange) -> RunState? {
        guard let statuses = Status.refusals[self],
            let now = try? exchange.engine.details(RunAddress(.id(run)), exchange.caller)
        else { return nil }
        return statuses.contains(Status(now.run.state)) ? now.run.state : nil
    }

    private func signal(_ run: RunID, _ exchange: Exchange) async throws(RunError) -> Reply {
        let (engine, call, address) = (exchange.engine, exchange.call, RunAddress(.id(run)))
        let reply: @Sendable (Outcome) throws -> Reply = { outcome in
            outcome.changed
                ? succeeded(run, try Entity.kind(outcome))
                : refused(run, in: outcome.run.state)
        }
        do {
            return switch self {
            case .cancel: try await engine.stop(address, StopRequest(.cancel), call, reply: reply)
            case .pause: try await engine.pause(address, call, reply: reply)
            case .resume: try await engine.resume(address, call, reply: reply)
            }
        } catch {
            guard case .illegal(_, let state) = error else { throw error }
            return refused(run, in: state)
        }
    }

    private func succeeded(_ run: RunID, _ kind: EntityKind) -> Reply {
        let body: JSONValue = [
            "success": true, "execution_id": .string(run.text),
            "workflow_id": .string(ExecutionID.workflowID(run, kind)),
            "message": .string("Execution \(participle) successfully"),
        ]
        return Reply(status: 200, body: body.serialized())
    }

    private func refused(_ run: RunID, in state: RunState) -> Reply {
        let word = Status(state).rawValue
        let body: JSONValue = [
            "success": false, "error": .string("\(complaint) (status: \(word))"),
            "execution_id": .string(run.text), "status": .string(word),
        ]
        var reply = Reply(status: 200, json: body)
        reply.isKept = false
        return reply
    }

    private var participle: String {
        switch self {
        case .cancel: "cancelled"
        case .pause: "paused"
        case .resume: "resumed"
        }
    }

    private var complaint: String {
        switch self {
        case .cancel: "Execution is not running"
        case .pause: "Execution cannot be paused"
        case .resume: "Execution is not paused"
        }
    }
}
