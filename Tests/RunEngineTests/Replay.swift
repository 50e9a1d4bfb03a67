import JSON
import RunStore
import Runs

/// A run told by its log alone.
struct Replay {
    /// Where the run stands as far as its log tells: the log does not tell queued, running and
    /// waiting apart.
    enum Phase: Equatable {
        case open
        case paused
        case failing
        case stopping
        case ended(RunState)

        init(_ state: RunState) {
            switch state {
            case .queued, .running, .waiting: self = .open
            case .paused: self = .paused
            case .failing: self = .failing
            case .stopping: self = .stopping
            case .succeeded, .failed, .cancelled: self = .ended(state)
            }
        }
    }

    private(set) var phase = Phase.open
    /// By name: state, and how; steps that the log does not name are not in it.
    private(set) var steps: [String: String] = [:]
    private(set) var lastRunSequence: Int64 = 0
    private(set) var lastSequence: Int64 = 0
    /// What is wrong with the log itself.
    private(set) var faults: [String] = []

    mutating func follow(_ events: [EventRow]) {
        for event in events {
            if event.runSequence != lastRunSequence + 1 {
                faults.append("event \(event.runSequence) after \(lastRunSequence)")
            }
            if event.sequence <= lastSequence {
                faults.append("event \(event.sequence) after \(lastSequence) in all")
            }
            if case .ended(let state) = phase {
                faults.append("\(event.kind) after the run has \(state)")
            }
            lastRunSequence = event.runSequence
            lastSequence = event.sequence
            follow(event)
        }
    }

    private mutating func follow(_ event: EventRow) {
        switch event.kind {
        case "run.created", "run.resumed": phase = .open
        case "run.paused": phase = .paused
        case "run.failing": phase = .failing
        case "run.cancel_requested": phase = .stopping
        case "run.terminate_requested", "run.stop_escalated", "run.grace_over": break
        case "run.succeeded": phase = .ended(.succeeded)
        case "run.failed": phase = .ended(.failed)
        case "run.cancelled": phase = .ended(.cancelled)
        default: followStep(event)
        }
    }

    private mutating func followStep(_ event: EventRow) {
        let data = try? JSONValue(parsing: event.data)
        guard let name = data?["step"]?.asString else {
            return faults.append("\(event.kind) names no step")
        }
        switch event.kind {
        case "step.started": steps[name] = "running"
        case "step.waiting": steps[name] = "waiting"
        case "step.succeeded", "step.approved": steps[name] = "succeeded"
        case "step.failed", "step.rejected": steps[name] = "failed"
        case "step.retried", "step.released": steps[name] = "queued"
        case "step.cancelled": steps[name] = "cancelled/\(data?["how"]?.asString ?? "")"
        case "step.progress":
            if steps[name] != "running" { faults.append("progress of \(name)") }
        default: faults.append("an event of kind \(event.kind)")
        }
    }
}
