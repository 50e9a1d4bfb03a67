import Digest
import JSON
import Runs

/// A workflow's steps in the order of its document, as executions and workflows show them.
/// - Source: Feather contract, section 3.
struct ExecutionDefinition {
    let workflow: Workflow

    init(_ workflow: Workflow) { self.workflow = workflow }

    func write(to writer: inout JSONWriter) {
        writer.object {
            $0.key("steps")
            $0.array {
                for (index, step) in workflow.definition.steps.enumerated() {
                    write(step, at: index, to: &$0)
                }
            }
            $0.member("isInfinite", false)
        }
    }

    private func write(_ step: StepDefinition, at index: Int, to writer: inout JSONWriter) {
        writer.object {
            $0.member("id", derivedID(workflow.id.bytes, index))
            $0.member("type", stepType(step))
            $0.member("order", index)
            $0.member("delayInSecs", delaySeconds(step))
            $0.member("finishOn", [])
            $0.member("agentId", nil as String?)
            $0.member("leaveVoicemail", false)
        }
    }
}

/// The word for what a step does. A vendor's step is named after its queue, such as `CALL`.
func stepType(_ step: StepDefinition) -> String {
    switch step.kind {
    case .queue(let name): name
    case .command: "COMMAND"
    case .sleep: "DELAY"
    case .approval: "APPROVAL"
    }
}

/// Seconds that a timer takes, rounded up; 0 for a step that is none.
func delaySeconds(_ step: StepDefinition) -> Int64 {
    switch step.kind {
    case .sleep(let milliseconds):
        milliseconds / 1000 + (milliseconds % 1000 > 0 ? 1 : 0)
    case .queue, .command, .approval: 0
    }
}

/// A UUID for a step, which has none of its own: always the same for the same place.
/// - Source: RFC 9562, section 5.8 (version 8).
func derivedID(_ owner: [UInt8], _ index: Int) -> String {
    var bytes = Array(SHA256.hash(owner + Array(":step:\(index)".utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0f | 0x80
    bytes[8] = bytes[8] & 0x3f | 0x80
    return Identifier<Step>(bytes: bytes)?.text ?? ""
}
