import Runs
import Testing

@testable import RunEngine

@Suite("Leases")
struct LeaseTests {
    private func single(_ stage: Stage) async throws -> RunID {
        try await stage.workflow(Shape.single)
        return try await stage.start("single").id
    }

    @Test("A lost attempt is queued again three times, then the step has failed")
    func lost() async throws {
        let stage = try Stage()
        let run = try await single(stage)
        for attempt in 1...4 {
            let task = try await stage.claimOne()
            #expect(task.attempt == attempt)
            stage.tick(after: 59_999)
            #expect(try stage.steps(run) == ["running"])
            stage.tick(after: 2_000)
            #expect(await refusal { try await stage.complete(task) } == .leaseLost)
            #expect(try stage.steps(run) == [attempt < 4 ? "queued" : "failed"])
        }
        #expect(try stage.run(run).state == .failed)
        #expect(try stage.run(run).steps[0].error == "worker_lost")
        #expect(try stage.details(run).data.error == "a: worker_lost")
        #expect(
            try await stage.kinds(run).suffix(4)
                == ["step.started", "step.failed", "run.failing", "run.failed"])
        #expect(stage.causes.all == [])
    }

    @Test("A loss is no failure: the attempts that may fail are counted apart")
    func lossesAndFailures() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [
                {"name": "a", "queue": "q", "retry": {"max_attempts": 2}}]}
            """)
        let run = try await stage.start("w").id
        for _ in 0..<3 { try await stage.report(.lost, try await stage.claimOne()) }
        try await stage.fail(try await stage.claimOne())
        #expect(try stage.steps(run) == ["queued"])
        try await stage.fail(try await stage.claimOne())
        #expect(try stage.state(run) == .failed)
    }

    @Test("Heartbeats keep a lease, for as long as they come")
    func heartbeats() async throws {
        let stage = try Stage()
        let run = try await single(stage)
        let task = try await stage.claimOne()
        for _ in 0..<10 {
            stage.tick(after: 59_000)
            try await stage.report(.heartbeat(progress: nil), task)
        }
        #expect(try await stage.complete(task).runState == .succeeded)
        #expect(try stage.run(run).steps[0].losses == 0)
    }

    @Test("A result after the lease, and before anyone looked, is taken")
    func lateButFirst() async throws {
        let stage = try Stage()
        _ = try await single(stage)
        let task = try await stage.claimOne()
        stage.clock.advance(3_600_000)
        #expect(try await stage.complete(task).runState == .succeeded)
    }

    @Test(
        "A jump of the wall clock takes nothing out of a worker's hand",
        arguments: [3_600_000, -3_600_000] as [Int64])
    func jumps(_ jump: Int64) async throws {
        let stage = try Stage()
        let run = try await single(stage)
        let task = try await stage.claimOne()
        stage.tick()
        stage.clock.jump(jump)
        for _ in 0..<29 {
            stage.tick(after: 2_000)
            #expect(try stage.steps(run) == ["running"])
        }
        stage.tick(after: 4_000)
        #expect(try stage.steps(run) == ["queued"])
        #expect(await refusal { try await stage.complete(task) } == .leaseLost)
    }

    @Test(
        "So does one that a worker calls after, before the engine has seen it",
        arguments: [3_600_000, -3_600_000] as [Int64])
    func callsAfterJumps(_ jump: Int64) async throws {
        let stage = try Stage()
        stage.tick()
        stage.clock.jump(jump)
        let run = try await single(stage)
        let task = try await stage.claimOne()
        for _ in 0..<5 { stage.tick(after: 2_000) }
        #expect(try stage.steps(run) == ["running"])
        try await stage.report(.heartbeat(progress: nil), task)
        for _ in 0..<32 { stage.tick(after: 2_000) }
        #expect(try stage.steps(run) == ["queued"])
    }

    @Test(
        "Many tasks of a run may be lost at one look, also past its end",
        arguments: [RunState.running, .failing, .stopping])
    func lostTogether(_ state: RunState) async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "grace_s": 5, "steps": [{"name": "a", "queue": "q"},
                {"name": "b", "queue": "q"}, {"name": "c", "queue": "q"}]}
            """)
        let run = try await stage.start("w").id
        let tasks = try await stage.claim(max: 3)
        if state == .failing { try await stage.fail(tasks[0], isRetryable: false) }
        if state == .stopping { try await stage.send(.cancel, to: run) }
        let other = try await stage.given(.stopping).run
        stage.tick(after: 3_600_000)
        #expect(stage.causes.all == [])
        #expect(try stage.state(other) == .cancelled)
        switch state {
        case .running: #expect(try stage.steps(run) == ["queued", "queued", "queued"])
        case .failing: #expect(try stage.state(run) == .failed)
        default: #expect(try stage.state(run) == .cancelled && stage.run(run).how == .lost)
        }
    }

    @Test("Each attempt has one holder, however many ask")
    func oneHolder() async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.single)
        for _ in 0..<20 {
            let run = try await stage.start("single").id
            let holders = try await withThrowingTaskGroup(of: [ClaimedTask].self) { group in
                for worker in 0..<8 {
                    group.addTask { try await stage.claim(worker: "w\(worker)") }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(holders.map(\.run) == [run])
            for task in holders { try await stage.complete(task) }
        }
    }
}
