/// Where a run stands.
/// - Source: decisions.md, section 1.
package enum RunState: String, CaseIterable, Sendable {
    /// Nothing has started.
    case queued
    case running
    /// Only approvals are open.
    case waiting
    case paused
    /// A step failed for good and the rest winds down.
    case failing
    /// A stop was asked for and the rest winds down.
    case stopping
    case succeeded
    case failed
    case cancelled
}

/// What is done to a run, by people (pause, resume, cancel, terminate, delete) or by the engine.
package enum Signal: String, CaseIterable, Sendable {
    /// The first step begins.
    case start
    /// Only approvals are left.
    case wait
    /// Something else than approvals goes on again.
    case proceed
    case pause
    case resume
    /// Every step is done.
    case succeed
    /// A step failed for good, a person rejected, or the run's time is over.
    case fail
    case cancel
    case terminate
    /// Nothing is in hand and no cleanup is left.
    case settle
    /// The grace period is over.
    case expire
    case delete
}

/// What a signal leads to.
package enum Transition: Hashable, Sendable {
    case to(RunState)
    /// The run leaves the table: its row becomes a tombstone.
    case gone
}

extension RunState {
    /// The whole life of a run. An absent pair is refused; a row back to itself is a repeat.
    package static let transitions: [RunState: [Signal: Transition]] = [
        .queued: [
            .start: .to(.running), .wait: .to(.waiting), .pause: .to(.paused),
            .resume: .to(.queued), .succeed: .to(.succeeded), .fail: .to(.failing),
            .cancel: .to(.stopping), .terminate: .to(.cancelled), .delete: .gone,
        ],
        .running: [
            .start: .to(.running), .wait: .to(.waiting), .proceed: .to(.running),
            .pause: .to(.paused), .resume: .to(.running), .succeed: .to(.succeeded),
            .fail: .to(.failing), .cancel: .to(.stopping), .terminate: .to(.cancelled),
            .delete: .gone,
        ],
        .waiting: [
            .wait: .to(.waiting), .proceed: .to(.running), .pause: .to(.paused),
            .resume: .to(.waiting), .succeed: .to(.succeeded), .fail: .to(.failing),
            .cancel: .to(.stopping), .terminate: .to(.cancelled), .delete: .gone,
        ],
        .paused: [
            .pause: .to(.paused), .resume: .to(.running), .succeed: .to(.succeeded),
            .fail: .to(.failing), .cancel: .to(.stopping), .terminate: .to(.cancelled),
            .delete: .gone,
        ],
        .failing: [
            .fail: .to(.failing), .cancel: .to(.stopping), .terminate: .to(.cancelled),
            .settle: .to(.failed), .expire: .to(.failed), .delete: .gone,
        ],
        .stopping: [
            .cancel: .to(.stopping), .terminate: .to(.cancelled), .settle: .to(.cancelled),
            .expire: .to(.cancelled), .delete: .gone,
        ],
        .succeeded: [.delete: .gone],
        .failed: [.delete: .gone],
        .cancelled: [
            .cancel: .to(.cancelled), .terminate: .to(.cancelled), .delete: .gone,
        ],
    ]

    /// What the table says of a signal; nil when it is refused.
    package func after(_ signal: Signal) -> Transition? {
        Self.transitions[self]?[signal]
    }

    /// Whether the table takes the signal, as a change or as a repeat.
    package func takes(_ signal: Signal) -> Bool { after(signal) != nil }

    /// Whether the signal would leave the run where it is.
    package func repeats(_ signal: Signal) -> Bool { after(signal) == .to(self) }

    /// Whether the run has ended: nothing leads out of the state but deletion.
    package var hasEnded: Bool { Self.ended.contains(self) }

    /// Whether nothing has started: `start` would move the run.
    package var awaitsStart: Bool { takes(.start) && !repeats(.start) }

    /// Whether a run winds down: it ends by itself when nothing is in hand.
    package var isWindingDown: Bool { takes(.settle) }

    /// The states that nothing leaves, derived from the table.
    package static let ended: Set<RunState> = Set(
        transitions.filter { state, row in
            row.values.allSatisfy { $0 == .gone || $0 == .to(state) }
        }.keys)
}
