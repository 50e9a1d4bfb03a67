/// Where a step stands.
/// - Source: decisions.md, section 1, "Steps and attempts".
package enum StepState: String, CaseIterable, Sendable {
    /// Its needs are unmet.
    case pending
    /// Claimable, from `dueAt` on.
    case queued
    /// An attempt is in hand, or a timer runs.
    case running
    /// A person is asked.
    case waiting
    case succeeded
    case failed
    case cancelled
}

/// What happens to a step.
package enum StepSignal: String, CaseIterable, Sendable {
    /// Its needs are met.
    case unblock
    case begin
    case complete
    /// An attempt failed or was lost and there is another.
    case retry
    /// An attempt failed or was lost and it was the last.
    case fail
    case approve
    case reject
    /// The worker acknowledged a stop, or answered late.
    case acknowledge
    /// The attempt goes back to the queue uncounted, because the server drains.
    case release
    /// The run stops: what has not begun ends, what is in hand is told.
    case stop
    /// The grace period is over, or the run is terminated.
    case cut
}

/// How a cancelled step ended, mildest first.
package enum How: String, CaseIterable, Comparable, Sendable {
    /// It had not begun.
    case unstarted
    /// Its worker acknowledged the stop in time, or nothing was in hand.
    case clean
    /// The grace period was over, or the run was terminated.
    case forced
    /// Its worker was silent after it was told.
    case lost

    package static func < (left: How, right: How) -> Bool { left.severity < right.severity }

    private var severity: Int {
        switch self {
        case .unstarted: 0
        case .clean: 1
        case .forced: 2
        case .lost: 3
        }
    }
}

extension StepState {
    /// The whole life of a step. An absent pair is refused.
    package static let transitions: [StepState: [StepSignal: Set<StepState>]] = [
        .pending: [
            .unblock: [.queued, .waiting, .running], .stop: [.cancelled], .cut: [.cancelled],
        ],
        .queued: [.begin: [.running], .stop: [.cancelled], .cut: [.cancelled]],
        .running: [
            .complete: [.succeeded], .retry: [.queued], .fail: [.failed], .release: [.queued],
            .acknowledge: [.cancelled], .stop: [.running, .cancelled], .cut: [.cancelled],
        ],
        .waiting: [
            .approve: [.succeeded], .reject: [.failed], .stop: [.cancelled], .cut: [.cancelled],
        ],
        .succeeded: [:], .failed: [:], .cancelled: [:],
    ]

    /// Whether the table leads from here to `target` by the signal.
    package func leads(to target: StepState, by signal: StepSignal) -> Bool {
        Self.transitions[self]?[signal]?.contains(target) ?? false
    }

    /// Whether the table takes the signal.
    package func takes(_ signal: StepSignal) -> Bool { Self.transitions[self]?[signal] != nil }

    /// Whether the step has ended: nothing leads out of the state.
    package var hasEnded: Bool { Self.transitions[self]?.isEmpty ?? true }
}

/// Where one attempt at a step stands, as the row of its task keeps it.
package enum TaskState: String, CaseIterable, Sendable {
    /// Claimable.
    case queued
    /// Not claimable while its run is paused.
    case parked
    /// In the hand of a worker, under a lease.
    case held
    case completed
    case failed
    case stopped
    case lost
    case revoked
}
