import JSON
import Runs

/// An execution as create, get, update, cancel, pause and resume answer it.
/// - Source: Feather contract, section 3, Execution.
struct Execution {
    let details: RunDetails
    let lead: Lead

    init(_ details: RunDetails) {
        self.details = details
        lead = Lead(details)
    }

    var json: [UInt8] {
        let run = details.run
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            $0.member("id", run.id.text)
            $0.member("workflowId", details.workflow.id.text)
            $0.member("status", ExecutionStatus(run.state).rawValue)
            $0.member("temporalWorkflowId", run.id.text)
            $0.member("startedAt", run.startedAt?.rfc3339)
            $0.member("completedAt", run.shownEnd?.rfc3339)
            $0.member("createdAt", run.createdAt.rfc3339)
            $0.member("customerLeadId", lead.customerLeadID)
            $0.member("primaryPhone", lead.primaryPhone)
            $0.member("metadata", .object(lead.metadata))
            $0.member("variables", .object(lead.variables))
            // What a call came to; our steps place none.
            $0.member("disposition", nil as String?)
            $0.key("definition")
            ExecutionDefinition(details.workflow).write(to: &$0)
            $0.key("stepExecutions")
            writeSteps(to: &$0)
        }
        return writer.bytes
    }

    private func writeSteps(to writer: inout JSONWriter) {
        writer.array {
            for index in details.run.steps.indices {
                StepExecution(details, at: index)?.write(to: &$0)
            }
        }
    }
}

/// One step of an execution.
private struct StepExecution {
    let run: Run
    let step: Step
    let definition: StepDefinition
    let index: Int

    /// - Returns: nil for a place that the workflow does not have.
    init?(_ details: RunDetails, at index: Int) {
        guard details.workflow.definition.steps.indices.contains(index) else { return nil }
        run = details.run
        step = run.steps[index]
        definition = details.workflow.definition.steps[index]
        self.index = index
    }

    func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("id", derivedID(run.id.bytes, index))
            $0.member("workflowExecutionId", run.id.text)
            $0.member("status", StepStatus(run.shownState(of: step)).rawValue)
            $0.member("type", stepType(definition))
            $0.member("order", index)
            $0.member("delayInSecs", delaySeconds(definition))
            $0.member("finishOn", [])
            $0.member("startedAt", step.startedAt?.rfc3339)
            $0.member("completedAt", shownEnd?.rfc3339)
            $0.member("leaveVoicemail", false)
            $0.member("disposition", nil as String?)
            $0.member("agentId", nil as String?)
            $0.member("agentCall", nil as String?)
        }
    }

    /// That of a step which a stop ended is the moment of the stop.
    private var shownEnd: Timestamp? {
        run.shownState(of: step) == step.state ? step.endedAt : run.shownEnd
    }
}
