import Dialect
import HTTP
import JSON
import RunEngine
import Runs

extension Extend {
    /// Pages of the engine that are gone through for one of ours, where most rows may not match.
    /// A page may come out short, or empty with a token to go on with.
    static let pagesMax = 20

    /// 7.
    static func list(_ exchange: Exchange) async throws(Refusal) -> Response {
        let query = try RunListQuery(exchange.queryReader())
        let page = try await exchange.ask { () async throws(RunError) in
            try await rows(query, exchange)
        }
        let body = listBody(next: page.next) {
            for details in page.runs {
                WorkflowRunSummary(details: details, publicURL: exchange.publicURL).write(to: &$0)
            }
        }
        return .json(200, body)
    }

    /// An unknown workflow and an unknown batch have no runs: that is an empty page.
    private static func rows(
        _ query: RunListQuery, _ exchange: Exchange
    ) async throws(RunError) -> (runs: [RunDetails], next: String?) {
        guard !query.namesBatch else { return ([], nil) }
        var query = query
        for _ in 0..<pagesMax {
            let page: RunPage
            do {
                page = try await exchange.engine.runs(query.runs, exchange.call)
            } catch .notFound(.workflow) {
                return ([], nil)
            } catch {
                throw error
            }
            let runs = query.isPicky ? page.runs.filter(query.matches) : page.runs
            query.runs.cursor = page.nextCursor
            if !query.isPicky || !runs.isEmpty || page.nextCursor == nil {
                return (runs, page.nextCursor)
            }
        }
        return ([], query.runs.cursor)
    }

    /// 11.
    static func listWorkflows(_ exchange: Exchange) async throws(Refusal) -> Response {
        var query = exchange.queryReader()
        // Workflows have one order; these are read so that a wrong word is refused.
        let _: SortKey? = query.word("sortBy")
        let _: SortDirection? = query.word("sortDir")
        let size = query.integer("maxPageSize", 1...RunListQuery.pageMax)
        let limit = Int(size ?? RunListQuery.pageDefault)
        let cursor = query.text("nextPageToken")
        try query.check()
        let page = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.workflows(
                limit: limit, offset: 0, cursor: cursor, exchange.call)
        }
        let body = listBody(next: page.nextCursor) {
            for workflow in page.workflows { WorkflowSummary(workflow).write(to: &$0) }
        }
        return .json(200, body)
    }

    /// 9.
    static func getWorkflow(_ exchange: Exchange) throws(Refusal) -> Response {
        let name = ExtendID.workflow(exchange.path["id"] ?? "")
        return .json(200, WorkflowBody(try workflow(name, exchange)).json)
    }

    static func workflow(
        _ name: WorkflowName, _ exchange: Exchange
    ) throws(Refusal) -> Workflow {
        do {
            return try exchange.engine.workflow(name, exchange.caller)
        } catch {
            throw .run(error)
        }
    }
}
