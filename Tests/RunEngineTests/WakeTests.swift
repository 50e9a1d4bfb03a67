import Runs
import Testing

@testable import RunEngine

@Suite("Many claims that wait on one queue")
struct WakeTests {
    typealias Claim = Task<[ClaimedTask], any Error>

    /// Claims that wait, in the order in which they came.
    private func claims(_ count: Int, max: Int = 1, on stage: Stage) async -> [Claim] {
        var claims: [Claim] = []
        for index in 0..<count {
            var request = ClaimRequest(worker: "w\(index)", queues: ["none", "q"])
            request.waitMilliseconds = 30_000
            request.max = max
            claims.append(Task { [request] in try await stage.engine.claim(request, stage.call()) })
            await stage.untilWaiting(index + 1)
        }
        return claims
    }

    private func workflow(_ steps: Int) -> String {
        let steps = (0..<steps).map { #"{"name": "s\#($0)", "queue": "q"}"# }
        return #"{"name": "w", "steps": [\#(steps.joined(separator: ", "))]}"#
    }

    @Test("One task costs as few looks with many claims as with few")
    func looks() async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.single)
        let claims = await claims(100, on: stage)
        let before = stage.clock.readings
        try await stage.start("single")
        #expect(try await claims[0].value.count == 1)
        await stage.untilWaiting(99)
        // Two look: who takes it, and who finds nothing after it.
        #expect(stage.clock.readings - before <= 20)
        stage.engine.releaseWaiters()
        for claim in claims[1...] { #expect(try await claim.value.isEmpty) }
    }

    @Test(
        "Every task of one commit is taken, however many each claim takes",
        arguments: ["start", "resume", "start_at"], [1, 3, 100])
    func several(_ cause: String, _ max: Int) async throws {
        let stage = try Stage()
        try await stage.workflow(workflow(3))
        var request = StartRequest(plan: .workflow(.name("w")), input: "{}")
        if cause == "start_at" {
            request.startAt = stage.clock.now.adding(milliseconds: 1_000)
        }
        let paused = cause == "resume" ? try await stage.start(request).run.id : nil
        if let paused { try await stage.send(.pause, to: paused) }
        stage.tick()
        let claims = await claims(5, max: max, on: stage)
        if let paused {
            try await stage.send(.resume, to: paused)
        } else {
            _ = try await stage.start(request)
            if cause == "start_at" { stage.tick(after: 1_000) }
        }
        await stage.untilHeld(3)
        stage.engine.releaseWaiters()
        var taken = 0
        for claim in claims { taken += try await claim.value.count }
        #expect(taken == 3)
    }

    @Test("Who is cancelled around its turn costs the others nothing", arguments: [true, false])
    func cancelled(_ isBefore: Bool) async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.single)
        let claims = await claims(3, on: stage)
        if isBefore { claims[0].cancel() }
        try await stage.start("single")
        claims[0].cancel()
        await stage.untilHeld(1)
        let first = try await claims[0].value
        stage.engine.releaseWaiters()
        let rest = try await [claims[1].value, claims[2].value].flatMap { $0 }
        #expect(first.count + rest.count == 1)
    }
}
