import RunStore
import Runs
import Testing

@testable import RunEngine

/// People, workers and time, all by chance, on one engine; what is right is checked after each.
struct Simulation {
    private(set) var stage: Stage
    private var dice: Dice
    private var invariants = Invariants()
    private var workflows = 0
    /// Runs that are looked at; ended ones leave the list after a while.
    private var runs: [RunID] = []
    /// Every task that was ever handed out and is still of interest, lost ones too.
    private var tasks: [ClaimedTask] = []
    /// The newest token of an attempt: one that was released is handed out under another.
    private var tokens: [String: String] = [:]
    private(set) var trail: [String] = []
    private(set) var faults: [String] = []
    static let runsMax = 24

    init(seed: UInt64) throws {
        dice = Dice(seed: seed)
        var limits = EngineLimits()
        limits.leaseMilliseconds = 30_000
        limits.lossesMax = 2
        stage = try Stage(ManualClock(seed: seed), limits: limits)
    }

    /// One operation and the look that follows it.
    mutating func step() async throws {
        var isTicked = false
        switch dice.roll(100) {
        case 0..<10: try await start()
        case 10..<30: try await claim()
        case 30..<58: try await report()
        case 58..<78: try await signal()
        case 78..<84: try await decide()
        default:
            let time = [0, 1, 500, 2_000, 7_000, 15_000][dice.roll(6)]
            trail.append("tick after \(time)")
            stage.tick(after: Int64(time))
            isTicked = true
            if dice.chance(3) { stage = try stage.restarted() }
        }
        try check(isTicked: isTicked)
    }

    /// Lets everything come to its end: no run may hang.
    mutating func finish() async throws {
        for _ in 0..<400 where try runs.contains(where: { try !stage.state($0).hasEnded }) {
            for run in runs {
                let now = try stage.run(run)
                if now.state == .paused { try await stage.send(.resume, to: run) }
                let names = try stage.details(run).workflow.definition.steps.map(\.name)
                for (name, step) in zip(names, now.steps) where step.state == .waiting {
                    try await stage.decide(run, true, step: name)
                }
            }
            for queue in ["q0", "q1"] { try await stage.drain(queue) }
            stage.tick(after: 5_000)
            try check(isTicked: true)
        }
        for run in runs where try !stage.state(run).hasEnded {
            faults.append("\(run) never ends: \(try stage.steps(run))")
        }
    }

    // MARK: Operations

    private mutating func start() async throws {
        guard runs.count < Self.runsMax else { return try await retire() }
        workflows += 1
        let document = dice.workflow(named: "w\(workflows)")
        try await stage.workflow(document)
        let startAt =
            dice.chance(15)
            ? stage.clock.now.adding(milliseconds: Int64(dice.roll(20_000))) : nil
        let run = try await stage.start("w\(workflows)") { $0.startAt = startAt }
        trail.append("start \(run.id): \(document)")
        runs.append(run.id)
    }

    /// Deletes a run, an ended one if there is one.
    private mutating func retire() async throws {
        let ended = try runs.filter { try stage.state($0).hasEnded }
        guard let run = dice.pick(ended.isEmpty ? runs : ended) else { return }
        let last = try stage.run(run)
        trail.append("delete \(run)")
        try await stage.send(.delete, to: run)
        let receipt = try stage.receipt(run)
        let state = last.state.hasEnded ? last.state : .cancelled
        expect(receipt.state == state && receipt.deletion != nil, "receipt of \(run)")
        expect(await refusal { try stage.run(run) } == .notFound(.run), "\(run) is still there")
        runs.removeAll { $0 == run }
        invariants.forget(run)
    }

    private mutating func claim() async throws {
        let (queue, max) = ("q\(dice.roll(2))", 1 + dice.roll(3))
        let claimed = try await stage.claim(queue, worker: "w\(dice.roll(3))", max: max)
        trail.append("claim \(queue): \(claimed.map(\.task))")
        for task in claimed {
            let state = try stage.state(task.run)
            tokens[task.task] = task.lease.token
            expect(!state.hasEnded && state != .paused, "claimed of a run that is \(state)")
        }
        tasks += claimed
        if tasks.count > 60 { tasks.removeFirst(tasks.count - 60) }
    }

    private mutating func report() async throws {
        guard let task = dice.pick(tasks) else { return }
        let reports: [TaskReport] = [
            .complete(output: "1"), .complete(output: "1"), .complete(output: nil), .stopped,
            .fail(error: "broken", isRetryable: true), .fail(error: "bad", isRetryable: false),
            .heartbeat(progress: nil), .heartbeat(progress: "1"), .release, .lost,
        ]
        guard let report = dice.pick(reports) else { return }
        let before = try held(task)
        trail.append("\(report) \(task.task)")
        var answer: TaskAnswer?
        let refused = await refusal { answer = try await stage.report(report, task) }
        guard let before else {
            return expect(refused == .leaseLost, "\(report) of what is not held: \(refused as Any)")
        }
        let isTold = before.toldAt != nil
        switch report {
        case .stopped:
            expect(refused == (isTold ? nil : .illegalStep(.acknowledge)), "\(refused as Any)")
        case .complete, .fail:
            expect(answer?.isRefused == isTold, "\(report): \(refused as Any)")
        default: expect(answer?.isRefused == false, "\(report): \(refused as Any)")
        }
    }

    /// The step whose attempt the task is, while it is in its worker's hand.
    private func held(_ task: ClaimedTask) throws -> Step? {
        guard let run = try? stage.run(task.run),
            let row = try stage.store.read({ try $0.heldTasks(run: run.number) }).first(where: {
                TaskName(run: run.id, step: $0.step, attempt: $0.attempt).text == task.task
            }), tokens[task.task] == task.lease.token
        else { return nil }
        return run.steps[row.step]
    }

    private mutating func signal() async throws {
        let signals: [Signal] = [
            .pause, .pause, .resume, .resume, .resume, .cancel, .cancel, .terminate, .delete,
        ]
        guard let run = dice.pick(runs), let signal = dice.pick(signals) else { return }
        if signal == .delete { return dice.chance(30) ? try await retire() : () }
        let before = try stage.run(run)
        let grace = dice.chance(30) ? Int64(dice.roll(20_000)) : nil
        trail.append("\(signal) \(run) grace \(grace as Any)")
        var seen: Stage.Seen?
        let refused = await refusal {
            seen = try await stage.send(signal, to: run, graceMilliseconds: grace)
        }
        let isTaken = before.state.takes(signal)
        expect(refused == (isTaken ? nil : .illegal(signal, in: before.state)), "\(refused as Any)")
        if isTaken { expect(seen?.changed == !before.state.repeats(signal), "changed \(signal)") }
    }

    private mutating func decide() async throws {
        guard let run = dice.pick(runs) else { return }
        let isApproved = dice.chance(75)
        let isAsked = try stage.run(run).steps.filter { $0.state == .waiting }.count == 1
        trail.append("decide \(run) \(isApproved)")
        let refused = await refusal { try await stage.decide(run, isApproved) }
        expect((refused == nil) == isAsked, "decide: \(refused as Any)")
    }

    // MARK: Checks

    private mutating func expect(_ isRight: Bool, _ what: @autoclosure () -> String) {
        if !isRight { faults.append(what()) }
    }

    private mutating func check(isTicked: Bool) throws {
        var waiting = 0
        for run in runs {
            let details = try stage.details(run)
            if details.run.state == .queued { waiting += 1 }
            try invariants.check(details, stage, isTicked: isTicked)
        }
        let counted = stage.engine.queued.count(workspace: stage.caller.workspace.number)
        expect(counted == waiting, "counts \(counted) queued runs of \(waiting)")
        faults += stage.causes.all
        faults += invariants.faults.map { "after \(trail.last ?? ""): \($0)" }
    }
}
