import Runs

@testable import RunEngine

/// A run that was brought into a state, and the tasks of it that are in hand.
struct Given: Sendable {
    let run: RunID
    let held: [ClaimedTask]
}

extension Stage {
    /// Brings a run into a state as people and workers would, a second between each of the steps.
    ///
    /// | state | steps a, b |
    /// |---|---|
    /// | queued | queued, queued |
    /// | running, paused | running, queued |
    /// | waiting | a question |
    /// | failing | failed, running and told |
    /// | stopping | running and told, cancelled |
    func given(_ state: RunState) async throws -> Given {
        if state == .waiting {
            try await workflow(Shape.ask)
            let run = try await start("ask")
            tick(after: 1_000)
            return Given(run: run.id, held: [])
        }
        try await workflow(Shape.pair)
        let run = try await start("pair")
        clock.advance(1_000)
        let held = try await hands(for: state)
        clock.advance(1_000)
        try await act(state, run.id, held)
        clock.advance(1_000)
        return Given(run: run.id, held: held)
    }

    private func hands(for state: RunState) async throws -> [ClaimedTask] {
        switch state {
        case .queued, .cancelled, .waiting: []
        case .running, .paused, .stopping: try await claim()
        case .failing, .succeeded, .failed: try await claim(max: 2)
        }
    }

    private func act(_ state: RunState, _ run: RunID, _ held: [ClaimedTask]) async throws {
        switch state {
        case .queued, .running, .waiting: break
        case .paused: try await send(.pause, to: run)
        case .stopping, .cancelled: try await send(.cancel, to: run, reason: "first")
        case .failing: try await fail(held[0])
        case .succeeded: for task in held { try await complete(task) }
        case .failed:
            try await fail(held[0])
            try await report(.stopped, held[1])
        }
    }
}
