import Dialect
import JSON
import RunEngine
import Runs

/// Which executions of a workflow to list.
/// - Source: Feather contract, section 3, List query.
struct ExecutionQuery {
    /// Executions on a page when nothing is said.
    static let limitDefault = 10
    /// More than these are not given, also when more are asked for.
    static let limitMax = 100

    let runs: RunQuery
    /// Whether items carry metadata, variables and definition.
    let isEnriched: Bool

    init(_ query: QueryReader, of workflow: WorkflowID) throws(Refusal) {
        var query = query
        var runs = RunQuery()
        runs.workflow = .id(workflow)
        if let word = query.text("status") {
            runs.states = ExecutionStatus(rawValue: word)?.states
            if runs.states == nil { query.fault("status", .value("is not a status"), input: word) }
        }
        if let lead = query.text("customerLeadId") {
            runs.labels = [Label(name: Lead.leadLabel, value: lead)]
        }
        runs.limit = query.limit(default: Self.limitDefault, most: Self.limitMax)
        runs.cursor = query.text("cursor")
        let enriched = query.text("enriched")
        isEnriched = enriched == "true"
        if let enriched, enriched != "true", enriched != "false" {
            query.fault("enriched", .value("is not true or false"), input: enriched)
        }
        try query.check()
        self.runs = runs
    }
}

/// A page of executions.
struct ExecutionList {
    let page: RunPage
    let query: ExecutionQuery

    var json: [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            $0.key("executions")
            $0.array {
                for details in page.runs {
                    ExecutionItem(details, isEnriched: query.isEnriched).write(to: &$0)
                }
            }
            $0.key("pagination")
            writePagination(limit: query.runs.limit, next: page.nextCursor, to: &$0)
        }
        return writer.bytes
    }
}

/// `{"limit", "nextCursor"}`; no cursor on the last page.
func writePagination(limit: Int, next: String?, to writer: inout JSONWriter) {
    writer.object {
        $0.member("limit", limit)
        $0.member("nextCursor", next)
    }
}

/// An execution in a list.
private struct ExecutionItem {
    let details: RunDetails
    let lead: Lead
    let isEnriched: Bool

    init(_ details: RunDetails, isEnriched: Bool) {
        self.details = details
        lead = Lead(details)
        self.isEnriched = isEnriched
    }

    func write(to writer: inout JSONWriter) {
        let run = details.run
        writer.object {
            $0.member("id", run.id.text)
            $0.member("workflowId", details.workflow.id.text)
            $0.member("status", ExecutionStatus(run.state).rawValue)
            $0.member("startedAt", run.startedAt?.rfc3339)
            $0.member("completedAt", run.shownEnd?.rfc3339)
            $0.member("customerLeadId", lead.customerLeadID)
            $0.member("primaryPhone", lead.primaryPhone)
            $0.member("disposition", nil as String?)
            $0.member("createdAt", run.createdAt.rfc3339)
            $0.member("stepIndex", stepIndex)
            $0.member("nextRunAt", nextRunAt?.rfc3339)
            $0.member("priorityDate", lead.priorityDate)
            guard isEnriched else { return }
            $0.member("metadata", .object(lead.metadata))
            $0.member("variables", .object(lead.variables))
            $0.key("definition")
            ExecutionDefinition(details.workflow).write(to: &$0)
        }
    }

    /// The place of the first step that has not ended; of the last when all have.
    private var stepIndex: Int {
        let steps = details.run.steps
        return steps.firstIndex { !details.run.shownState(of: $0).hasEnded }
            ?? max(0, steps.count - 1)
    }

    /// When the first step may begin, as long as none has.
    private var nextRunAt: Timestamp? {
        let run = details.run
        return run.startedAt == nil && run.shownEnd == nil ? run.startAt : nil
    }
}
