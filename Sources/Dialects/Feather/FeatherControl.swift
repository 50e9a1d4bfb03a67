import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// What a person does to an execution, short of removing it.
enum Command {
    case cancel, pause, resume

    /// What leads to a status; nil for a status that only the engine sets.
    init?(to status: ExecutionStatus) {
        switch status {
        case .cancelled: self = .cancel
        case .paused: self = .pause
        case .running: self = .resume
        case .created, .completed, .failed: return nil
        }
    }
}

extension Feather {
    /// X7, X10. A body is not looked at.
    static func send(
        _ command: Command, _ exchange: Exchange
    ) async throws(Refusal) -> Response {
        let control = Control(exchange, try address(exchange), exchange.call)
        return Response(
            try await exchange.ask { () async throws(RunError) in try await control.send(command) })
    }

    /// X5: status, metadata or both, in this order.
    /// - Source: Feather contract, section 6.
    static func update(_ exchange: Exchange) async throws(Refusal) -> Response {
        let address = try address(exchange)
        var body = try exchange.object()
        let status = readStatus(&body)
        let metadata = readMetadata(&body)
        try body.check()
        guard status != nil || metadata != nil else {
            throw .input([Fault(["body"], .value("has neither status nor metadata"))])
        }
        return Response(
            try await exchange.ask { () async throws(RunError) in
                try await apply(status, metadata, to: address, exchange)
            })
    }

    private static func apply(
        _ status: ExecutionStatus?, _ metadata: JSONObject?, to address: RunAddress,
        _ exchange: Exchange
    ) async throws(RunError) -> Reply {
        guard let status else {
            return try await Control(exchange, address, exchange.call)
                .annotate(metadata ?? JSONObject())
        }
        guard let metadata else {
            return try await Control(exchange, address, exchange.call).bring(to: status)
        }
        // Two commands under one Idempotency-Key would be taken for one and its repeat.
        let control = Control(exchange, address, exchange.call.unkeyed)
        return try await exchange.engine.once(exchange.call) { () async throws(RunError) in
            _ = try await control.bring(to: status)
            return try await control.annotate(metadata)
        }
    }

    private static func readStatus(_ body: inout Body) -> ExecutionStatus? {
        guard let word = body.string("status") else { return nil }
        let status = ExecutionStatus(rawValue: word)
        if status == nil { body.fault("status", .value("is not a status")) }
        return status
    }
}

/// The signals of one request to one execution.
private struct Control {
    let engine: RunEngine
    let address: RunAddress
    let call: Call

    init(_ exchange: Exchange, _ address: RunAddress, _ call: Call) {
        engine = exchange.engine
        self.address = address
        self.call = call
    }

    func send(_ command: Command) async throws(RunError) -> Reply {
        switch command {
        case .cancel: try await engine.stop(address, StopRequest(.cancel), call, reply: shown)
        case .pause: try await engine.pause(address, call, reply: shown)
        case .resume: try await engine.resume(address, call, reply: shown)
        }
    }

    /// Sends what leads to a status. One that the execution has already is answered as it stands,
    /// also when nothing could bring it there.
    func bring(to status: ExecutionStatus) async throws(RunError) -> Reply {
        guard let command = Command(to: status) else { return try await unchanged(status) }
        do {
            return try await send(command)
        } catch {
            guard case .illegal(_, in: let state) = error, ExecutionStatus(state) == status else {
                throw error
            }
            return try await unchanged(status)
        }
    }

    /// Replaces the metadata.
    func annotate(_ metadata: JSONObject) async throws(RunError) -> Reply {
        let text = String(decoding: JSONValue.object(metadata).serialized(), as: UTF8.self)
        return try await engine.annotate(address, text, call, reply: shown)
    }

    private func unchanged(_ status: ExecutionStatus) async throws(RunError) -> Reply {
        try await engine.once(call) { () async throws(RunError) in
            let details = try engine.details(address, call.caller)
            guard ExecutionStatus(details.run.state) == status else {
                throw .invalid(field: "status", reason: "cannot be set to \(status.rawValue)")
            }
            return Reply(status: 200, body: Execution(details).json)
        }
    }
}

/// The execution as it stands after a signal, a repeat included.
private let shown: @Sendable (Outcome) throws -> Reply = { outcome in
    Reply(status: 200, body: Execution(try outcome.details()).json)
}

extension Call {
    /// The same call without its Idempotency-Key, for a request that becomes several commands.
    var unkeyed: Call {
        Call(caller: caller, style: style, requestID: requestID, idempotency: nil)
    }
}
