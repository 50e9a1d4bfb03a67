import Dialect
import HTTP
import JSON
import RunEngine
import Runs

extension Exchange {
    /// The `projectID`s of the query, which the Gateway has found to be text.
    var queryProjects: [String] { query.isEmpty ? [] : query.all("projectID") }

    /// Which execution the request is about, by path, body and query.
    /// - Parameter queryCounts: whether the query may name it where nothing else does.
    /// - Throws: 422, 400, 404 in this order; see `ExecutionTarget`.
    func executionAddress(queryCounts: Bool = false) throws(Refusal) -> RunAddress {
        var body = try optionalObject() ?? Body([:])
        return try executionAddress(in: &body, queryCounts: queryCounts)
    }

    /// The same for a body that is read already.
    func executionAddress(
        in body: inout Body, queryCounts: Bool = false
    ) throws(Refusal) -> RunAddress {
        // Null, a number and the empty text are refused, not taken for "no id" (section 7, 11).
        let bodyID =
            body.has("execution_id") ? body.requiredString("execution_id", 1...Body.textMax) : nil
        let bodyProject = body.string("projectID")
        try body.check()
        let pathID = path["execution_id"].flatMap { $0.isEmpty ? nil : $0 }
        let queryID =
            queryCounts ? query.first("execution_id").flatMap { $0.isEmpty ? nil : $0 } : nil
        let target = ExecutionTarget(
            pathID: pathID, bodyID: bodyID, queryID: queryID,
            projects: ProjectClaim(outside: queryProjects, inBody: bodyProject))
        return try target.address(in: caller.workspace)
    }
}
