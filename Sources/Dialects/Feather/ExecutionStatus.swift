import Runs

/// The six words for where an execution stands.
/// - Source: Feather contract, section 3; design.md for the spelling of each state.
enum ExecutionStatus: String, CaseIterable {
    case created = "CREATED"
    case running = "RUNNING"
    case completed = "COMPLETED"
    case failed = "FAILED"
    case cancelled = "CANCELLED"
    case paused = "PAUSED"

    init(_ state: RunState) {
        self =
            switch state {
            case .queued: .created
            case .running, .waiting, .failing: .running
            case .paused: .paused
            case .stopping, .cancelled: .cancelled
            case .succeeded: .completed
            case .failed: .failed
            }
    }

    /// The states that are spelled with this word.
    var states: Set<RunState> {
        Set(RunState.allCases.filter { ExecutionStatus($0) == self })
    }

    /// The states that a cancel by phone number or lead touches.
    /// - Source: Feather contract, section 6.
    static let open = [created, running, paused].reduce(into: Set<RunState>()) {
        $0.formUnion($1.states)
    }
}

/// The words for where a step of an execution stands.
enum StepStatus: String {
    case pending = "PENDING"
    case running = "RUNNING"
    case completed = "COMPLETED"
    case failed = "FAILED"
    case cancelled = "CANCELLED"

    init(_ state: StepState) {
        self =
            switch state {
            case .pending, .queued: .pending
            case .running, .waiting: .running
            case .succeeded: .completed
            case .failed: .failed
            case .cancelled: .cancelled
            }
    }
}
