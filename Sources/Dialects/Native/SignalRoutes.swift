import Dialect
import HTTP
import JSON
import RunEngine
import Runs

extension Native {
    /// What people do to runs.
    static let signalRoutes = [
        Route(native: .post, "/v1/runs/{run}/cancel", .operate, query: ["wait_s"]) {
            (exchange) async throws(Refusal) in try await stop(.cancel, exchange)
        },
        Route(native: .post, "/v1/runs/{run}/terminate", .operate, query: ["wait_s"]) {
            (exchange) async throws(Refusal) in try await stop(.terminate, exchange)
        },
        Route(native: .post, "/v1/runs/{run}/pause", .operate, handle: pause),
        Route(native: .post, "/v1/runs/{run}/resume", .operate, handle: resume),
        Route(native: .post, "/v1/runs/{run}/approve", .operate) {
            (exchange) async throws(Refusal) in try await decide(isApproved: true, exchange)
        },
        Route(native: .post, "/v1/runs/{run}/reject", .operate) {
            (exchange) async throws(Refusal) in try await decide(isApproved: false, exchange)
        },
        Route(native: .delete, "/v1/runs/{run}", .operate, handle: delete),
    ]

    /// Seconds a stop may be waited for.
    static let waitSecondsMax: Int64 = 60

    /// Answers when the stop is on disk; with `wait_s`, when the run has ended or the time is up,
    /// unless too many calls of the key wait.
    private static func stop(
        _ mode: StopMode, _ exchange: Exchange
    ) async throws(Refusal) -> Response {
        var reader = exchange.queryReader()
        let wait = reader.integer("wait_s", 0...waitSecondsMax) ?? 0
        try reader.check()
        var request = StopRequest(mode)
        if var body = try exchange.optionalObject() {
            request.reason = body.string("reason")
            request.graceMilliseconds = body.seconds("grace_s", 0...3600)
            body.refuseOthers()
            try body.check()
        }
        let reply = try await exchange.ask { [request] () async throws(RunError) in
            try await exchange.engine.stop(
                exchange.runAddress, request, exchange.call, reply: outcome)
        }
        return wait == 0 || !exchange.mayWait
            ? Response(native: reply) : try await ended(reply, exchange, milliseconds: wait * 1000)
    }

    /// The same answer with the run as it stands after waiting for its end.
    private static func ended(
        _ reply: Reply, _ exchange: Exchange, milliseconds: Int64
    ) async throws(Refusal) -> Response {
        guard reply.status == 200, let body = try? JSONValue(parsing: reply.body),
            let id = body["id"]?.asString.flatMap(RunID.init(_:))
        else { return Response(native: reply) }
        await exchange.engine.waitForEnd(of: id, exchange.caller, milliseconds: milliseconds)
        // A run that was deleted meanwhile is answered as the stop left it.
        guard let details = try? exchange.engine.details(RunAddress(.id(id)), exchange.caller)
        else { return Response(native: reply) }
        var answer = Reply.written {
            $0.run(details, changed: body["changed"]?.asBool ?? false)
        }
        answer.isReplay = reply.isReplay
        return Response(native: answer)
    }

    private static func pause(_ exchange: Exchange) async throws(Refusal) -> Response {
        try refuseMembers(exchange)
        return Response(
            native: try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.pause(
                    exchange.runAddress, exchange.call, reply: outcome)
            })
    }

    private static func resume(_ exchange: Exchange) async throws(Refusal) -> Response {
        try refuseMembers(exchange)
        return Response(
            native: try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.resume(
                    exchange.runAddress, exchange.call, reply: outcome)
            })
    }

    private static func decide(
        isApproved: Bool, _ exchange: Exchange
    ) async throws(Refusal) -> Response {
        var body = try exchange.optionalObject() ?? Body(JSONObject())
        let step = body.string("step", nameLength)
        body.refuseOthers()
        try body.check()
        return Response(
            native: try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.decide(
                    exchange.runAddress, step: step, isApproved: isApproved, exchange.call,
                    reply: outcome)
            })
    }

    private static func delete(_ exchange: Exchange) async throws(Refusal) -> Response {
        var body = try exchange.optionalObject() ?? Body(JSONObject())
        let reason = body.string("reason")
        body.refuseOthers()
        try body.check()
        return Response(
            native: try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.delete(
                    exchange.runAddress, reason: reason, exchange.call
                ) { outcome in
                    .written {
                        $0.object {
                            $0.member("id", outcome.run.id.text)
                            $0.member("deleted", true)
                            $0.member("changed", outcome.changed)
                        }
                    }
                }
            })
    }

    /// A signal without a body takes an empty object too.
    private static func refuseMembers(_ exchange: Exchange) throws(Refusal) {
        guard var body = try exchange.optionalObject() else { return }
        body.refuseOthers()
        try body.check()
    }

    /// The run after a signal, and whether the signal changed it.
    @Sendable private static func outcome(_ outcome: Outcome) throws -> Reply {
        let details = try outcome.details()
        return .written { $0.run(details, changed: outcome.changed) }
    }
}
