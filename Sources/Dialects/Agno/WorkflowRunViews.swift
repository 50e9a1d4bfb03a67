import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// What is read of runs: always within a session, as the vendor stores them.
/// - Source: Agno contract, section 2.
extension Agno {
    static func showRun(_ exchange: Exchange) throws(Refusal) -> Response {
        let session = try exchange.requiredSession()
        let details = try exchange.details(exchange.address)
        guard details.agnoSession.utf8.elementsEqual(session.utf8) else {
            throw .run(.notFound(.run))
        }
        return answer(with: details)
    }

    static func answer(with details: RunDetails) -> Response {
        var writer = JSONWriter(reserving: 1024)
        WorkflowRun(details).writeRun(into: &writer)
        return .json(200, writer.bytes)
    }

    /// Oldest first; of more than 1,000 the newest.
    static func listRuns(_ exchange: Exchange) async throws(Refusal) -> Response {
        let session = try exchange.requiredSession()
        let workflow = try exchange.workflow()
        let runs = try await exchange.runs(of: workflow, session: session)
        guard !runs.isEmpty else { throw .said(status: 404, message: "Session not found") }
        // The word is compared as it is: one that no run has finds none.
        let status = exchange.query.first("status")
        var writer = JSONWriter(reserving: 1024)
        writer.array { writer in
            for details in runs
            where status == nil || status == details.run.state.workflowRunStatus {
                WorkflowRun(details).writeRow(into: &writer)
            }
        }
        return .json(200, writer.bytes)
    }
}

extension Exchange {
    /// The run of the path, in the workflow of the path.
    var address: RunAddress {
        RunAddress(
            RunName(agno: path["run_id"] ?? ""),
            of: WorkflowName(text: path["workflow_id"] ?? ""))
    }

    /// The run, read on the loop's own connection.
    func details(_ address: RunAddress) throws(Refusal) -> RunDetails {
        do { return try engine.details(address, caller) } catch { throw .run(error) }
    }

    fileprivate func requiredSession() throws(Refusal) -> String {
        guard let session = query.first("session_id") else {
            throw .input([Fault(["query", "session_id"], .missing)])
        }
        return session
    }

    /// The runs of a session, oldest first. The run whose UUID names the session began it.
    fileprivate func runs(
        of workflow: Workflow, session: String
    ) async throws(Refusal) -> [RunDetails] {
        var query = RunQuery()
        query.workflow = .id(workflow.id)
        query.session = session
        query.limit = 1000
        let wanted = query
        let page = try await ask { () async throws(RunError) in
            try await engine.runs(wanted, call)
        }
        let runs = Array(page.runs.reversed())
        guard let id = RunID(session), id.text == session,
            let first = try? engine.details(RunAddress(.id(id), of: .id(workflow.id)), caller),
            first.data.session == nil
        else { return runs }
        return [first] + runs
    }
}
