import JSON
import Runs

/// A run as Wexa shows it. Every key of the reference is there, null where there is nothing.
/// - Source: Wexa contract, section 3, Execution.
struct Execution {
    let details: RunDetails
    let workspace: Workspace
    let request: ExecutionRequest

    init(_ details: RunDetails, in workspace: Workspace, request: ExecutionRequest? = nil) {
        self.details = details
        self.workspace = workspace
        self.request = request ?? ExecutionRequest(of: details)
    }

    var bytes: [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        write(into: &writer)
        return writer.bytes
    }

    func write(into writer: inout JSONWriter) {
        writer.object {
            writeNames(into: &$0)
            writeRequest(into: &$0)
            writeProgress(into: &$0)
            writeWhatIsNeverSet(into: &$0)
        }
    }

    private var run: Run { details.run }

    private func writeNames(into writer: inout JSONWriter) {
        writer.member("_id", run.id.prefix24)
        writer.member("execution_id", run.id.text)
        writer.member("agentflow_id", details.workflow.id.prefix24)
        writer.member("projectID", workspace.projectID)
        // Every execution has a task of its own, so that both can be found by one id.
        writer.member("task_id", run.id.prefix24)
        writer.member("status", run.state.executionStatus)
    }

    private func writeRequest(into writer: inout JSONWriter) {
        let starter = request.executedBy ?? workspace.name
        writer.member("goal", request.goal)
        writer.member("input_variables", .object(request.inputVariables))
        writer.key("executed_by")
        writer.object {
            $0.member("_id", starter)
            $0.member("name", starter)
            $0.member("type", "manual")
            $0.member("metadata", JSONValue.null)
        }
    }

    private func writeProgress(into writer: inout JSONWriter) {
        writer.member("created_at", seconds: run.createdAt)
        writer.member("end_time", seconds: run.shownEnd)
        writer.key("agentflow")
        AgentflowSnapshot(details.workflow).write(into: &writer)
        writer.key("agents_output")
        writer.array { writer in
            for (agent, step) in zip(Agent.all(of: details.workflow), run.steps) {
                writeOutput(of: agent, run.shownState(of: step), into: &writer)
            }
        }
        writer.key("conclusion")
        if let output = details.data.output {
            writer.object { $0.member("conclusion", plainText(ofJSON: output)) }
        } else {
            writer.null()
        }
        if run.state == .failed { writer.member("error", details.data.error ?? "Execution failed") }
    }

    private func writeOutput(
        of agent: Agent, _ state: StepState, into writer: inout JSONWriter
    ) {
        guard state.hasEnded else { return }
        writer.object {
            $0.member("agent_id", agent.id)
            $0.member("title", agent.title)
            $0.member("status", state.agentStatus)
        }
    }

    private func writeWhatIsNeverSet(into writer: inout JSONWriter) {
        writer.member("anomaly_detected", JSONValue.null)
        writer.member("goal_template", JSONValue.null)
        writer.member("parent_execution_id", JSONValue.null)
        writer.member("schedule", JSONValue.null)
        writer.member("start_from_agent_id", JSONValue.null)
        writer.member("files", JSONValue.array([]))
        writer.member("execution_context", JSONValue.object([:]))
        writer.member("previews", JSONValue.object([:]))
        writer.member("runtime_inputs", JSONValue.object([:]))
    }
}

/// The answer to every signal: exactly two members, and always the UUID.
/// - Source: Wexa contract, section 3, Ack.
func acknowledgement(of run: Run) -> [UInt8] {
    var writer = JSONWriter(reserving: 96)
    writer.object {
        $0.member("execution_id", run.id.text)
        $0.member("status", run.state.executionStatus)
    }
    return writer.bytes
}

/// A text of JSON without its quotes; any other value as it is written.
private func plainText(ofJSON json: String) -> String {
    (try? JSONValue(parsing: json))?.asString ?? json
}

extension JSONWriter {
    /// Seconds since the epoch with a fraction; nil is null.
    mutating func member(_ name: StaticString, seconds moment: Timestamp?) {
        key(name)
        if let moment { raw(Array(moment.decimalSeconds.utf8)) } else { null() }
    }
}
