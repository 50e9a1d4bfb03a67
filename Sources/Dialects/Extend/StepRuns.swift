import JSON
import Runs

/// The steps of a run that the SDK has a type for: those whose queue is named after one of ten.
/// - Source: Extend contract, section 3, StepRun.
struct StepRuns {
    let details: RunDetails

    init(_ details: RunDetails) { self.details = details }

    func write(to writer: inout JSONWriter) {
        let steps = zip(details.workflow.definition.steps, details.run.steps)
        writer.array {
            for (index, (definition, step)) in steps.enumerated() {
                guard let type = definition.queue, StepType.ofRuns.contains(type) else { continue }
                write(step, definition.name, type, at: index, to: &$0)
            }
        }
    }

    private func write(
        _ step: Step, _ name: String, _ type: String, at index: Int, to writer: inout JSONWriter
    ) {
        let run = details.run.id
        writer.object {
            $0.member("object", "workflow_step_run")
            $0.member("id", ExtendID.derived("workflow_step_run_", of: run.bytes, index))
            $0.member("workflowRunId", ExtendID.of(run))
            $0.member("stepType", type)
            $0.member("status", StepRunStatus(step.state).rawValue)
            $0.member("files", [])
            $0.key("step")
            $0.object {
                let owner = details.workflow.id.bytes
                $0.member("object", "workflow_step")
                $0.member("id", ExtendID.derived("step_", of: owner, index))
                $0.member("name", name)
                $0.member("type", type)
            }
            $0.member("result", nil as String?)
        }
    }
}
