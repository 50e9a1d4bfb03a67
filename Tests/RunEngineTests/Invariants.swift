import RunStore
import Runs

@testable import RunEngine

/// What has to hold of every run after every operation.
struct Invariants {
    /// What was last seen of a run.
    private struct Memory {
        var replay = Replay()
        var last: Run
    }

    private var memories: [RunID: Memory] = [:]
    private(set) var faults: [String] = []

    mutating func forget(_ run: RunID) { memories[run] = nil }

    mutating func check(_ details: RunDetails, _ stage: Stage, isTicked: Bool) throws {
        let run = details.run
        var memory = memories[run.id] ?? Memory(last: run)
        let (events, held, claimable) = try stage.store.read { snapshot in
            (
                try snapshot.events(of: run, after: memory.replay.lastRunSequence, limit: 10_000),
                try snapshot.heldTasks(run: run.number), try snapshot.openTasks(run: run.number)
            )
        }
        memory.replay.follow(events)
        let steps = Array(zip(details.workflow.definition.steps, run.steps))
        let found =
            memory.replay.faults + log(memory.replay, run, steps) + past(memory.last, run)
            + present(run, steps) + tasks(held, claimable, run, steps)
            + (isTicked ? overdue(run, now: stage.clock.now) : [])
        faults += found.map { "\(run.id) \(run.state): \($0)" }
        memory.last = run
        memories[run.id] = memory
    }

    /// The log tells the run.
    private func log(
        _ replay: Replay, _ run: Run, _ steps: [(StepDefinition, Step)]
    ) -> [String] {
        var faults: [String] = []
        if replay.lastRunSequence != run.lastEvent { faults.append("counts other events") }
        if replay.phase != Replay.Phase(run.state) { faults.append("its log says \(replay.phase)") }
        for (definition, step) in steps {
            let how = step.how.map { "/\($0.rawValue)" } ?? ""
            let now = step.state.rawValue + how
            let silent = ["pending", "queued", "cancelled/unstarted"]
            let told = replay.steps[definition.name]
            // What was queued again and then ended unstarted was told of last as queued.
            if now != told, !silent.contains(now) || !(told.map(silent.contains) ?? true) {
                faults.append("\(definition.name) is \(now), its log says \(told ?? "nothing")")
            }
        }
        return faults
    }

    /// An end is final, and so is a stop.
    private func past(_ last: Run, _ run: Run) -> [String] {
        var faults: [String] = []
        if last.state.hasEnded {
            let isSame =
                last.state == run.state && last.how == run.how && last.steps == run.steps
                && last.endedAt == run.endedAt && last.lastEvent == run.lastEvent
            if !isSame { faults.append("changed after it had ended") }
        }
        for (then, now) in zip(last.steps, run.steps) where then.toldAt != nil {
            if ![.running, .cancelled].contains(now.state) { faults.append("a told step went on") }
        }
        guard var stop = last.stop else { return faults }
        stop.escalatedAt = stop.escalatedAt ?? run.stop?.escalatedAt
        stop.escalatedBy = stop.escalatedBy ?? run.stop?.escalatedBy
        stop.repeats = max(stop.repeats, run.stop?.repeats ?? -1)
        if stop != run.stop { faults.append("has another stop") }
        return faults
    }

    private func present(_ run: Run, _ steps: [(StepDefinition, Step)]) -> [String] {
        var faults: [String] = []
        let isStopped = run.state == .stopping || run.state == .cancelled
        if (run.stop != nil) != isStopped { faults.append("stop: \(run.stop != nil)") }
        if run.state.hasEnded != run.steps.allSatisfy(\.state.hasEnded) {
            faults.append("open steps: \(run.steps.map(\.short))")
        }
        if run.state.hasEnded != (run.endedAt != nil) { faults.append("ended at nothing") }
        let worst = max(.clean, run.steps.compactMap(\.how).max() ?? .clean)
        if run.how != (run.state == .cancelled ? worst : nil) { faults.append("how") }
        if run.state.isWindingDown != (run.deadline != nil) { faults.append("deadline") }
        if run.state == .stopping, let stop = run.stop,
            run.deadline != stop.requestedAt.adding(milliseconds: stop.graceMilliseconds)
        {
            faults.append("has another deadline than its stop")
        }
        let states = run.steps.map(\.state)
        let isMoving = states.contains(.running) || states.contains(.queued)
        let asks = states.contains(.waiting)
        if run.state == .waiting, isMoving || !asks { faults.append("waits for nobody") }
        if run.state == .running || run.state == .queued, asks, !isMoving {
            faults.append("does not wait")
        }
        if run.state == .succeeded,
            !steps.allSatisfy({ $0.isCleanup || $1.state == .succeeded })
        {
            faults.append("succeeded without a step")
        }
        return faults
    }

    /// The rows of tasks agree with the steps.
    private func tasks(
        _ held: [TaskRow], _ claimable: [String], _ run: Run, _ steps: [(StepDefinition, Step)]
    ) -> [String] {
        var faults: [String] = []
        let running = run.steps.indices.filter {
            run.steps[$0].state == .running && steps[$0].0.queue != nil
        }
        let isHeld =
            held.map(\.step) == running
            && held.allSatisfy { $0.attempt == run.steps[$0.step].attempt }
        if !isHeld { faults.append("held: \(held.map(\.step)), running: \(running)") }
        let queued = run.steps.indices.filter { run.steps[$0].state == .queued }
        let word = run.state == .paused ? "parked" : "queued"
        let expected = queued.map { "\($0) \(run.steps[$0].attempt + 1) \(word)" }
        if claimable != expected { faults.append("tasks \(claimable), steps \(expected)") }
        return faults
    }

    /// Nothing that is due is left after a look at the clock.
    private func overdue(_ run: Run, now: Timestamp) -> [String] {
        guard !run.state.hasEnded else { return [] }
        var faults: [String] = []
        if let deadline = run.deadline, deadline <= now { faults.append("past its deadline") }
        if !run.state.isWindingDown, let timeoutAt = run.timeoutAt, timeoutAt <= now {
            faults.append("past its time")
        }
        for step in run.steps where step.state == .running && step.toldAt == nil {
            if let dueAt = step.dueAt, dueAt <= now { faults.append("a step past its time") }
        }
        return faults
    }
}
