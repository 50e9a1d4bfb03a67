import Runs
import Testing

@testable import RunEngine

@Suite("Pauses")
struct PauseTests {
    @Test("A paused run's tasks cannot be claimed; a resumed one's can")
    func parked() async throws {
        let stage = try Stage()
        let given = try await stage.given(.paused)
        #expect(try await stage.claim().isEmpty)
        #expect(try await stage.report(.heartbeat(progress: nil), given.held[0]).isPaused)
        try await stage.send(.resume, to: given.run)
        #expect(try await stage.claim().count == 1)
        #expect(try await !stage.report(.heartbeat(progress: nil), given.held[0]).isPaused)
    }

    @Test("What becomes ready while paused waits too, and the last result ends the run")
    func resultsCount() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [{"name": "a", "queue": "q"},
                {"name": "b", "queue": "q", "needs": ["a"]}]}
            """)
        let run = try await stage.start("w").id
        let first = try await stage.claimOne()
        try await stage.send(.pause, to: run)
        try await stage.complete(first)
        #expect(try stage.steps(run) == ["succeeded", "queued"])
        #expect(try await stage.claim().isEmpty)
        try await stage.send(.resume, to: run)
        let second = try await stage.claimOne()
        try await stage.send(.pause, to: run)
        #expect(try await stage.complete(second).runState == .succeeded)
        #expect(try stage.state(run) == .succeeded)
    }

    @Test("A retry while paused is parked")
    func retry() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [
                {"name": "a", "queue": "q", "retry": {"max_attempts": 2, "backoff_s": 1}}]}
            """)
        let run = try await stage.start("w").id
        let task = try await stage.claimOne()
        try await stage.send(.pause, to: run)
        try await stage.fail(task)
        stage.tick(after: 5_000)
        #expect(try await stage.claim().isEmpty)
        try await stage.send(.resume, to: run)
        #expect(try await stage.claim().map(\.attempt) == [2])
    }

    @Test("A running timer goes on through a pause; one that has not begun does not begin")
    func timers() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [{"name": "a", "sleep_s": 10},
                {"name": "b", "sleep_s": 10, "needs": ["a"]}]}
            """)
        let run = try await stage.start("w").id
        stage.tick()
        try await stage.send(.pause, to: run)
        stage.tick(after: 100_000)
        #expect(try stage.steps(run) == ["succeeded", "pending"])
        try await stage.send(.resume, to: run)
        #expect(try stage.steps(run) == ["succeeded", "running"])
        stage.tick(after: 10_000)
        #expect(try stage.state(run) == .succeeded)
    }

    @Test("A pause before the first look holds the first timer back")
    func pausedWhenNew() async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.timer)
        let run = try await stage.start("timer").id
        try await stage.send(.pause, to: run)
        stage.tick(after: 1_000)
        #expect(try stage.steps(run) == ["pending"])
        #expect(try await stage.send(.resume, to: run).run.steps.map(\.short) == ["running"])
    }

    @Test("A resume may be followed by wait")
    func resumeThenWait() async throws {
        let stage = try Stage()
        let given = try await stage.given(.waiting)
        try await stage.send(.pause, to: given.run)
        let seen = try await stage.send(.resume, to: given.run)
        #expect(seen.changed && seen.run.state == .waiting)
    }

    @Test("A run of the time's end while paused fails")
    func timeout() async throws {
        let stage = try Stage()
        try await stage.workflow(
            #"{"name": "w", "timeout_s": 5, "steps": [{"name": "a", "queue": "q"}]}"#)
        let run = try await stage.start("w").id
        try await stage.send(.pause, to: run)
        stage.tick(after: 5_000)
        #expect(try stage.state(run) == .failed)
    }
}
