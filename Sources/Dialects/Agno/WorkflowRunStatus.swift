import Runs

extension RunState {
    /// AgentOS's word for the state.
    /// - Source: Agno contract, section 2.2; design.md.
    package var workflowRunStatus: String {
        switch self {
        case .queued: "PENDING"
        case .running, .failing, .stopping: "RUNNING"
        case .paused, .waiting: "PAUSED"
        case .succeeded: "COMPLETED"
        case .failed: "ERROR"
        case .cancelled: "CANCELLED"
        }
    }

    /// How far a run had come when a stop reached it, told of a cancelled run; nil for the ended
    /// states, which no stop finds.
    package var cancellationStage: String? {
        switch self {
        case .queued: "PENDING"
        case .running, .failing, .stopping: "EXECUTING"
        case .paused, .waiting: "PAUSED"
        case .succeeded, .failed, .cancelled: nil
        }
    }
}

extension Run {
    /// The stage of a run that has ended by a stop; nil for every other.
    var cancellationStage: String? {
        switch state {
        case .cancelled: stop?.fromState.cancellationStage
        case .queued, .running, .waiting, .paused, .failing, .stopping, .succeeded, .failed: nil
        }
    }
}
