import JSON
import RunStore
import Runs

/// How a run winds down and is cut.
extension RunChange {
    /// Begins the end of a run: what has not begun ends, what is in hand is told, one deadline
    /// holds for it and for the cleanup.
    mutating func windDown(graceMilliseconds: Int64) throws {
        let wanted = now.adding(milliseconds: graceMilliseconds)
        // A cancel of a failing run does not move its end away: who was told to stop goes by the
        // deadline of then, and being killed at that one must not pass for stopping in time.
        run.deadline = run.deadline.map { min($0, wanted) } ?? wanted
        if mainSteps.contains(where: { run.steps[$0].state == .queued }) {
            try transaction.revokeClaimable(run: run.number, stepsBefore: mainSteps.upperBound)
        }
        for index in mainSteps where run.steps[index].state.takes(.stop) {
            switch (run.steps[index].state, definition.steps[index].queue) {
            case (.running, .some): tell(index)
            case (.running, nil), (.waiting, _): try end(index, by: .stop, how: .clean)
            default: try end(index, by: .stop, how: .unstarted)
            }
        }
        guard run.startedAt == nil else {
            // A pause may have taken the cleanup out of its queues; nobody would put it back.
            if cleanupSteps.contains(where: { run.steps[$0].state == .queued }) { try unpark() }
            return
        }
        for index in cleanupSteps where run.steps[index].state.takes(.stop) {
            try end(index, by: .stop, how: .unstarted)
        }
    }

    /// Ends everything that is open by force, and takes the tasks out of their workers' hands.
    mutating func cut() throws {
        let held = try transaction.snapshot.heldTasks(run: run.number)
        try transaction.revokeClaimable(run: run.number, stepsBefore: run.steps.count)
        for task in held { try revoke(task) }
        for index in run.steps.indices where run.steps[index].state.takes(.cut) {
            let lastCall = held.first { $0.step == index }?.lastCallAt
            let how: How =
                switch run.steps[index].state {
                case .running: isSilent(run.steps[index], lastCall: lastCall) ? .lost : .forced
                case .waiting: .clean
                default: .unstarted
                }
            try end(index, by: .cut, how: how)
        }
    }

    /// Takes one attempt out of its worker's hand.
    func revoke(_ task: TaskRow) throws {
        try transaction.end(task, as: .revoked)
        notify(TaskName(run: run.id, step: task.step, attempt: task.attempt), isRevoked: true)
    }

    /// The run is over: worst step, moment, output.
    mutating func finish() throws {
        guard run.state.hasEnded, run.endedAt == nil else { return }
        run.endedAt = now
        run.deadline = nil
        var data = JSONObject()
        if run.state.repeats(.cancel) {
            run.how = max(.clean, run.steps.compactMap(\.how).max() ?? .clean)
            data.append("how", .text(run.how?.rawValue))
        }
        if run.state == .succeeded {
            try transaction.setResult(of: run, output: try output(), error: nil)
        }
        try log("run.\(run.state.rawValue)", .object(data))
    }

    private mutating func tell(_ index: Int) {
        guard run.steps[index].toldAt == nil else { return }
        run.steps[index].toldAt = now
        notify(
            TaskName(run: run.id, step: index, attempt: run.steps[index].attempt),
            isRevoked: false)
    }

    private mutating func end(_ index: Int, by signal: StepSignal, how: How) throws {
        try move(index, by: signal, to: .cancelled, how: how)
        if how != .unstarted {
            try log("step.cancelled", step: index, [("how", .string(how.rawValue))])
        }
    }

    private func isSilent(_ step: Step, lastCall: Timestamp?) -> Bool {
        guard let toldAt = step.toldAt, let lastCall else { return false }
        return lastCall < toldAt
    }

    private func notify(_ task: TaskName, isRevoked: Bool) {
        let hub = context.hub
        transaction.afterCommit { hub.stop(task.text, isRevoked: isRevoked) }
    }

    /// The output of the one step that nothing follows; of several, an object by their names.
    private func output() throws -> String? {
        let followed = Set(mainSteps.flatMap { definition.steps[$0].needs })
        let last = mainSteps.filter { !followed.contains($0) }
        let outputs = try transaction.snapshot.outputs(of: run)
        if let only = last.first, last.count == 1 { return outputs[only] }
        guard last.contains(where: { outputs[$0] != nil }) else { return nil }
        var writer = JSONWriter(reserving: 256)
        writer.object { writer in
            for index in last {
                guard let output = outputs[index] else { continue }
                writer.key(text: definition.steps[index].name)
                writer.raw(Array(output.utf8))
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
