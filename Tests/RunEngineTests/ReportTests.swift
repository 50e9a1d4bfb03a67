import RunStore
import Runs
import Testing

@testable import RunEngine

/// What a worker says of the task in its hand, and all that follows.
struct ReportRow: Sendable, CustomTestStringConvertible {
    /// The run stands so: `stopping` and `failing` have one told task left in hand.
    let given: RunState
    let report: TaskReport
    /// What the worker hears; nil when the result was too late.
    var isRefused = false
    let records: [String]
    /// The task's step, and the run.
    let step: String
    let run: RunState
    var how: How?

    var testDescription: String { "\(given): \(report)" }

    private static let complete = TaskReport.complete(output: "1")
    private static let fail = TaskReport.fail(error: "broken", isRetryable: true)
    private static let beat = TaskReport.heartbeat(progress: nil)
    private static let progress = TaskReport.heartbeat(progress: "0.5")
    private static let stopped = ["step.cancelled", "run.cancelled"]
    private static let broken = ["step.failed", "run.failing", "run.failed"]

    static let open = [
        row(.running, complete, ["step.succeeded", "run.succeeded"], "succeeded", .succeeded),
        row(.running, fail, broken, "failed", .failed),
        row(.running, beat, [], "running", .running),
        row(.running, progress, ["step.progress"], "running", .running),
        row(.running, .lost, ["step.retried"], "queued", .running),
        row(.running, .release, ["step.released"], "queued", .running),
        row(.paused, complete, ["step.succeeded", "run.succeeded"], "succeeded", .succeeded),
        row(.paused, fail, broken, "failed", .failed),
        row(.paused, beat, [], "running", .paused),
        row(.paused, .lost, ["step.retried"], "queued", .paused),
        row(.paused, .release, ["step.released"], "queued", .paused),
    ]

    static let winding = [
        late(.stopping, complete, stopped, .cancelled), late(.stopping, fail, stopped, .cancelled),
        row(.stopping, .stopped, stopped, "cancelled/clean", .cancelled, .clean),
        row(.stopping, .release, stopped, "cancelled/clean", .cancelled, .clean),
        row(.stopping, .lost, stopped, "cancelled/lost", .cancelled, .lost),
        row(.stopping, beat, [], "running+told", .stopping),
        row(.stopping, progress, ["step.progress"], "running+told", .stopping),
        late(.failing, complete, ["step.cancelled", "run.failed"], .failed),
        late(.failing, fail, ["step.cancelled", "run.failed"], .failed),
        row(.failing, .stopped, ["step.cancelled", "run.failed"], "cancelled/clean", .failed),
        row(.failing, .lost, ["step.cancelled", "run.failed"], "cancelled/lost", .failed),
        row(.failing, beat, [], "running+told", .failing),
    ]

    private static func row(
        _ given: RunState, _ report: TaskReport, _ records: [String], _ step: String,
        _ run: RunState, _ how: How? = nil
    ) -> ReportRow {
        ReportRow(given: given, report: report, records: records, step: step, run: run, how: how)
    }

    private static func late(
        _ given: RunState, _ report: TaskReport, _ records: [String], _ run: RunState
    ) -> ReportRow {
        ReportRow(
            given: given, report: report, isRefused: true, records: records,
            step: "cancelled/clean+late", run: run, how: run == .cancelled ? .clean : nil)
    }
}

@Suite("Reports of workers")
struct ReportTests {
    /// A run with one task in hand, in a state.
    private func given(_ state: RunState, _ stage: Stage) async throws -> ClaimedTask {
        if state == .failing { return try await stage.given(.failing).held[1] }
        try await stage.workflow(Shape.single)
        let run = try await stage.start("single")
        let task = try await stage.claimOne()
        stage.clock.advance(1_000)
        if state == .stopping { try await stage.send(.cancel, to: run.id) }
        if state == .paused { try await stage.send(.pause, to: run.id) }
        stage.clock.advance(1_000)
        return task
    }

    @Test(arguments: ReportRow.open + ReportRow.winding)
    func report(_ row: ReportRow) async throws {
        let stage = try Stage()
        let task = try await given(row.given, stage)
        let recorded = try await stage.kinds(task.run)
        let answer = try await stage.report(row.report, task)
        let run = try stage.run(task.run)
        let step = try #require(run.steps.last)
        #expect(try await stage.kinds(task.run) == recorded + row.records)
        #expect(run.state == row.run && step.short == row.step && run.how == row.how)
        #expect(answer.isRefused == row.isRefused && answer.runState == row.run)
        #expect(answer.stepState == step.state && answer.isPaused == (row.run == .paused))
        try checkHeartbeat(row, answer, run, stage)
        if step.how == .clean { #expect(step.acknowledgedAt == stage.clock.now) }
        #expect(step.endedAt == (step.state.hasEnded ? stage.clock.now : nil))
        if case .release = row.report { #expect(step.attempt == (row.step == "queued" ? 0 : 1)) }
        #expect(stage.causes.all == [])
    }

    private func checkHeartbeat(
        _ row: ReportRow, _ answer: TaskAnswer, _ run: Run, _ stage: Stage
    ) throws {
        guard case .heartbeat = row.report else {
            return #expect(answer.leaseExpiresAt == nil && answer.stop == nil && !answer.isTold)
        }
        let isTold = row.given == .stopping || row.given == .failing
        #expect(answer.leaseExpiresAt == stage.clock.now.adding(milliseconds: 60_000))
        #expect(answer.isTold == isTold && answer.stopBy == (isTold ? run.deadline : nil))
        #expect((answer.stop != nil) == (row.given == .stopping))
    }

    @Test("A stop is acknowledged only where there is one")
    func stoppedOutsideAStop() async throws {
        let stage = try Stage()
        let task = try await given(.running, stage)
        #expect(
            await refusal { try await stage.report(.stopped, task) } == .illegalStep(.acknowledge))
        #expect(try stage.steps(task.run) == ["running"])
        #expect(try await stage.complete(task).runState == .succeeded)
    }

    static let all: [TaskReport] = [
        .heartbeat(progress: "1"), .complete(output: "1"), .fail(error: "", isRetryable: true),
        .stopped, .release, .lost,
    ]

    @Test(
        "After the end every report is told that the lease is lost, and changes nothing",
        arguments: ["completed", "stopped", "terminated", "deleted", "swept", "lost", "timed out"])
    func afterTheEnd(_ end: String) async throws {
        let stage = try Stage()
        try await stage.workflow(
            #"{"name": "w", "steps": [{"name": "a", "queue": "q", "timeout_s": 5}]}"#)
        let run = try await stage.start("w").id
        let task = try await stage.claimOne()
        switch end {
        case "completed": try await stage.complete(task)
        case "stopped":
            try await stage.send(.cancel, to: run)
            try await stage.report(.stopped, task)
        case "terminated": try await stage.send(.terminate, to: run)
        case "lost": try await stage.report(.lost, task)
        case "timed out": stage.tick(after: 5_000)
        default:
            try await stage.send(.delete, to: run)
            if end == "swept" { for _ in 0..<3 { stage.tick() } }
        }
        let isGone = end == "deleted" || end == "swept"
        let recorded = isGone ? [] : try await stage.kinds(run)
        for report in Self.all {
            #expect(await refusal { try await stage.report(report, task) } == .leaseLost)
        }
        guard !isGone else { return }
        #expect(try await stage.kinds(run) == recorded)
        if end != "lost" { #expect(try stage.state(run).hasEnded) }
    }

    @Test("Only the attempt, under its token, is spoken of")
    func wrongNames() async throws {
        let stage = try Stage()
        let task = try await given(.running, stage)
        let other = String(task.lease.token.reversed())
        let run = task.run.text
        let rows: [(String, String, RunError)] = [
            (task.task, other, .leaseLost), (task.task, "", .leaseLost),
            ("\(run)-0-2", task.lease.token, .notFound(.task)),
            ("\(run)-1-1", task.lease.token, .notFound(.task)),
            ("\(run)-999999-1", task.lease.token, .notFound(.task)),
            ("\(RunID(high: 1, low: 1).text)-0-1", task.lease.token, .notFound(.task)),
            ("\(run)-0", task.lease.token, .notFound(.task)),
            ("\(run)-0-1-1", task.lease.token, .notFound(.task)),
            ("\(run)-+0-1", task.lease.token, .notFound(.task)),
            ("\(run)-0-1234567", task.lease.token, .notFound(.task)),
            ("", task.lease.token, .notFound(.task)),
        ]
        for (name, token, expected) in rows {
            let refused = await refusal {
                try await stage.report(.complete(output: nil), name, token: token)
            }
            #expect(refused == expected, "\(name)")
        }
        let long = String(repeating: "x", count: 65_537)
        for report in [TaskReport.fail(error: long, isRetryable: true), .heartbeat(progress: long)]
        {
            guard case .invalid = await refusal({ try await stage.report(report, task) }) else {
                Issue.record("\(report) was taken")
                continue
            }
        }
        #expect(try await stage.kinds(task.run) == ["run.created", "step.started"])
    }
}
