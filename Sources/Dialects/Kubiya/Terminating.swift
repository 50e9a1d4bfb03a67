import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// The documented operation, alone and for many executions at once.
/// - Source: docs.kubiya.ai, "Terminate Execution"; contracts/kubiya.md, sections 5.4 and 5.6.
enum Terminating {
    /// `{"reason": ...}`, 1 to 500 characters, has to be there; the answer says when it ended.
    static func terminate(_ exchange: Exchange) async throws(Refusal) -> Response {
        var body = try RequestBody.object(exchange)
        let reason = body.requiredString("reason", reasonLength)
        try body.check()
        let run = try Executions.run(exchange)
        return Response(
            try await exchange.ask { () async throws(RunError) in
                do throws(RunError) {
                    return try await stop(run, reason, exchange.call, exchange.engine) { outcome in
                        try outcome.changed ? terminated(outcome) : refused(outcome.run.state)
                    }
                } catch .notFound(.run) {
                    let isForeign = try exchange.engine.isForeign(.id(run), to: exchange.caller)
                    throw isForeign ? .otherOrganization : .notFound(.run)
                }
            })
    }

    /// Why an execution in that state is not terminated; also said of one that was before.
    static func complaint(_ state: RunState) -> String {
        "Cannot terminate workflow in status: \(Status(state).rawValue)"
    }

    /// Terminates one after the other; what happens to one entry says nothing of the next. With an
    /// Idempotency-Key the batch is one request: an entry has no key of its own.
    static func terminateBatch(_ exchange: Exchange) async throws(Refusal) -> Response {
        var body = try RequestBody.object(exchange)
        let ids = ids(&body)
        let reason = body.requiredString("reason", reasonLength)
        try body.check()
        return Response(
            try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.once(exchange.call) {
                    var results: [JSONValue] = []
                    for id in ids { results.append(await entry(id, reason, exchange)) }
                    return summary(results)
                }
            })
    }

    private static func summary(_ results: [JSONValue]) -> Reply {
        let succeeded = results.count { $0["success"]?.asBool == true }
        return Reply(
            status: 200,
            json: [
                "total_requested": .int(results.count), "total_succeeded": .int(succeeded),
                "total_failed": .int(results.count - succeeded), "results": .array(results),
            ])
    }

    /// Unicode code points.
    private static let reasonLength = 1...500
    private static let batchSize = 1...100

    private static func stop(
        _ run: RunID, _ reason: String?, _ call: Call, _ engine: RunEngine,
        reply: @escaping @Sendable (Outcome) throws -> Reply
    ) async throws(RunError) -> Reply {
        let request = StopRequest(.terminate, reason: reason)
        return try await engine.stop(RunAddress(.id(run)), request, call, reply: reply)
    }

    private static func terminated(_ outcome: Outcome) throws -> Reply {
        let body: JSONValue = [
            "success": true,
            "workflow_id": .string(
                ExecutionID.workflowID(outcome.run.id, try Entity.kind(outcome))),
            "terminated_at": .text(moment(outcome.run)),
        ]
        return Reply(status: 200, body: body.serialized())
    }

    private static func refused(_ state: RunState) -> Reply {
        var reply = Reply(status: 400, json: ["detail": .string(complaint(state))])
        reply.isKept = false
        return reply
    }

    /// When it was terminated: for a run that was being cancelled, the moment it was cut short.
    private static func moment(_ run: Run) -> String? {
        (run.stop?.escalatedAt ?? run.stop?.requestedAt)?.microseconds(zone: "Z")
    }

    private static func ids(_ body: inout Body) -> [String] {
        guard let items = body.requiredValue("execution_ids") else { return [] }
        guard let array = items.asArray else {
            body.fault("execution_ids", .type("array"))
            return []
        }
        if array.count < batchSize.lowerBound {
            body.fault("execution_ids", .tooShort(batchSize.lowerBound))
        } else if array.count > batchSize.upperBound {
            body.fault("execution_ids", .tooLong(batchSize.upperBound))
        }
        let wrong = array.enumerated().filter { $0.element.asString == nil }
        body.add(
            wrong.prefix(batchSize.upperBound).map { index, value in
                Fault(["body", "execution_ids", .int(index)], .type("string"), input: value)
            })
        return array.compactMap(\.asString)
    }

    private static func entry(
        _ id: String, _ reason: String?, _ exchange: Exchange
    ) async -> JSONValue {
        guard let run = ExecutionID.run(id) else { return failure(id, "Execution not found") }
        do throws(RunError) {
            let call = Call(
                caller: exchange.caller, style: exchange.call.style,
                requestID: exchange.call.requestID, idempotency: nil)
            let reply = try await stop(run, reason, call, exchange.engine) { outcome in
                let body: JSONValue =
                    outcome.changed
                    ? [
                        "execution_id": .string(id), "success": true,
                        "workflow_id": .string(
                            ExecutionID.workflowID(outcome.run.id, try Entity.kind(outcome))),
                        "error": nil, "terminated_at": .text(moment(outcome.run)),
                    ] : failure(id, complaint(outcome.run.state))
                return Reply(status: 200, body: body.serialized())
            }
            return (try? JSONValue(parsing: reply.body)) ?? failure(id, "Unexpected error")
        } catch {
            let sentence =
                switch Kubiya.spelled(error) {
                case .sentence(_, let text): text
                case .faults: "Unexpected error"
                }
            return failure(id, sentence)
        }
    }

    private static func failure(_ id: String, _ error: String) -> JSONValue {
        [
            "execution_id": .string(id), "success": false, "workflow_id": nil,
            "error": .string(error), "terminated_at": nil,
        ]
    }
}
