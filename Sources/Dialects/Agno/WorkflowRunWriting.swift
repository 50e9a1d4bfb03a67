import JSON
import Runs

extension WorkflowRun {
    /// The answer to a read and to an inline run. Members without a value are left out.
    func writeRun(into writer: inout JSONWriter) {
        writer.object {
            $0.member("input", message)
            if let content { $0.member("content", content) }
            $0.member("content_type", "str")
            writeNames(into: &$0)
            $0.member("created_at", run.createdAt.seconds)
            $0.member("status", run.state.workflowRunStatus)
            if let stage = run.cancellationStage { $0.member("cancellation_stage", stage) }
            writePause(into: &$0)
            if let metadata { $0.member("metadata", metadata) }
            writeMedia(into: &$0)
            writeSteps(into: &$0)
            writeMetrics(into: &$0)
            $0.member("events", JSONValue.array([]))
        }
    }

    /// A row of a list. Members without a value are null.
    func writeRow(into writer: inout JSONWriter) {
        writer.object {
            $0.member("run_id", details.agnoID)
            $0.member("run_input", message)
            $0.member("events", JSONValue.array([]))
            $0.member("workflow_id", details.workflow.id.text)
            $0.member("user_id", userID ?? "")
            $0.member("content", JSONValue.text(content))
            $0.member("content_type", "str")
            $0.member("status", run.state.workflowRunStatus)
            $0.member("cancellation_stage", JSONValue.text(run.cancellationStage))
            writeSteps(into: &$0)
            $0.member("step_executor_runs", JSONValue.array([]))
            $0.member("step_requirements", JSONValue.null)
            $0.member("pause_kind", JSONValue.text(pausedStep.map { _ in "step" }))
            $0.member("paused_step_name", JSONValue.text(pausedStep?.name))
            $0.member("paused_step_index", JSONValue.int(pausedStep.map { Int64($0.index) }))
            writeMetrics(into: &$0)
            $0.member("created_at", run.createdAt.rfc3339)
            writeReasoning(into: &$0)
            writeMedia(into: &$0)
            $0.member("response_audio", JSONValue.null)
        }
    }

    private func writeNames(into writer: inout JSONWriter) {
        writer.member("workflow_id", details.workflow.id.text)
        writer.member("workflow_name", details.workflow.name)
        writer.member("run_id", details.agnoID)
        writer.member("session_id", details.agnoSession)
        if let userID { writer.member("user_id", userID) }
    }

    private func writePause(into writer: inout JSONWriter) {
        guard let pausedStep else { return }
        writer.member("paused_step_index", pausedStep.index)
        writer.member("paused_step_name", pausedStep.name)
        writer.member("pause_kind", "step")
    }

    /// The client wants `steps` wherever there are metrics.
    private func writeMetrics(into writer: inout JSONWriter) {
        writer.key("metrics")
        writer.object {
            $0.member("steps", JSONValue.object([:]))
            $0.key("duration")
            if let duration { $0.raw(Array(duration.utf8)) } else { $0.null() }
        }
    }

    private func writeMedia(into writer: inout JSONWriter) {
        writer.member("images", JSONValue.array([]))
        writer.member("videos", JSONValue.array([]))
        writer.member("audio", JSONValue.array([]))
        writer.member("files", JSONValue.array([]))
    }

    private func writeReasoning(into writer: inout JSONWriter) {
        writer.member("reasoning_content", "")
        writer.member("reasoning_steps", JSONValue.array([]))
        writer.member("references", JSONValue.array([]))
        writer.member("citations", JSONValue.null)
        writer.member("reasoning_messages", JSONValue.array([]))
    }

    private func writeSteps(into writer: inout JSONWriter) {
        writer.key("step_results")
        writer.array { writer in
            for (definition, step) in zip(details.workflow.definition.steps, run.steps) {
                guard !definition.isCleanup, let output = StepOutput(definition, step) else {
                    continue
                }
                writer.value(output.value)
            }
        }
    }
}

/// What one step came to.
private struct StepOutput {
    private let definition: StepDefinition
    private let isSuccess: Bool
    private let error: String?

    /// Nil for a step that has not ended, and for one that a stop found before it began.
    init?(_ definition: StepDefinition, _ step: Step) {
        self.definition = definition
        switch step.state {
        case .pending, .queued, .running, .waiting: return nil
        case .succeeded: (isSuccess, error) = (true, nil)
        case .failed: (isSuccess, error) = (false, step.error ?? "unknown error")
        case .cancelled:
            if step.how == .unstarted { return nil }
            (isSuccess, error) = (false, "Cancelled during execution")
        }
    }

    /// Every key is there, null without a value.
    var value: JSONValue {
        [
            "content": nil, "step_name": .string(definition.name),
            "step_id": .string(definition.name), "step_type": "Step",
            "executor_type": "function", "executor_name": .string(definition.name),
            "step_run_id": nil, "images": nil, "videos": nil, "audio": nil, "files": nil,
            "metrics": nil, "success": .bool(isSuccess), "error": .text(error), "stop": false,
            "is_paused": false,
        ]
    }
}
