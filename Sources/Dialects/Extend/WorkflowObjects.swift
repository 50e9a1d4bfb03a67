import JSON
import Runs

/// A workflow inside a run or a list.
/// - Source: Extend contract, section 3, WorkflowSummary and Workflow.
struct WorkflowSummary {
    let workflow: Workflow

    init(_ workflow: Workflow) { self.workflow = workflow }

    func write(to writer: inout JSONWriter) {
        writer.object { writeMembers(to: &$0) }
    }

    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("object", "workflow")
        writer.member("id", ExtendID.of(workflow.id))
        writer.member("name", workflow.name)
        writer.member("createdAt", workflow.createdAt.rfc3339)
        writer.member("updatedAt", workflow.updatedAt.rfc3339)
        writer.member("createdBy", nil as String?)
    }
}

/// A workflow on its own: the summary with its draft, which is our newest version.
struct WorkflowBody {
    let workflow: Workflow

    init(_ workflow: Workflow) { self.workflow = workflow }

    var json: [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            WorkflowSummary(workflow).writeMembers(to: &$0)
            $0.key("draftVersion")
            $0.object {
                VersionSummary(workflow, version: "draft").writeMembers(to: &$0)
                $0.key("steps")
                $0.array {
                    for step in workflow.definition.steps { write(step, to: &$0) }
                }
            }
        }
        return writer.bytes
    }

    /// Steps whose queue is one of the types that the SDK knows; it would drop any other.
    private func write(_ step: StepDefinition, to writer: inout JSONWriter) {
        guard let queue = step.queue, StepType.ofDefinitions.contains(queue) else { return }
        let place = workflow.definition.steps.firstIndex(of: step)
        writer.object {
            $0.member("type", queue)
            $0.member("name", step.name)
            $0.key("next")
            $0.array {
                for next in workflow.definition.steps
                where place.map({ next.needs.contains($0) }) ?? false {
                    $0.value(["step": .string(next.name)])
                }
            }
        }
    }
}

/// The version that a run follows.
/// - Source: Extend contract, section 3, WorkflowVersionSummary.
struct VersionSummary {
    let workflow: Workflow
    /// `draft` or a number, as text.
    let version: String

    init(_ workflow: Workflow, version: String? = nil) {
        self.workflow = workflow
        self.version = version ?? String(workflow.version)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writeMembers(to: &$0) }
    }

    fileprivate func writeMembers(to writer: inout JSONWriter) {
        let owner = workflow.id.bytes + Array(version.utf8)
        writer.member("object", "workflow_version")
        writer.member("id", ExtendID.derived("workflow_version_", of: owner, workflow.version))
        writer.member("version", version)
        writer.member("createdAt", workflow.updatedAt.rfc3339)
        writer.member("name", nil as String?)
        writer.member("createdBy", nil as String?)
    }
}

/// The types of steps that the SDK knows; it turns any other into nothing.
enum StepType {
    /// In `stepRuns`.
    static let ofRuns: Set<String> = [
        "PARSE", "EXTRACT", "CLASSIFY", "SPLIT", "MERGE_EXTRACT", "CONDITIONAL_EXTRACT",
        "RULE_VALIDATION", "EXTERNAL_DATA_VALIDATION", "VALIDATION", "ROUTER",
    ]

    /// In the `steps` of a version.
    static let ofDefinitions = ofRuns.union([
        "TRIGGER", "HUMAN_REVIEW", "COLLECT", "CONDITIONAL", "FILE_CONVERSION", "WEBHOOK_RESPONSE",
    ])
}

/// A page of anything.
/// - Source: Extend contract, section 3, List envelope.
func listBody(next: String?, _ items: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter(reserving: 4096)
    writer.object {
        $0.member("object", "list")
        $0.key("data")
        $0.array(items)
        $0.member("nextPageToken", next)
    }
    return writer.bytes
}
