import Runs
import Testing

@testable import RunEngine

@Suite("Claims")
struct ClaimTests {
    private func waiting(_ worker: String = "w", _ queues: [String] = ["q"]) -> ClaimRequest {
        var request = ClaimRequest(worker: worker, queues: queues)
        request.waitMilliseconds = 30_000
        return request
    }

    @Test("A claim tells all that a worker needs")
    func contents() async throws {
        let stage = try Stage()
        try await stage.workflow(
            #"{"name": "w", "grace_s": 4, "steps": [{"name": "a", "queue": "q", "timeout_s": 9}]}"#)
        let run = try await stage.start("w") { $0.input = #"{"n": 1}"# }
        let task = try await stage.claimOne()
        #expect(task.task == "\(run.id.text)-0-1" && task.run == run.id && task.attempt == 1)
        #expect(task.step.name == "a" && task.queue == "q" && task.input == #"{"n": 1}"#)
        #expect(task.lease.token.utf8.count == 32 && task.lease.heartbeatMilliseconds == 3_000)
        #expect(task.lease.expiresAt == stage.clock.now.adding(milliseconds: 60_000))
        #expect(task.timeoutAt == stage.clock.now.adding(milliseconds: 9_000))
        #expect(task.graceMilliseconds == 4_000)
        #expect(try stage.run(run.id).startedAt == stage.clock.now)
    }

    @Test("Tasks are handed out by due time, then age, over all queues asked for")
    func order() async throws {
        let stage = try Stage()
        for name in ["x", "y"] {
            try await stage.workflow(
                #"{"name": "\#(name)", "steps": [{"name": "a", "queue": "\#(name)"}]}"#)
        }
        let later = try await stage.start("x") {
            $0.startAt = stage.clock.now.adding(milliseconds: 9)
        }
        let first = try await stage.start("y")
        stage.clock.advance(5)
        let second = try await stage.start("x")
        let third = try await stage.start("y")
        stage.tick(after: 5)
        var request = ClaimRequest(worker: "w", queues: ["x", "y", "none"])
        request.max = 3
        let runs = try await stage.engine.claim(request, stage.call()).map(\.run)
        #expect(runs == [first.id, second.id, third.id])
        #expect(try await stage.engine.claim(request, stage.call()).map(\.run) == [later.id])
    }

    @Test("A waiting claim is woken by a start")
    func wokenByStart() async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.single)
        async let claimed = stage.engine.claim(waiting(), stage.call())
        await stage.untilSomeoneWaits()
        let run = try await stage.start("single")
        stage.expectNobodyWaits()
        #expect(try await claimed.map(\.run) == [run.id])
    }

    @Test(
        "It is woken by what makes a task claimable later",
        arguments: ["resume", "needs", "start_at"])
    func wokenLater(_ cause: String) async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [{"name": "a", "approval": "?"},
                {"name": "b", "queue": "q", "needs": ["a"]}]}
            """)
        try await stage.workflow(Shape.single)
        let run = try await stage.start(cause == "needs" ? "w" : "single") {
            if cause == "start_at" { $0.startAt = stage.clock.now.adding(milliseconds: 1_000) }
        }.id
        if cause == "resume" { try await stage.send(.pause, to: run) }
        stage.tick()
        async let claimed = stage.engine.claim(waiting(), stage.call())
        await stage.untilSomeoneWaits()
        switch cause {
        case "resume": try await stage.send(.resume, to: run)
        case "needs": try await stage.decide(run, true)
        default: stage.tick(after: 1_000)
        }
        stage.expectNobodyWaits()
        #expect(try await claimed.map(\.run) == [run])
    }

    @Test("It ends with nothing when its time is over, the server drains, or its caller goes")
    func endings() async throws {
        let stage = try Stage()
        async let timed = stage.engine.claim(waiting("a"), stage.call())
        await stage.untilSomeoneWaits()
        stage.tick(after: 29_999)
        // It looked at its key again meanwhile, and waits on.
        await stage.untilSomeoneWaits()
        stage.tick(after: 1)
        #expect(try await timed.isEmpty)
        let gone = Task { try await stage.engine.claim(waiting("b"), stage.call()) }
        await stage.untilSomeoneWaits()
        gone.cancel()
        #expect(try await gone.value.isEmpty)
        async let drained = stage.engine.claim(waiting("c"), stage.call())
        await stage.untilSomeoneWaits()
        stage.engine.releaseWaiters()
        #expect(try await drained.isEmpty)
        #expect(try await stage.engine.claim(waiting("d"), stage.call()).isEmpty)
    }

    @Test("A worker waits once at a time; the room has an end")
    func limits() async throws {
        var limits = EngineLimits()
        limits.waitersMax = 1
        let stage = try Stage(limits: limits)
        async let first = stage.engine.claim(waiting("a"), stage.call())
        await stage.untilSomeoneWaits()
        let again = await refusal { try await stage.engine.claim(waiting("a"), stage.call()) }
        #expect(again == .limit("polls"))
        let other = await refusal { try await stage.engine.claim(waiting("b"), stage.call()) }
        #expect(other == .overloaded)
        stage.tick(after: 30_000)
        #expect(try await first.isEmpty)
        #expect(try await stage.claim(worker: "a").isEmpty)
    }

    @Test func outOfRange() async throws {
        let stage = try Stage()
        var rows: [(field: String, request: ClaimRequest)] = [
            ("worker", ClaimRequest(worker: "", queues: ["q"])),
            ("worker", ClaimRequest(worker: "$built-in", queues: ["q"])),
            ("worker", ClaimRequest(worker: String(repeating: "w", count: 256), queues: ["q"])),
            ("queues", ClaimRequest(worker: "w", queues: [])),
            ("queues", ClaimRequest(worker: "w", queues: [""])),
            ("queues", ClaimRequest(worker: "w", queues: ["$command"])),
            ("queues", ClaimRequest(worker: "w", queues: Array(repeating: "q", count: 65))),
        ]
        for max in [0, 101, .max] {
            var request = ClaimRequest(worker: "w", queues: ["q"])
            request.max = max
            rows.append(("max", request))
        }
        for wait in [-1, 30_001, .max] as [Int64] {
            var request = ClaimRequest(worker: "w", queues: ["q"])
            request.waitMilliseconds = wait
            rows.append(("wait_s", request))
        }
        for row in rows {
            let refused = await refusal { try await stage.engine.claim(row.request, stage.call()) }
            guard case .invalid(row.field, _) = refused else {
                Issue.record("\(row): \(String(describing: refused))")
                continue
            }
        }
    }

    @Test("Waiting for a run's end ends with it", arguments: [Signal.terminate, .delete, .pause])
    func waitForEnd(_ signal: Signal) async throws {
        let stage = try Stage()
        let given = try await stage.given(.running)
        let waits = Task {
            await stage.engine.waitForEnd(of: given.run, stage.caller, milliseconds: 10_000)
        }
        await stage.untilSomeoneWaits()
        try await stage.send(signal, to: given.run)
        if signal == .pause {
            #expect(stage.someoneWaits)
            stage.tick(after: 10_000)
        }
        stage.expectNobodyWaits()
        await waits.value
    }
}
