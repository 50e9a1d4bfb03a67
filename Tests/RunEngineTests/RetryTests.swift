import Runs
import Testing

@testable import RunEngine

@Suite("Attempts that fail")
struct RetryTests {
    private static let document = """
        {"name": "w", "steps": [{"name": "a", "queue": "q",
            "retry": {"max_attempts": 4, "backoff_s": 2}}]}
        """

    @Test("The back-off doubles, and the last failure fails the run")
    func backOff() async throws {
        let stage = try Stage()
        try await stage.workflow(Self.document)
        let run = try await stage.start("w").id
        for (attempt, delay) in [(1, 2_000), (2, 4_000), (3, 8_000)] as [(Int, Int64)] {
            let task = try await stage.claimOne()
            #expect(task.attempt == attempt)
            let answer = try await stage.fail(task)
            #expect(!answer.isRefused && answer.stepState == .queued)
            stage.tick(after: delay - 1)
            #expect(try await stage.claim().isEmpty)
            stage.tick(after: 1)
        }
        let last = try await stage.claimOne()
        #expect(try last.attempt == 4 && stage.run(run).steps[0].error == nil)
        try await stage.fail(last)
        #expect(try stage.state(run) == .failed && stage.run(run).steps[0].failures == 4)
        let kinds = try await stage.kinds(run)
        #expect(kinds.filter { $0 == "step.retried" }.count == 3)
    }

    @Test("A failure that must not be tried again fails at once")
    func notRetryable() async throws {
        let stage = try Stage()
        try await stage.workflow(Self.document)
        let run = try await stage.start("w").id
        try await stage.fail(try await stage.claimOne(), isRetryable: false)
        #expect(try stage.state(run) == .failed)
        #expect(try stage.details(run).data.error == "a: broken")
    }

    @Test("What waits for its next attempt ends at once with a stop")
    func stopDuringBackOff() async throws {
        let stage = try Stage()
        try await stage.workflow(Self.document)
        let run = try await stage.start("w").id
        try await stage.fail(try await stage.claimOne())
        let seen = try await stage.send(.cancel, to: run)
        #expect(seen.run.state == .cancelled && seen.run.how == .clean)
        stage.tick(after: 60_000)
        #expect(try await stage.claim().isEmpty)
    }

    @Test("A claim that waits is woken when the back-off is over")
    func woken() async throws {
        let stage = try Stage()
        try await stage.workflow(Self.document)
        let run = try await stage.start("w").id
        try await stage.fail(try await stage.claimOne())
        var request = ClaimRequest(worker: "w", queues: ["q"])
        request.waitMilliseconds = 30_000
        async let claimed = stage.engine.claim(request, stage.call())
        await stage.untilSomeoneWaits()
        stage.tick(after: 2_000)
        stage.expectNobodyWaits()
        let tasks = try await claimed
        #expect(tasks.map(\.attempt) == [2] && tasks.map(\.run) == [run])
    }
}
