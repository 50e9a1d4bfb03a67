import Dialect
import Digest
import HTTP
import RunEngine
import Runs

/// One path with two meanings: a body with `agentflow_id` starts an execution, one with
/// `execution_id` cancels one, one with both is refused. An `agentflow_id` of null counts as none.
/// - Source: Wexa contract, section 7, item 3.
extension Wexa {
    static func createOrCancel(_ exchange: Exchange) async throws(Refusal) -> Response {
        var body = try exchange.object()
        guard body.has("execution_id") else { return try await create(exchange, &body) }
        // Before all else, so that what is wrong with one of them does not hide it.
        guard body.value("agentflow_id") == nil else {
            throw .said(status: 400, message: "agentflow_id and execution_id exclude each other")
        }
        return try await cancel(try exchange.executionAddress(in: &body), exchange)
    }

    private static func create(
        _ exchange: Exchange, _ body: inout Body
    ) async throws(Refusal) -> Response {
        let agentflow = body.requiredString("agentflow_id", 1...Body.textMax)
        let request = ExecutionRequest(&body)
        let projects = ProjectClaim(
            outside: exchange.queryProjects, inBody: body.string("projectID"))
        if projects.isEmpty { body.fault("projectID", .missing) }
        try body.check()
        // `check` has thrown where there is none.
        guard let agentflow else { throw .input(body.faults) }
        let workspace = exchange.caller.workspace
        try projects.checkAgreement(in: workspace)
        guard projects.isEmptyOrNames(workspace) else { throw .run(.notFound(.workspace)) }
        // The body was read as JSON, so it is UTF-8.
        let start = StartRequest(
            plan: .workflow(WorkflowName(agentflow: agentflow)),
            input: String(decoding: exchange.request.body, as: UTF8.self))
        let reply = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.start(start, exchange.markedCall) { details in
                let execution = Execution(details, in: workspace, request: request)
                return Reply(status: 200, body: execution.bytes)
            }
        }
        return Response(reply)
    }
}

extension Exchange {
    /// The call, with the SDK's retry mark as its idempotency key where it brings none of its own.
    ///
    /// The body is part of the derived key, not only of its fingerprint: the same mark with another
    /// body is another create and no misuse.
    fileprivate var markedCall: Call {
        guard call.idempotency == nil, fields.count(of: "x-client-request-id") == 1,
            let mark = fields.raw("x-client-request-id"), (1...255).contains(mark.count)
        else { return call }
        var digest = SHA256()
        digest.update(Array("\(caller.keyID)\n\(mark.count)\n".utf8))
        digest.update(Array(mark))
        digest.update(request.body)
        let fingerprint = digest.finish()
        return Call(
            caller: caller, style: call.style, requestID: call.requestID,
            idempotency: Idempotency(
                key: Hex.encode(fingerprint), scope: "x-client-request-id",
                fingerprint: fingerprint, lifetimeMilliseconds: Self.markLifetimeMilliseconds))
    }

    /// Two minutes: a later call with the same mark is another create (reliability I7).
    private static let markLifetimeMilliseconds: Int64 = 120_000
}
