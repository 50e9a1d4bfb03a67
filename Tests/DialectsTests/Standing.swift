import RunEngine
import Runs
import Testing

/// Brings runs into every state there is, as their workers and people would.
extension Site {
    /// The steps of the workflow that a run of each state follows.
    static func steps(for state: RunState) -> String {
        state == .waiting
            ? #"[{"name":"ask","approval":"Send it?"}]"#
            : #"[{"name":"one","queue":"one"},{"name":"two","queue":"two"}]"#
    }

    /// - Parameter run: just created, of a workflow with the steps that the state needs.
    func bring(_ run: RunID, to state: RunState) async throws {
        let address = RunAddress(.id(run))
        switch state {
        case .queued: break
        case .running: _ = try await claim("one")
        case .waiting: tick()
        case .paused: _ = try await engine.pause(address, try call(), reply: done)
        case .failing: try await fail(both: false)
        case .stopping:
            _ = try await claim("one")
            _ = try await engine.stop(address, StopRequest(.cancel), try call(), reply: done)
        case .succeeded:
            try await report(.complete(output: nil), try await claim("one"))
            try await report(.complete(output: nil), try await claim("two"))
        case .failed: try await fail(both: true)
        case .cancelled:
            _ = try await engine.stop(address, StopRequest(.cancel), try call(), reply: done)
        }
        let details = try engine.details(address, try caller())
        #expect(details.run.state == state)
    }

    private func fail(both: Bool) async throws {
        let (one, two) = (try await claim("one"), try await claim("two"))
        let failure = TaskReport.fail(error: "no luck", isRetryable: false)
        try await report(failure, one)
        if both { try await report(.stopped, two) }
    }

    /// The next task of a queue, in the hand of a worker.
    func claim(_ queue: String) async throws -> ClaimedTask {
        tick()
        let request = ClaimRequest(worker: "worker", queues: [queue])
        return try #require(try await engine.claim(request, try call()).first)
    }

    private func report(_ report: TaskReport, _ task: ClaimedTask) async throws {
        _ = try await engine.report(
            report, task: task.task, token: task.lease.token, try call()
        ) { _ in Reply(status: 200, body: []) }
    }
}

private let done: @Sendable (Outcome) throws -> Reply = { _ in Reply(status: 200, body: []) }
