import Runs

/// Kubiya's words for where an execution stands. `queued` is a word of theirs that is never sent.
enum Status: String, CaseIterable {
    case pending
    case running
    case waitingForInput = "waiting_for_input"
    case paused
    case completed
    case failed
    case cancelled

    init(_ state: RunState) {
        self =
            switch state {
            case .queued: .pending
            case .running: .running
            case .waiting: .waitingForInput
            case .paused: .paused
            case .failing: .running
            case .stopping: .cancelled
            case .succeeded: .completed
            case .failed: .failed
            case .cancelled: .cancelled
            }
    }

    /// The states that read as a word; none for a word that is not ours.
    static func states(word: String) -> Set<RunState> {
        Set(RunState.allCases.filter { Status($0).rawValue == word })
    }

    /// What Kubiya refuses although the engine would do it: an execution that has not begun is
    /// cancelled or terminated, never paused.
    /// - Source: contracts/kubiya.md, state matrix; decisions.md, section 5.
    static let refusals: [Operation: Set<Status>] = [.pause: [.pending]]
}
