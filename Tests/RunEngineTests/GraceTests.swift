import Runs
import Testing

@testable import RunEngine

@Suite("The grace period")
struct GraceTests {
    /// Whose word counts, in seconds; the server's is 10.
    struct Source: Sendable {
        let request: Int64?
        let run: Int64?
        let workflow: Int64?
        let expected: Int64
    }

    @Test(arguments: [
        Source(request: 1, run: 2, workflow: 3, expected: 1),
        Source(request: nil, run: 2, workflow: 3, expected: 2),
        Source(request: nil, run: nil, workflow: 3, expected: 3),
        Source(request: nil, run: nil, workflow: nil, expected: 10),
        Source(request: 3_600, run: 0, workflow: nil, expected: 3_600),
    ])
    func order(_ source: Source) async throws {
        let stage = try Stage()
        let grace = source.workflow.map { #""grace_s": \#($0),"# } ?? ""
        try await stage.workflow(
            #"{"name": "w", \#(grace) "steps": [{"name": "a", "queue": "q"}]}"#)
        let run = try await stage.start("w") {
            $0.graceMilliseconds = source.run.map { $0 * 1_000 }
        }
        _ = try await stage.claimOne()
        let seen = try await stage.send(
            .cancel, to: run.id, graceMilliseconds: source.request.map { $0 * 1_000 })
        let expected = source.expected * 1_000
        #expect(seen.run.deadline == stage.clock.now.adding(milliseconds: expected))
        #expect(seen.run.stop?.graceMilliseconds == expected)
    }

    @Test(arguments: [-1, 3_600_001, Int64.max, .min])
    func outOfRange(_ grace: Int64) async throws {
        let stage = try Stage()
        let given = try await stage.given(.running)
        let stopped = await refusal {
            try await stage.send(.cancel, to: given.run, graceMilliseconds: grace)
        }
        let started = await refusal {
            try await stage.start("pair") { $0.graceMilliseconds = grace }
        }
        let expected = RunError.invalid(field: "grace_s", reason: "must be from 0 to 3600")
        #expect(stopped == expected && started == expected)
        #expect(try stage.state(given.run) == .running)
    }

    @Test("No grace at all: the stop is forced in its own transaction")
    func none() async throws {
        let stage = try Stage()
        let given = try await stage.given(.running)
        let seen = try await stage.send(.cancel, to: given.run, graceMilliseconds: 0)
        #expect(seen.run.state == .cancelled && seen.run.how == .lost)
        #expect(seen.run.steps.map(\.short) == ["cancelled/lost", "cancelled/unstarted"])
        #expect(await refusal { try await stage.complete(given.held[0]) } == .leaseLost)
    }

    @Test("The deadline forces the stop, on the millisecond", arguments: [true, false])
    func expiry(_ isHeard: Bool) async throws {
        let stage = try Stage()
        let given = try await stage.given(.running)
        try await stage.send(.cancel, to: given.run)
        stage.tick(after: 5_000)
        if isHeard { try await stage.report(.heartbeat(progress: nil), given.held[0]) }
        stage.tick(after: 4_999)
        #expect(try stage.state(given.run) == .stopping)
        let recorded = try await stage.kinds(given.run)
        stage.tick(after: 1)
        let how: How = isHeard ? .forced : .lost
        #expect(try stage.state(given.run) == .cancelled)
        #expect(try stage.run(given.run).how == how)
        #expect(try stage.steps(given.run) == ["cancelled/\(how)", "cancelled/unstarted"])
        let added = ["run.grace_over", "step.cancelled", "run.cancelled"]
        #expect(try await stage.kinds(given.run) == recorded + added)
        #expect(await refusal { try await stage.complete(given.held[0]) } == .leaseLost)
        #expect(stage.causes.all == [])
    }

    @Test("A cancel of a failing run ends it sooner, never later", arguments: [1, 3_600])
    func failingAndCancelled(_ seconds: Int64) async throws {
        let stage = try Stage()
        let given = try await stage.given(.failing)
        let failing = try stage.run(given.run)
        let seen = try await stage.send(
            .cancel, to: given.run, graceMilliseconds: seconds * 1_000)
        let asked = stage.clock.now.adding(milliseconds: seconds * 1_000)
        let before = try #require(failing.deadline)
        #expect(seen.run.state == .stopping && seen.run.deadline == min(before, asked))
    }

    @Test("A failing run is cut too, and ends failed")
    func failing() async throws {
        let stage = try Stage()
        let given = try await stage.given(.failing)
        stage.tick(after: 10_000)
        let run = try stage.run(given.run)
        #expect(run.state == .failed && run.how == nil && run.stop == nil)
        #expect(run.steps.map(\.short) == ["failed", "cancelled/lost"])
        #expect(try stage.details(given.run).data.error == "a: broken")
    }

    @Test("The time of an attempt and its lease end nothing that the deadline will end")
    func otherTimes() async throws {
        var limits = EngineLimits()
        limits.leaseMilliseconds = 20_000
        let stage = try Stage(limits: limits)
        try await stage.workflow(
            #"{"name": "w", "steps": [{"name": "a", "queue": "q", "timeout_s": 5}]}"#)
        let run = try await stage.start("w").id
        let task = try await stage.claimOne()
        try await stage.send(.cancel, to: run, graceMilliseconds: 3_600_000)
        stage.tick(after: 6_000)
        #expect(try stage.steps(run) == ["running+told"])
        try await stage.report(.heartbeat(progress: nil), task)
        stage.tick(after: 20_000)
        #expect(try stage.steps(run) == ["cancelled/lost"])
        #expect(try stage.run(run).how == .lost)
    }

    @Test("A cancel after a terminate that followed it changes nothing more")
    func escalation() async throws {
        let stage = try Stage()
        let given = try await stage.given(.stopping)
        let first = try #require(try stage.run(given.run).stop)
        for _ in 0..<2 { #expect(try await !stage.send(.cancel, to: given.run).changed) }
        #expect(try await stage.send(.terminate, to: given.run, reason: "now").changed)
        let escalatedAt = stage.clock.now
        stage.clock.advance(1_000)
        #expect(try await !stage.send(.terminate, to: given.run).changed)
        #expect(try await !stage.send(.cancel, to: given.run).changed)
        var expected = first
        expected.repeats = 4
        expected.escalatedAt = escalatedAt
        expected.escalatedBy = stage.caller.keyID
        #expect(try stage.receipt(given.run).stop == expected)
        #expect(expected.mode == .cancel && expected.fromState == .running)
    }

    @Test("A receipt tells each step")
    func receipt() async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.pair)
        let run = try await stage.start("pair").id
        let task = try await stage.claimOne(worker: "alpha")
        stage.clock.advance(1_000)
        try await stage.send(.cancel, to: run, reason: "enough")
        let toldAt = stage.clock.now
        stage.clock.advance(1_000)
        try await stage.complete(task, output: "7")
        let receipt = try stage.receipt(run)
        #expect(receipt.state == .cancelled && receipt.how == .clean && receipt.deletion == nil)
        #expect(receipt.counts == [.clean: 1, .unstarted: 1])
        #expect(receipt.stop?.reason == "enough" && receipt.endedAt == stage.clock.now)
        #expect(receipt.steps.map(\.name) == ["a", "b"])
        let step = try #require(receipt.steps.first?.step)
        #expect(step.worker == "alpha" && step.toldAt == toldAt && step.isLate)
        #expect(step.acknowledgedAt == stage.clock.now && step.endedAt == stage.clock.now)
        #expect(try stage.details(run).data.output == nil)
    }
}
