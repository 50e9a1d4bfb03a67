import Runs

/// The eight words for where a workflow run stands. No other word is ever sent: the SDKs take an
/// unknown one for an end.
/// - Source: Extend contract, section 5; design.md for the spelling of each state.
enum WorkflowRunStatus: String, CaseIterable {
    case pending = "PENDING"
    case processing = "PROCESSING"
    case cancelling = "CANCELLING"
    case cancelled = "CANCELLED"
    case processed = "PROCESSED"
    case failed = "FAILED"
    case needsReview = "NEEDS_REVIEW"
    case rejected = "REJECTED"

    /// - Parameter isRejected: whether a person said no.
    init(_ state: RunState, isRejected: Bool) {
        self =
            switch state {
            case .queued: .pending
            case .running, .paused, .failing: .processing
            case .waiting: .needsReview
            case .stopping: .cancelling
            case .succeeded: .processed
            case .failed: isRejected ? .rejected : .failed
            case .cancelled: .cancelled
            }
    }

    init(_ details: RunDetails) {
        self.init(details.run.state, isRejected: Review(details).isRejected)
    }

    /// The states that can be spelled with this word.
    var states: Set<RunState> {
        Set(
            RunState.allCases.filter { state in
                [true, false].contains { WorkflowRunStatus(state, isRejected: $0) == self }
            })
    }
}

/// What people said to a run's approvals.
struct Review {
    private let decided: [Step]

    init(_ details: RunDetails) {
        decided = zip(details.workflow.definition.steps, details.run.steps).compactMap {
            definition, step in
            switch (definition.kind, step.state) {
            case (.approval, .succeeded), (.approval, .failed): step
            default: nil
            }
        }
    }

    var isReviewed: Bool { !decided.isEmpty }

    var isRejected: Bool { rejected != nil }

    var reviewedAt: Timestamp? { decided.compactMap(\.endedAt).max() }

    var rejectionNote: String? { rejected?.error }

    private var rejected: Step? { decided.first { $0.state == .failed } }
}

/// The words for where a step run stands.
enum StepRunStatus: String {
    case pending = "PENDING"
    case waiting = "WAITING"
    case processing = "PROCESSING"
    case processed = "PROCESSED"
    case failed = "FAILED"
    case cancelled = "CANCELLED"

    init(_ state: StepState) {
        self =
            switch state {
            case .pending, .queued: .pending
            case .running: .processing
            case .waiting: .waiting
            case .succeeded: .processed
            case .failed: .failed
            case .cancelled: .cancelled
            }
    }
}
