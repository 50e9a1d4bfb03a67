import Runs
import Testing

@testable import RunEngine

@Suite("Cleanup")
struct CleanupTests {
    /// The `tidy` workflow with its task in hand.
    private func begun(_ stage: Stage) async throws -> ClaimedTask {
        try await stage.workflow(Shape.tidy)
        try await stage.start("tidy")
        return try await stage.claimOne()
    }

    enum End: CaseIterable, Sendable {
        case success, failure, cancel

        var ended: RunState {
            switch self {
            case .success: .succeeded
            case .failure: .failed
            case .cancel: .cancelled
            }
        }
    }

    private func end(_ end: End, _ task: ClaimedTask, _ stage: Stage) async throws {
        switch end {
        case .success: try await stage.complete(task)
        case .failure: try await stage.fail(task)
        case .cancel:
            try await stage.send(.cancel, to: task.run)
            #expect(try await stage.claim("clean").isEmpty, "before the last task has ended")
            try await stage.report(.stopped, task)
        }
    }

    @Test("It runs when the last task has ended, however that was", arguments: End.allCases)
    func runs(_ end: End) async throws {
        let stage = try Stage()
        let task = try await begun(stage)
        #expect(try await stage.claim("clean").isEmpty)
        try await self.end(end, task, stage)
        #expect(try !stage.state(task.run).hasEnded)
        let cleanup = try await stage.claimOne("clean")
        #expect(try await !stage.report(.heartbeat(progress: nil), cleanup).isTold)
        #expect(try await stage.complete(cleanup).runState == end.ended)
        #expect(stage.causes.all == [])
    }

    @Test("A cleanup step that fails changes nothing of the end", arguments: End.allCases)
    func fails(_ end: End) async throws {
        let stage = try Stage()
        let task = try await begun(stage)
        try await self.end(end, task, stage)
        try await stage.fail(try await stage.claimOne("clean"))
        #expect(try stage.state(task.run) == end.ended)
        #expect(try stage.run(task.run).steps[1].short == "failed")
        let error = end == .failure ? "a: broken" : nil
        #expect(try stage.details(task.run).data.error == error)
    }

    @Test("Nor does a rejected question among it")
    func rejected() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [{"name": "a", "queue": "q"}],
             "cleanup": [{"name": "c", "approval": "Tidy?"}]}
            """)
        let run = try await stage.start("w").id
        try await stage.drain()
        #expect(try stage.state(run) == .waiting)
        #expect(try await stage.decide(run, false).state == .succeeded)
    }

    @Test(
        "It does not run when nothing had started, nor after a terminate", arguments: [true, false])
    func doesNotRun(_ hasStarted: Bool) async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.tidy)
        let run = try await stage.start("tidy").id
        if hasStarted { _ = try await stage.claimOne() }
        let seen = try await stage.send(hasStarted ? .terminate : .cancel, to: run)
        #expect(seen.run.state == .cancelled)
        let first = hasStarted ? "cancelled/forced" : "cancelled/unstarted"
        #expect(seen.run.steps.map(\.short) == [first, "cancelled/unstarted"])
        stage.tick(after: 60_000)
        #expect(try await stage.claim("clean").isEmpty)
    }

    @Test("The one deadline cuts it, in hand or not", arguments: [true, false])
    func cut(_ isHeld: Bool) async throws {
        let stage = try Stage()
        let task = try await begun(stage)
        try await stage.send(.cancel, to: task.run)
        stage.clock.advance(6_000)
        try await stage.report(.stopped, task)
        let cleanup = isHeld ? try await stage.claimOne("clean") : nil
        stage.tick(after: 3_999)
        #expect(try stage.state(task.run) == .stopping)
        stage.tick(after: 1)
        let run = try stage.run(task.run)
        let last = isHeld ? "cancelled/forced" : "cancelled/unstarted"
        #expect(run.steps.map(\.short) == ["cancelled/clean", last])
        #expect(run.state == .cancelled && run.how == (isHeld ? .forced : .clean))
        if let cleanup {
            #expect(await refusal { try await stage.complete(cleanup) } == .leaseLost)
        }
    }

    @Test("A terminate cuts it")
    func terminated() async throws {
        let stage = try Stage()
        let task = try await begun(stage)
        try await stage.complete(task)
        _ = try await stage.claimOne("clean")
        let seen = try await stage.send(.terminate, to: task.run)
        #expect(seen.run.steps.map(\.short) == ["succeeded", "cancelled/forced"])
        #expect(seen.run.state == .cancelled && seen.run.how == .forced)
    }

    @Test("A cancel while it runs lets it end")
    func cancelledMeanwhile() async throws {
        let stage = try Stage()
        let task = try await begun(stage)
        try await stage.complete(task)
        let cleanup = try await stage.claimOne("clean")
        #expect(try await stage.send(.cancel, to: task.run).run.state == .stopping)
        #expect(try await stage.complete(cleanup).runState == .cancelled)
        #expect(try stage.run(task.run).how == .clean)
    }

    @Test("A cancel of a paused run brings its parked cleanup back")
    func cancelledWhilePaused() async throws {
        let stage = try Stage()
        let task = try await begun(stage)
        try await stage.complete(task)
        try await stage.send(.pause, to: task.run)
        #expect(try await stage.claim("clean").isEmpty)
        try await stage.send(.cancel, to: task.run)
        let cleanup = try await stage.claimOne("clean")
        #expect(try await stage.complete(cleanup).runState == .cancelled)
    }

    @Test("While paused it waits")
    func paused() async throws {
        let stage = try Stage()
        let task = try await begun(stage)
        try await stage.send(.pause, to: task.run)
        try await stage.complete(task)
        #expect(try stage.state(task.run) == .paused)
        #expect(try await stage.claim("clean").isEmpty)
        try await stage.send(.resume, to: task.run)
        try await stage.drain("clean")
        #expect(try stage.state(task.run) == .succeeded)
    }

    @Test("Its steps follow their needs, however those ended")
    func needs() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [{"name": "a", "approval": "?"}],
             "cleanup": [{"name": "c", "queue": "c"}, {"name": "d", "queue": "d", "needs": ["c"]}]}
            """)
        let run = try await stage.start("w").id
        stage.tick()
        #expect(try await stage.decide(run, true).state == .running)
        #expect(try await stage.claim("d").isEmpty)
        try await stage.fail(try await stage.claimOne("c"))
        try await stage.drain("d")
        #expect(try stage.steps(run) == ["succeeded", "failed", "succeeded"])
        #expect(try stage.state(run) == .succeeded)
    }
}
