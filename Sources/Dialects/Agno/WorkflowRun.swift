import JSON
import Runs

/// A run as AgentOS stores it, for both of the shapes it is answered in.
/// - Source: Agno contract, section 2.2.
struct WorkflowRun {
    let details: RunDetails
    /// What the create form said; nothing for a run that was started in another style.
    private let input: JSONObject

    init(_ details: RunDetails) {
        self.details = details
        let document =
            details.run.origin == .agno ? try? JSONValue(parsing: details.data.input) : nil
        input = document?.asObject ?? JSONObject()
    }

    var run: Run { details.run }
    var message: String { input["message"]?.asString ?? "" }
    var userID: String? { input["user_id"]?.asString.flatMap { $0.isEmpty ? nil : $0 } }

    var metadata: JSONValue? {
        let value = input["metadata"]?.asString.flatMap { try? JSONValue(parsing: $0) }
        return value?.asObject == nil ? nil : value
    }

    /// What the run came to, as text; nil while there is nothing to say.
    var content: String? {
        switch run.state {
        case .queued, .running, .waiting, .paused, .failing, .stopping: nil
        case .succeeded: details.data.output.map(plainText)
        case .failed: failure
        case .cancelled:
            run.cancellationStage == RunState.queued.cancellationStage
                ? nil : "Run \(details.agnoID) was cancelled"
        }
    }

    /// Seconds from the first step to the end, a JSON number; nil before the end and for a run that
    /// never began.
    var duration: String? {
        guard let start = run.startedAt, let end = run.endedAt else { return nil }
        let milliseconds = max(0, end.milliseconds &- start.milliseconds)
        return Timestamp(milliseconds: milliseconds).decimalSeconds
    }

    /// The step that waits for a person.
    var pausedStep: (name: String, index: Int)? {
        let steps = details.workflow.definition.steps
        guard
            let index = zip(steps, run.steps).enumerated().first(where: {
                $0.element.1.state == .waiting && !run.state.hasEnded
            })?.offset
        else { return nil }
        return (steps[index].name, index)
    }

    /// The text of a failed run, which a caller of an inline run gets as the error.
    var failure: String {
        let isBackground = (input["background"]?.asString).flatMap(FormReader.truth) ?? false
        let kind = isBackground ? "Background" : "Workflow"
        return "\(kind) execution failed: \(details.data.error ?? "unknown error")"
    }

    private func plainText(ofJSON json: String) -> String {
        (try? JSONValue(parsing: json))?.asString ?? json
    }
}
