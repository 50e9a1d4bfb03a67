import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// What is read of executions and agentflows.
/// - Source: Wexa contract, sections 2 to 4.
extension Wexa {
    static func show(_ exchange: Exchange) throws(Refusal) -> Response {
        // A GET has no body that could name an execution.
        let target = ExecutionTarget(
            pathID: exchange.path["execution_id"], bodyID: nil, queryID: nil,
            projects: ProjectClaim(outside: exchange.queryProjects, inBody: nil))
        let details = try exchange.details(try target.address(in: exchange.caller.workspace))
        return .json(200, Execution(details, in: exchange.caller.workspace).bytes)
    }

    /// Newest first. `limit` (1 to 100) and `skip` as in the vendor's other lists.
    static func list(_ exchange: Exchange) async throws(Refusal) -> Response {
        guard !reservedSegments.contains(exchange.path["projectID"] ?? "") else { throw .noRoute }
        var query = RunQuery()
        var reader = exchange.queryReader()
        query.limit = reader.limit(default: pageMax, most: pageMax)
        query.offset = Int(reader.integer("skip", 0...1_000_000) ?? 0)
        query.wantsTotal = true
        try reader.check()
        let workspace = exchange.caller.workspace
        let outside = exchange.queryProjects + [exchange.path["projectID"] ?? ""]
        let projects = ProjectClaim(outside: outside, inBody: nil, place: "path and query")
        try projects.checkAgreement(in: workspace)
        guard projects.isEmptyOrNames(workspace) else { throw .run(.notFound(.workspace)) }
        let page = try await exchange.runs(query)
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            $0.key("execution_flows")
            $0.array { writer in
                for details in page.runs { Execution(details, in: workspace).write(into: &writer) }
            }
            $0.member("total_count", page.total ?? page.runs.count)
        }
        return .json(200, writer.bytes)
    }

    static func showAgentflow(_ exchange: Exchange) throws(Refusal) -> Response {
        let workflow = try exchange.agentflow()
        let caller = exchange.caller
        let agentflow = Agentflow(
            workflow: workflow, workspace: caller.workspace, organization: caller.organization)
        return .json(200, agentflow.bytes)
    }

    /// The newest executions of an agentflow, and how many there are in each status. The id of an
    /// execution is taken too and stands for its agentflow (contract section 8).
    static func monitor(_ exchange: Exchange) async throws(Refusal) -> Response {
        let workflow = try exchange.monitoredAgentflow()
        var query = RunQuery()
        query.workflow = .id(workflow.id)
        query.limit = pageMax
        let runs = try await exchange.runs(query).runs.map(\.run)
        var counts = JSONObject()
        for status in statuses {
            query.states = RunState.executionStates(status)
            query.limit = 0
            query.wantsTotal = true
            let total = try await exchange.runs(query).total ?? 0
            if total > 0 { counts.append(status, .int(total)) }
        }
        var writer = JSONWriter(reserving: 1024)
        writer.object {
            $0.member("agentflow_id", workflow.id.prefix24)
            $0.member("projectID", exchange.caller.workspace.projectID)
            $0.member("execution_id", .text(runs.first?.id.text))
            $0.member("status", .text(runs.first?.state.executionStatus))
            $0.key("executions")
            $0.array { writer in
                for run in runs { writeSummary(of: run, into: &writer) }
            }
            $0.member("counts", .object(counts))
        }
        return .json(200, writer.bytes)
    }

    /// First segments of the vendor's other paths: never a project (decisions.md, section 2, clash
    /// 6), also where a workspace has such a name.
    private static let reservedSegments: Set = [
        "execute_flow", "agentflow", "agentflows", "task", "tasks",
    ]

    /// Executions in one answer (decisions.md, section 4).
    private static let pageMax = 100

    /// Each word once, in the order of the states.
    private static let statuses = RunState.allCases.map(\.executionStatus).reduce(into: [String]())
    {
        if !$0.contains($1) { $0.append($1) }
    }

    private static func writeSummary(of run: Run, into writer: inout JSONWriter) {
        writer.object {
            $0.member("execution_id", run.id.text)
            $0.member("_id", run.id.prefix24)
            $0.member("status", run.state.executionStatus)
            $0.member("created_at", seconds: run.createdAt)
            $0.member("end_time", seconds: run.shownEnd)
        }
    }
}

extension Exchange {
    fileprivate func runs(_ query: RunQuery) async throws(Refusal) -> RunPage {
        try await ask { () async throws(RunError) in try await engine.runs(query, call) }
    }

    /// The agentflow of the path; its name counts as an id.
    fileprivate func agentflow() throws(Refusal) -> Workflow {
        let name = WorkflowName(agentflow: path["agentflow_id"] ?? "")
        return try look { () throws(RunError) in try engine.workflow(name, caller) }
    }

    fileprivate func monitoredAgentflow() throws(Refusal) -> Workflow {
        if let name = RunName(execution: path["agentflow_id"] ?? ""),
            let details = try? engine.details(RunAddress(name), caller)
        {
            return details.workflow
        }
        return try agentflow()
    }
}
