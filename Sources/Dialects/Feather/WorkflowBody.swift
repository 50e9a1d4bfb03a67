import JSON
import RunEngine
import Runs

/// A workflow as get and list answer it. Ours call at any hour of any day.
/// - Source: Feather contract, section 3, Workflow.
struct WorkflowBody {
    let workflow: Workflow
    let organization: OrganizationID

    var json: [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        write(to: &writer)
        return writer.bytes
    }

    func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("id", workflow.id.text)
            $0.member("name", workflow.name)
            $0.member("description", "")
            $0.member("organizationId", organization.text)
            $0.member("userId", nil as String?)
            $0.member("active", true)
            $0.member("startHour", 0)
            $0.member("endHour", 24)
            $0.member("timezone", "UTC")
            $0.key("workflowSchedule")
            writeWeek(to: &$0)
            $0.key("tcpaSchedule")
            writeWeek(to: &$0)
            $0.key("definition")
            ExecutionDefinition(workflow).write(to: &$0)
            $0.member("createdAt", workflow.createdAt.rfc3339)
            $0.member("updatedAt", workflow.updatedAt.rfc3339)
        }
    }

    private func writeWeek(to writer: inout JSONWriter) {
        writer.object {
            for day in Self.days {
                $0.key(text: day)
                $0.object {
                    $0.member("enabled", true)
                    $0.member("timeRanges", Self.wholeDay)
                }
            }
        }
    }

    private static let days = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]

    private static let wholeDay: JSONValue = [
        ["startHour": 0, "startMinute": 0, "endHour": 24, "endMinute": 0]
    ]
}

/// A page of workflows.
struct WorkflowList {
    let workflows: [Workflow]
    let organization: OrganizationID
    let limit: Int
    let nextCursor: String?

    var json: [UInt8] {
        var writer = JSONWriter(reserving: 4096)
        writer.object {
            $0.key("workflows")
            $0.array {
                for workflow in workflows {
                    WorkflowBody(workflow: workflow, organization: organization).write(to: &$0)
                }
            }
            $0.key("pagination")
            writePagination(limit: limit, next: nextCursor, to: &$0)
        }
        return writer.bytes
    }
}
