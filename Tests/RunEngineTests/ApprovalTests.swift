import Runs
import Testing

@testable import RunEngine

@Suite("Questions to people")
struct ApprovalTests {
    @Test("Approved, the run goes on; rejected, it fails", arguments: [true, false])
    func decision(_ isApproved: Bool) async throws {
        let stage = try Stage()
        let given = try await stage.given(.waiting)
        let recorded = try await stage.kinds(given.run)
        #expect(recorded == ["run.created", "step.waiting"])
        let run = try await stage.decide(given.run, isApproved)
        #expect(run.state == (isApproved ? .succeeded : .failed))
        #expect(run.steps.map(\.short) == [isApproved ? "succeeded" : "failed"])
        let added =
            isApproved
            ? ["step.approved", "run.succeeded"] : ["step.rejected", "run.failing", "run.failed"]
        #expect(try await stage.kinds(given.run) == recorded + added)
        #expect(try stage.details(given.run).data.error == (isApproved ? nil : "a: rejected"))
        let again = await refusal { try await stage.decide(given.run, isApproved) }
        #expect(again == .illegalStep(isApproved ? .approve : .reject))
    }

    @Test(
        "In a state that asks nobody there is nothing to decide",
        arguments: [
            RunState.queued, .running, .paused, .failing, .stopping, .succeeded, .failed,
            .cancelled,
        ])
    func nothingAsked(_ state: RunState) async throws {
        let stage = try Stage()
        let given = try await stage.given(state)
        let recorded = try await stage.kinds(given.run)
        for isApproved in [true, false] {
            let refused = await refusal { try await stage.decide(given.run, isApproved) }
            #expect(refused == .illegalStep(isApproved ? .approve : .reject))
        }
        #expect(try await stage.kinds(given.run) == recorded)
    }

    @Test("Of two questions, one has to be named")
    func twoQuestions() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [{"name": "a", "approval": "?"}, {"name": "b", "approval": "?"}]}
            """)
        let run = try await stage.start("w").id
        stage.tick()
        #expect(await refusal { try await stage.decide(run, true) } == .illegalStep(.approve))
        let unknown = await refusal { try await stage.decide(run, true, step: "c") }
        #expect(unknown == .illegalStep(.approve))
        #expect(try await stage.decide(run, true, step: "b").state == .waiting)
        #expect(try await stage.decide(run, true).state == .succeeded)
    }

    @Test(
        "waiting means that only questions are open",
        arguments: [
            #"{"name": "z", "queue": "q"}"#, #"{"name": "z", "sleep_s": 5}"#,
        ])
    func onlyQuestions(_ beside: String) async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [{"name": "a", "approval": "?"}, \(beside),
                {"name": "c", "queue": "after", "needs": ["a"]}]}
            """)
        let run = try await stage.start("w").id
        stage.tick()
        #expect(try stage.state(run) != .waiting)
        if let task = try await stage.claim().first { try await stage.complete(task) }
        stage.tick(after: 5_000)
        #expect(try stage.state(run) == .waiting)
        #expect(try await stage.decide(run, true).state == .running)
        try await stage.drain("after")
        #expect(try stage.state(run) == .succeeded)
    }

    @Test("A question while paused is asked and answered; what follows waits")
    func paused() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [{"name": "a", "approval": "?"},
                {"name": "b", "queue": "q", "needs": ["a"]}]}
            """)
        let run = try await stage.start("w").id
        stage.tick()
        try await stage.send(.pause, to: run)
        let decided = try await stage.decide(run, true)
        #expect(decided.state == .paused && decided.steps.map(\.short) == ["succeeded", "queued"])
        #expect(try await stage.claim().isEmpty)
        try await stage.send(.resume, to: run)
        #expect(try stage.state(run) == .running)
        #expect(try await stage.claim().count == 1)
    }
}
