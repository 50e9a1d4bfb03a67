import JSON
import Runs

/// One step of a workflow as Wexa shows it. The order of the document is the order of agents;
/// cleanup steps, which come last there, are none.
struct Agent {
    let id: String
    let title: String
    let nextID: String?

    static func all(of workflow: Workflow) -> [Agent] {
        let steps = workflow.definition.steps.filter { !$0.isCleanup }
        return steps.indices.map { index in
            Agent(
                id: id(of: index, in: workflow), title: steps[index].name,
                nextID: index + 1 < steps.count ? id(of: index + 1, in: workflow) : nil)
        }
    }

    /// 24 digits that stay the same for every run: the workflow's, the last eight of them replaced
    /// by the number of the step.
    private static func id(of index: Int, in workflow: Workflow) -> String {
        let number = String(index + 1, radix: 16)
        let padding = String(repeating: "0", count: max(0, 8 - number.utf8.count))
        return workflow.id.prefix24.prefix(16) + padding + number
    }
}

/// The agentflow as an execution carries it.
struct AgentflowSnapshot {
    private let workflow: Workflow

    init(_ workflow: Workflow) {
        self.workflow = workflow
    }

    func write(into writer: inout JSONWriter) {
        let agents = Agent.all(of: workflow)
        writer.object {
            $0.member("agentflow_id", workflow.id.prefix24)
            $0.member("name", workflow.name)
            $0.member("role", "")
            $0.member("image", JSONValue.null)
            $0.member("initialAgent", .text(agents.first?.id))
            $0.member("conclusion", JSONValue.null)
            $0.key("agents")
            $0.array { writer in
                for agent in agents {
                    writer.value([
                        "_id": .string(agent.id), "llm": languageModel, "role": "",
                        "role_description": "", "title": .string(agent.title),
                        "agent_type": "custom", "next_agent": .text(agent.nextID),
                    ])
                }
            }
        }
    }
}

/// A workflow as Wexa shows it. Clients rely on `_id`, `name` and `projectID`; the rest holds the
/// reference's shape with nothing in it.
/// - Source: Wexa contract, section 3, Agentflow.
struct Agentflow {
    let workflow: Workflow
    let workspace: Workspace
    let organization: Organization

    var bytes: [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            writeNames(into: &$0)
            writeDefaults(into: &$0)
            $0.key("agents")
            $0.array { writer in
                for agent in Agent.all(of: workflow) { writer.value(value(of: agent)) }
            }
        }
        return writer.bytes
    }

    private func writeNames(into writer: inout JSONWriter) {
        writer.member("_id", workflow.id.prefix24)
        writer.member("name", workflow.name)
        writer.member("image", JSONValue.null)
        writer.member("description", "")
        writer.member("role", "")
        writer.member("isActive", true)
        writer.member("projectID", workspace.projectID)
        writer.member("organization_id", organization.id.prefix24)
        writer.member("initialAgent", .text(Agent.all(of: workflow).first?.id))
        writer.member("created_at", seconds: workflow.createdAt)
        writer.member("updated_at", seconds: workflow.updatedAt)
    }

    private func writeDefaults(into writer: inout JSONWriter) {
        writer.member("last_used", JSONValue.null)
        writer.member("is_deleted", false)
        writer.member("is_cron_scheduled", false)
        writer.member("anomaly_detection", ["is_enabled": false, "instructions": ""])
        writer.member("marketplace_id", JSONValue.null)
    }

    private func value(of agent: Agent) -> JSONValue {
        [
            "_id": .string(agent.id), "title": .string(agent.title), "role": "",
            "role_description": "", "llm": languageModel, "context": [],
            "has_knowledge_base": false,
            "prompt": ["template": "", "variables": [], "display_template": ""],
            "triggers": [], "is_preview_mode_enabled": false,
            "pre_and_post_execution_input": nil, "skills": [],
        ]
    }
}

/// No step of ours names a model.
private let languageModel: JSONValue = ["model": nil, "temperature": nil, "max_tokens": nil]
