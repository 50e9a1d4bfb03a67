import JSON
import Runs

/// A run with one step on queue `CALL` or another, stopped while the step was in hand: for wire
/// bodies that are held byte for byte.
struct WireRun {
    static let runBytes = RunID(high: 0, low: 1).bytes
    static let workflowBytes = WorkflowID(high: 0, low: 2).bytes

    var origin: Style
    var input: String
    var annotation: String?
    var queue = "CALL"

    init(origin: Style, input: String) {
        self.origin = origin
        self.input = input
    }

    var details: RunDetails {
        var step = Step(state: .running)
        step.startedAt = Timestamp(milliseconds: 2000)
        var run = Run(
            number: 1, id: RunID(high: 0, low: 1), workspace: 1, workflowVersion: 1,
            state: .stopping, origin: origin, createdAt: Timestamp(milliseconds: 1000),
            steps: [step])
        run.startedAt = Timestamp(milliseconds: 2000)
        run.updatedAt = Timestamp(milliseconds: 3000)
        let author = Author(actor: "key", style: .native, requestID: "request")
        run.stop = Stop(
            fromState: .running, mode: .cancel, reason: nil, author: author,
            requestedAt: Timestamp(milliseconds: 3000), graceMilliseconds: 1000)
        let definition = StepDefinition(name: "call", kind: .queue(queue))
        let workflow = Workflow(
            versionNumber: 1, id: WorkflowID(high: 0, low: 2), name: "w", version: 3,
            document: "{}", definition: WorkflowDefinition(steps: [definition]),
            createdAt: Timestamp(milliseconds: 0), updatedAt: Timestamp(milliseconds: 500))
        return RunDetails(
            run: run, data: RunData(input: input, annotation: annotation), workflow: workflow)
    }
}
