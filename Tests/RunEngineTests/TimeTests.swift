import Runs
import Testing

@testable import RunEngine

@Suite("What happens by time alone")
struct TimeTests {
    @Test("A timer ends on the millisecond")
    func timer() async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.timer)
        let run = try await stage.start("timer")
        #expect(run.state == .queued && run.steps.map(\.short) == ["pending"])
        stage.tick()
        #expect(try stage.state(run.id) == .running && stage.steps(run.id) == ["running"])
        stage.tick(after: 59_999)
        #expect(try stage.state(run.id) == .running)
        stage.tick(after: 1)
        #expect(try stage.state(run.id) == .succeeded)
        let kinds = ["run.created", "step.started", "step.succeeded", "run.succeeded"]
        #expect(try await stage.kinds(run.id) == kinds)
    }

    @Test("A stop ends a timer at once", arguments: [Signal.cancel, .terminate])
    func stoppedTimer(_ signal: Signal) async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.timer)
        let run = try await stage.start("timer").id
        stage.tick()
        let seen = try await stage.send(signal, to: run)
        #expect(seen.run.state == .cancelled)
        #expect(seen.run.how == (signal == .cancel ? .clean : .forced))
        stage.tick(after: 60_000)
        #expect(try stage.state(run) == .cancelled)
    }

    @Test("A run over its time fails: what waits ends, what is in hand is told")
    func runTimeout() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "timeout_s": 5,
             "steps": [{"name": "a", "queue": "q"}, {"name": "b", "queue": "q"}]}
            """)
        let run = try await stage.start("w").id
        let untouched = try await stage.start("w").id
        let task = try await stage.claimOne()
        stage.tick(after: 4_999)
        #expect(try stage.state(run) == .running)
        stage.tick(after: 1)
        #expect(try stage.steps(run) == ["running+told", "cancelled/unstarted"])
        #expect(try stage.state(run) == .failing && stage.state(untouched) == .failed)
        #expect(try await stage.report(.heartbeat(progress: nil), task).isTold)
        try await stage.report(.stopped, task)
        #expect(try stage.state(run) == .failed)
        for id in [run, untouched] { #expect(try stage.details(id).data.error == "timed out") }
        #expect(
            try await stage.kinds(untouched) == ["run.created", "run.failing", "run.failed"])
    }

    @Test("An attempt over its time is taken away and counts as failed")
    func stepTimeout() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [{"name": "a", "queue": "q", "timeout_s": 5,
                "retry": {"max_attempts": 2}}]}
            """)
        let run = try await stage.start("w").id
        for state in [StepState.queued, .failed] {
            let task = try await stage.claimOne()
            stage.tick(after: 4_999)
            #expect(try stage.steps(run) == ["running"])
            stage.tick(after: 1)
            #expect(try stage.run(run).steps[0].state == state)
            #expect(await refusal { try await stage.complete(task) } == .leaseLost)
        }
        #expect(try stage.details(run).data.error == "a: timed out")
    }

    @Test("start_at holds back every kind of step, not the states")
    func startAt() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [{"name": "a", "queue": "q"}, {"name": "b", "sleep_s": 60},
                {"name": "c", "approval": "?"}]}
            """)
        let run = try await stage.start("w") {
            $0.startAt = stage.clock.now.adding(milliseconds: 5_000)
        }.id
        let pending = ["pending", "pending", "pending"]
        stage.tick(after: 1_000)
        #expect(try stage.state(run) == .queued && stage.steps(run) == pending)
        try await stage.send(.pause, to: run)
        try await stage.send(.resume, to: run)
        #expect(try stage.state(run) == .running && stage.steps(run) == pending)
        #expect(try await stage.claim().isEmpty)
        stage.tick(after: 4_000)
        #expect(try stage.steps(run) == ["queued", "running", "waiting"])
        #expect(try await stage.claim().count == 1)
    }

    @Test("The time of a run counts from its start_at; one that is past is none")
    func startAtAndTimeout() async throws {
        let stage = try Stage()
        try await stage.workflow(
            #"{"name": "w", "timeout_s": 5, "steps": [{"name": "a", "queue": "q"}]}"#)
        let moment = stage.clock.now.adding(milliseconds: 10_000)
        let later = try await stage.start("w") { $0.startAt = moment }
        let past = try await stage.start("w") {
            $0.startAt = stage.clock.now.adding(milliseconds: -10_000)
        }
        #expect(later.timeoutAt == moment.adding(milliseconds: 5_000))
        #expect(
            past.startAt == nil && past.timeoutAt == stage.clock.now.adding(milliseconds: 5_000))
        #expect(try await stage.claim(max: 9).map(\.run) == [past.id])
    }

    @Test("A cancel before start_at ends the run; its time comes and nothing happens")
    func cancelledBeforeStart() async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.single)
        let run = try await stage.start("single") {
            $0.startAt = stage.clock.now.adding(milliseconds: 5_000)
        }.id
        #expect(try await stage.send(.cancel, to: run).run.state == .cancelled)
        stage.tick(after: 10_000)
        #expect(try await stage.claim().isEmpty)
    }

    @Test("A tick says when to look again: the next deadline, or the next scan")
    func nextLook() async throws {
        let stage = try Stage()
        var state = RunEngine.ClockState()
        let monotonic = stage.clock.environment.monotonicMilliseconds
        #expect(stage.engine.tick(&state) == monotonic() + 2_000)
        let given = try await stage.given(.running)
        try await stage.send(.cancel, to: given.run, graceMilliseconds: 700)
        #expect(stage.engine.tick(&state) == monotonic() + 700)
    }
}
