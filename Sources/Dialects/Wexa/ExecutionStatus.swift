import Runs

extension RunState {
    /// The word Wexa has for the state: `cancelled` as soon as a stop is durable, with two l.
    /// - Source: Wexa contract, section 5; design.md.
    package var executionStatus: String {
        switch self {
        case .queued: "ready"
        case .running, .failing: "running"
        case .paused: "paused"
        case .waiting: "input_required"
        case .stopping, .cancelled: "cancelled"
        case .succeeded: "completed"
        case .failed: "failed"
        }
    }

    /// The states that share a word, in the order of the states.
    static func executionStates(_ status: String) -> Set<RunState> {
        Set(allCases.filter { $0.executionStatus == status })
    }
}

extension StepState {
    /// The same words for one agent's part of an execution.
    var agentStatus: String {
        switch self {
        case .pending, .queued: "ready"
        case .running: "running"
        case .waiting: "input_required"
        case .succeeded: "completed"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }
}
