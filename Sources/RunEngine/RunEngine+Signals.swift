import JSON
import RunStore
import Runs

/// What people do to runs. Each is one transaction; the reply is built inside it.
extension RunEngine {
    /// Cancels or terminates a run. A terminate after a cancel escalates the one stop; any other
    /// later stop is counted as a repeat.
    /// - Throws: `notFound`; `illegal` when the run has ended without a stop.
    package func stop(
        _ address: RunAddress, _ request: StopRequest, _ call: Call,
        reply: @escaping @Sendable (Outcome) throws -> Reply
    ) async throws(RunError) -> Reply {
        if let grace = request.graceMilliseconds, !(0...3_600_000).contains(grace) {
            throw .invalid(field: "grace_s", reason: "must be from 0 to 3600")
        }
        try checkText(request.reason, field: "reason")
        let signal: Signal = request.mode == .cancel ? .cancel : .terminate
        return try await change(address, call, reply) { change in
            guard change.run.state.takes(signal) else {
                throw RunError.illegal(signal, in: change.run.state)
            }
            if change.run.state.repeats(signal) {
                change.run.stop?.repeats += 1
                return false
            }
            return try change.stop(request, by: call.author)
        }
    }

    /// Pauses a run: no further step begins.
    /// - Throws: `notFound`, `illegal`.
    package func pause(
        _ address: RunAddress, _ call: Call,
        reply: @escaping @Sendable (Outcome) throws -> Reply
    ) async throws(RunError) -> Reply {
        try await change(address, call, reply) { [self] change in
            guard try change.apply(.pause) else { return false }
            try change.transaction.park(true, run: change.run.number)
            try change.log("run.paused", origin(call.author))
            return true
        }
    }

    /// Lets a paused run go on.
    /// - Throws: `notFound`, `illegal`.
    package func resume(
        _ address: RunAddress, _ call: Call,
        reply: @escaping @Sendable (Outcome) throws -> Reply
    ) async throws(RunError) -> Reply {
        try await change(address, call, reply) { [self] change in
            guard try change.apply(.resume) else { return false }
            try change.unpark()
            try change.log("run.resumed", origin(call.author))
            return true
        }
    }

    /// Approves or rejects a waiting step.
    /// - Parameter step: its name; nil for the only one that waits.
    /// - Throws: `notFound`, `illegalStep` when no such step waits.
    package func decide(
        _ address: RunAddress, step: String?, isApproved: Bool, _ call: Call,
        reply: @escaping @Sendable (Outcome) throws -> Reply
    ) async throws(RunError) -> Reply {
        try await change(address, call, reply) { change in
            let signal: StepSignal = isApproved ? .approve : .reject
            let names = change.definition.steps.map(\.name)
            let waiting = change.run.steps.indices.filter { index in
                change.run.steps[index].state.takes(signal)
                    && (step.map { Array($0.utf8) == Array(names[index].utf8) } ?? true)
            }
            guard let index = waiting.first, waiting.count == 1 else {
                throw RunError.illegalStep(signal)
            }
            try change.decide(index, by: signal, call.author)
            return true
        }
    }

    /// Replaces the JSON text that a style keeps with the run. Allowed in every state.
    /// - Throws: `notFound`.
    package func annotate(
        _ address: RunAddress, _ text: String, _ call: Call,
        reply: @escaping @Sendable (Outcome) throws -> Reply
    ) async throws(RunError) -> Reply {
        try await change(address, call, reply) { change in
            try change.transaction.annotate(change.run, with: text)
            change.run.updatedAt = change.now
            try change.log("run.annotated")
            return true
        }
    }

    /// Removes a run: it is terminated if it is open, and a tombstone takes its place.
    /// - Throws: `notFound`.
    package func delete(
        _ address: RunAddress, reason: String?, _ call: Call,
        reply: @escaping @Sendable (Outcome) throws -> Reply
    ) async throws(RunError) -> Reply {
        try checkText(reason, field: "reason")
        return try await write(call) { [self] transaction in
            let run = try find(address, call.caller, transaction.snapshot)
            let workflow = try definitions.workflow(
                versionNumber: run.workflowVersion, transaction.snapshot)
            var change = RunChange(
                run, workflow.definition, transaction, context: context, now: environment.now())
            try change.delete(reason: reason, by: call.author)
            return try reply(
                Outcome(changed: true, run: change.run) { throw RunError.notFound(.run) })
        }
    }

    func checkText(_ text: String?, field: String) throws(RunError) {
        guard let text, text.utf8.count > limits.textBytesMax else { return }
        throw .invalid(field: field, reason: "has more than \(limits.textBytesMax) bytes")
    }

    /// Loads a run, changes it, lets follow what follows, saves it, and builds the reply.
    private func change(
        _ address: RunAddress, _ call: Call,
        _ reply: @escaping @Sendable (Outcome) throws -> Reply,
        _ body: @escaping @Sendable (inout RunChange) throws -> Bool
    ) async throws(RunError) -> Reply {
        try await write(call) { [self] transaction in
            let run = try find(address, call.caller, transaction.snapshot)
            let workflow = try definitions.workflow(
                versionNumber: run.workflowVersion, transaction.snapshot)
            var change = RunChange(
                run, workflow.definition, transaction, context: context, now: environment.now())
            let changed = try body(&change)
            if changed { try change.advance() }
            try change.save()
            let now = change.run
            return try reply(
                Outcome(changed: changed, run: now) { [self] in
                    try details(now, transaction.snapshot)
                })
        }
    }
}

extension RunChange {
    /// Sends the stop through the table and does what it means.
    fileprivate mutating func stop(
        _ request: StopRequest, by author: Author
    ) throws -> Bool {
        let fromState = run.state
        let grace = grace(request.graceMilliseconds)
        let isEscalation = run.stop != nil
        if isEscalation {
            run.stop?.escalatedAt = now
            run.stop?.escalatedBy = author.actor
        } else {
            run.stop = Stop(
                fromState: fromState, mode: request.mode, reason: request.reason, author: author,
                requestedAt: now, graceMilliseconds: grace)
        }
        try log(
            isEscalation ? "run.stop_escalated" : "run.\(request.mode.rawValue)_requested",
            [
                "actor": .string(author.actor), "dialect": .string(author.style.rawValue),
                "request_id": .string(author.requestID), "reason": .text(request.reason),
                "from_state": .string(fromState.rawValue),
            ])
        guard request.mode == .cancel else {
            try cut()
            return try apply(.terminate)
        }
        try apply(.cancel)
        try windDown(graceMilliseconds: grace)
        return true
    }

    fileprivate mutating func decide(
        _ index: Int, by signal: StepSignal, _ author: Author
    ) throws {
        let isApproved = signal == .approve
        try move(index, by: signal, to: isApproved ? .succeeded : .failed)
        try log(
            isApproved ? "step.approved" : "step.rejected", step: index,
            [("actor", .string(author.actor))])
        if !isApproved {
            run.steps[index].error = "rejected"
            // A cleanup step that fails does not change the run.
            guard !definition.steps[index].isCleanup else { return }
            try failRun("\(definition.steps[index].name): rejected")
        }
    }

    /// Terminates the run if it is open and puts a tombstone in its place. The first stop stays
    /// named in it.
    fileprivate mutating func delete(reason: String?, by author: Author) throws {
        try apply(.delete)
        if !run.state.hasEnded {
            _ = try stop(StopRequest(.delete, reason: reason), by: author)
            try finish()
        }
        let tombstone = Tombstone(
            of: run, endedAt: run.endedAt ?? now, deletedAt: now, author: author, reason: reason)
        try transaction.bury(run, under: tombstone)
        countStart()
        tellFollowers()
        let (hub, alarm, number, now) = (context.hub, context.alarm, run.number, now)
        transaction.afterCommit {
            hub.wake(.run(number))
            alarm.set(at: now)
        }
    }
}
