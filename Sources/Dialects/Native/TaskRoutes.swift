import Dialect
import HTTP
import JSON
import RunEngine
import Runs

extension Native {
    /// What workers call.
    /// - Source: decisions.md, section 7.
    static let taskRoutes = [
        Route(native: .post, "/v1/tasks/claim", .work, waits: .always, handle: claim),
        Route(native: .post, "/v1/tasks/{task}/heartbeat", .work) {
            (exchange) async throws(Refusal) in
            try await report(exchange) { body in
                .heartbeat(progress: body.value("progress")?.text)
            }
        },
        Route(native: .post, "/v1/tasks/{task}/complete", .work) {
            (exchange) async throws(Refusal) in
            try await report(exchange) { body in .complete(output: body.value("output")?.text) }
        },
        Route(native: .post, "/v1/tasks/{task}/fail", .work) {
            (exchange) async throws(Refusal) in
            try await report(exchange) { body in
                let error = body.requiredString("error")
                let isRetryable = body.bool("retryable") ?? true
                return .fail(error: error ?? "", isRetryable: isRetryable)
            }
        },
        Route(native: .post, "/v1/tasks/{task}/stopped", .work) {
            (exchange) async throws(Refusal) in
            try await report(exchange) { _ in .stopped }
        },
    ]

    /// Queues a worker may ask in one call.
    static let queuesMax = 64
    /// Tasks a worker may take in one call.
    static let claimMax: Int64 = 100
    /// Seconds a claim waits at most.
    static let claimWaitSecondsMax: Int64 = 30

    private static func claim(_ exchange: Exchange) async throws(Refusal) -> Response {
        let request = try claimRequest(exchange)
        let tasks = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.claim(request, exchange.call)
        }
        return .written {
            $0.key("tasks")
            $0.array { writer in
                for task in tasks { task.write(into: &writer) }
            }
        }
    }

    private static func claimRequest(_ exchange: Exchange) throws(Refusal) -> ClaimRequest {
        var body = try exchange.object()
        let worker = body.requiredString("worker", nameLength) ?? ""
        var request = ClaimRequest(worker: worker, queues: queues(&body))
        request.max = Int(body.integer("max", 1...claimMax) ?? 1)
        request.waitMilliseconds = body.seconds("wait_s", 0...claimWaitSecondsMax) ?? 0
        body.refuseOthers()
        try body.check()
        return request
    }

    private static func queues(_ body: inout Body) -> [String] {
        guard body.has("queues") else {
            _ = body.requiredValue("queues")
            return []
        }
        let items = body.array("queues", 1...queuesMax) ?? []
        let names = items.compactMap(\.asString).filter { name in
            nameLength.contains(name.unicodeScalars.count) && name.utf8.first != UInt8(ascii: "$")
        }
        if names.count != items.count {
            let reason = "has an item that is not a name of 1 to 255 characters without $ in front"
            body.fault("queues", .value(reason))
        }
        return names
    }

    private static func report(
        _ exchange: Exchange, _ read: (inout Body) -> TaskReport
    ) async throws(Refusal) -> Response {
        var body = try exchange.object()
        var lease = Body(body.requiredObject("lease") ?? JSONObject(), at: ["body", "lease"])
        let token = lease.requiredString("token", nameLength) ?? ""
        lease.refuseOthers()
        // A lease that is no object has been noted as that.
        if body.faults.isEmpty { body.add(lease.faults) }
        let report = read(&body)
        body.refuseOthers()
        try body.check()
        let requestID = exchange.mark.requestID
        let reply = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.report(
                report, task: exchange.path["task"] ?? "", token: token, exchange.call
            ) { answer in answer.reply(requestID) }
        }
        return Response(native: reply)
    }
}

extension ClaimedTask {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.object {
            $0.member("task", task)
            $0.member("run", run.text)
            $0.member("step", step.name)
            $0.member("queue", queue)
            $0.member("attempt", attempt)
            $0.member("input", json: input)
            $0.time("timeout_at", timeoutAt)
            $0.seconds("grace_s", graceMilliseconds)
            $0.key("lease")
            $0.object {
                $0.member("token", lease.token)
                $0.time("expires_at", lease.expiresAt)
                $0.seconds("heartbeat_s", lease.heartbeatMilliseconds)
            }
        }
    }
}

extension TaskAnswer {
    /// A result that came after its step was told to stop is refused, and counts all the same as
    /// the acknowledgement of the stop.
    fileprivate func reply(_ requestID: String) -> Reply {
        guard !isRefused else {
            let detail = "the run is \(runState.word): the result is dropped, the stop acknowledged"
            let problem = Problem(409, "run_stopping", detail)
            return Reply(status: 409, body: problem.body(requestID))
        }
        return .written { writer in
            writer.object {
                $0.member("run_state", runState.word)
                $0.member("step_state", stepState.word)
                $0.key("lease")
                writeLease(into: &$0)
                $0.key("stop")
                writeStop(into: &$0)
                $0.member("pause", isPaused)
            }
        }
    }

    private func writeLease(into writer: inout JSONWriter) {
        guard let leaseExpiresAt else { return writer.null() }
        writer.object { $0.time("expires_at", leaseExpiresAt) }
    }

    /// What the worker has to do: a run that fails tells its workers to stop without any stop.
    private func writeStop(into writer: inout JSONWriter) {
        guard isTold else { return writer.null() }
        writer.object {
            $0.member("mode", stop?.mode.word ?? "failing")
            $0.member("reason", stop?.reason)
            $0.time("requested_at", stop?.requestedAt)
            $0.time("stop_by", stopBy)
        }
    }
}

extension JSONValue {
    fileprivate var text: String { String(decoding: serialized(), as: UTF8.self) }
}
