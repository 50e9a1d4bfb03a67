import JSON
import RunStore
import Runs

/// A run on its way through one transaction: loaded, changed by the tables, saved with its events.
///
/// The state of the run changes in `apply` only, the state of a step in `move` only.
struct RunChange {
    let transaction: Transaction
    let context: Context
    let definition: WorkflowDefinition
    let now: Timestamp
    /// Where the run stood when it was loaded.
    let before: RunState
    var run: Run
    /// Why the run failed, once it does.
    var failure: String?
    /// What was logged and not told of yet; empty while nobody follows.
    private var logged: [LoggedEvent] = []

    /// What a change needs of the engine around it.
    struct Context: Sendable {
        let limits: EngineLimits
        let hub: Hub
        let feed: EventFeed
        let alarm: Alarm
        let queued: QueuedRuns
    }

    init(
        _ run: Run, _ definition: WorkflowDefinition, _ transaction: Transaction,
        context: Context, now: Timestamp
    ) {
        self.run = run
        self.definition = definition
        self.transaction = transaction
        self.context = context
        self.now = now
        before = run.state
    }

    /// The positions of the steps that the graph is made of.
    var mainSteps: Range<Int> {
        0..<(definition.steps.firstIndex(where: \.isCleanup) ?? run.steps.count)
    }
    /// The positions of the steps that clean up after them.
    var cleanupSteps: Range<Int> { mainSteps.upperBound..<run.steps.count }

    /// Sends a signal through the run's table.
    /// - Returns: false for a repeat.
    /// - Throws: `illegal` when the table refuses it.
    @discardableResult
    mutating func apply(_ signal: Signal) throws(RunError) -> Bool {
        switch run.state.after(signal) {
        case nil: throw .illegal(signal, in: run.state)
        case .gone: return true
        case .to(run.state): return false
        case .to(let state):
            run.state = state
            run.updatedAt = now
            return true
        }
    }

    /// Sends a signal through the table of the step at a position.
    mutating func move(
        _ index: Int, by signal: StepSignal, to state: StepState, how: How? = nil
    ) throws(RunError) {
        guard run.steps[index].state.leads(to: state, by: signal) else {
            throw .illegalStep(signal)
        }
        run.steps[index].state = state
        run.steps[index].how = how
        run.updatedAt = now
        if state.hasEnded {
            run.steps[index].endedAt = now
            run.steps[index].dueAt = nil
        }
    }

    /// Adds an event to the run's log.
    mutating func log(_ kind: String, _ data: JSONValue = [:]) throws {
        let text = String(decoding: data.serialized(), as: UTF8.self)
        try transaction.append(kind, text, to: &run, at: now)
        guard context.feed.isFollowed else { return }
        let event = Event(
            sequence: transaction.nextEvent - 1, runSequence: run.lastEvent, run: run.id,
            kind: kind, at: now, data: text)
        logged.append(
            LoggedEvent(event: event, run: run.number, isEnd: run.state.hasEnded))
    }

    /// Tells those who follow what was logged, once it is on disk.
    mutating func tellFollowers() {
        guard !logged.isEmpty else { return }
        let (feed, workspace, number, entries) = (
            context.feed, run.workspace, run.number, logged
        )
        logged = []
        transaction.afterCommit { feed.publish(entries, workspace: workspace, run: number) }
    }

    /// Adds an event about a step.
    mutating func log(_ kind: String, step index: Int, _ more: [(String, JSONValue)] = []) throws {
        var data = JSONObject()
        data.append("step", .string(definition.steps[index].name))
        data.append("attempt", .int(run.steps[index].attempt))
        for (name, value) in more { data.append(name, value) }
        try log(kind, .object(data))
    }

    /// Writes the run and wakes who waits for it, once it is on disk.
    mutating func save() throws {
        let wakeAt = nextWake
        try transaction.update(run, before: before, wakeAt: wakeAt)
        wake(at: wakeAt)
        tellFollowers()
        countStart()
    }

    /// Takes the run out of the count of those that wait for their start.
    func countStart() {
        guard before.awaitsStart, !run.state.awaitsStart else { return }
        let (queued, workspace) = (context.queued, run.workspace)
        transaction.afterCommit { queued.add(-1, workspace: workspace) }
    }

    func wake(at moment: Timestamp?) {
        let (hub, alarm, number) = (context.hub, context.alarm, run.number)
        if run.state.hasEnded, !before.hasEnded {
            transaction.afterCommit { hub.wake(.run(number)) }
        }
        if let moment { transaction.afterCommit { alarm.set(at: moment) } }
    }

    /// When the clock has to look at the run next; nil for never.
    var nextWake: Timestamp? {
        guard !run.state.hasEnded else { return nil }
        var next = run.state.isWindingDown ? run.deadline : run.timeoutAt
        func consider(_ moment: Timestamp?) {
            guard let moment else { return }
            next = min(next ?? moment, moment)
        }
        if let startAt = run.startAt, startAt > now { consider(startAt) }
        // A told step ends by its deadline or its lease: its own time does not count any more.
        for step in run.steps where !step.state.hasEnded && step.toldAt == nil {
            // A queued step that is due waits for a worker, not for the clock.
            if let dueAt = step.dueAt, step.state != .queued || dueAt > now { consider(dueAt) }
        }
        return next
    }
}
