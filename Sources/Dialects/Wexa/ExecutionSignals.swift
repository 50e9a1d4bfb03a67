import Dialect
import HTTP
import RunEngine
import Runs

/// The four calls that signal an execution. Each answers once its new state is durable; a repeat is
/// answered like the first, because the SDK sends again what it got no answer to.
/// - Source: Wexa contract, sections 2 and 5.
extension Wexa {
    /// The documented operation, in whichever of its three forms it came.
    static func cancel(_ exchange: Exchange) async throws(Refusal) -> Response {
        try await cancel(try exchange.executionAddress(), exchange)
    }

    static func cancel(
        _ address: RunAddress, _ exchange: Exchange
    ) async throws(Refusal) -> Response {
        let reply = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.stop(
                address, StopRequest(.cancel), exchange.call, reply: acknowledge)
        }
        return Response(reply)
    }

    static func pause(_ exchange: Exchange) async throws(Refusal) -> Response {
        let address = try exchange.executionAddress()
        let reply = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.pause(address, exchange.call, reply: acknowledge)
        }
        return Response(reply)
    }

    /// A run that waits for a person stays where it is: 200 with `input_required` (decisions.md 5).
    static func resume(_ exchange: Exchange) async throws(Refusal) -> Response {
        let address = try exchange.executionAddress()
        let reply = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.resume(address, exchange.call, reply: acknowledge)
        }
        return Response(reply)
    }

    /// A nudge: create has started the run already, so nothing changes. What the run's table says
    /// of `start` decides: queued and running take it.
    static func execute(_ exchange: Exchange) throws(Refusal) -> Response {
        let address = try exchange.executionAddress(queryCounts: true)
        let run = try exchange.details(address).run
        guard run.state.takes(.start) else { throw .run(.illegal(.start, in: run.state)) }
        return .json(200, acknowledgement(of: run))
    }

    @Sendable
    private static func acknowledge(_ outcome: Outcome) -> Reply {
        Reply(status: 200, body: acknowledgement(of: outcome.run))
    }
}

extension Exchange {
    /// The run, read on the loop's own connection.
    func details(_ address: RunAddress) throws(Refusal) -> RunDetails {
        do { return try engine.details(address, caller) } catch { throw .run(error) }
    }
}
