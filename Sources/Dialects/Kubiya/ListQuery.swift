import Dialect
import HTTP
import RunEngine
import Runs

/// The query of the list, read into a query of the engine.
///
/// `status`, `agent_id` and `team_id` are what Kubiya's command line sends and Kubiya's server
/// ignores; here they filter like `status_filter`.
struct ListQuery {
    /// Nil when nothing can match.
    let runs: RunQuery?

    /// - Throws: 422 for a `skip` or `limit` that is no number, or below 0.
    init(_ exchange: Exchange) throws(Refusal) {
        var sent = exchange.queryReader()
        let skip = sent.integer("skip", 0...Int64.max) ?? 0
        let limit = sent.limit(default: 100, least: 0, most: Self.limitMax)
        try sent.check()
        var query = RunQuery()
        query.offset = Int(clamping: skip)
        query.limit = limit
        let isPossible =
            skip <= Self.skipMax && limit > 0 && Self.filterStates(&query, &sent)
            && Self.filterEntities(&query, &sent, exchange)
        runs = isPossible ? query : nil
    }

    private static let limitMax = 1000
    /// As far as the engine passes over rows.
    private static let skipMax: Int64 = 1_000_000

    /// - Returns: false when no state reads as the word.
    private static func filterStates(_ query: inout RunQuery, _ sent: inout QueryReader) -> Bool {
        for name in ["status_filter", "status"] {
            guard let word = sent.text(name), !word.isEmpty else { continue }
            let states = Status.states(word: word.lowercased())
            query.states = query.states?.intersection(states) ?? states
        }
        return query.states?.isEmpty != true
    }

    /// - Returns: false when the filters contradict each other.
    private static func filterEntities(
        _ query: inout RunQuery, _ sent: inout QueryReader, _ exchange: Exchange
    ) -> Bool {
        var kinds: [EntityKind] = []
        if let word = sent.text("execution_type"), !word.isEmpty {
            guard let kind = EntityKind(word: word) else { return false }
            kinds.append(kind)
        }
        for (name, kind) in [("agent_id", EntityKind.agent), ("team_id", .team)] {
            guard let id = sent.text(name), !id.isEmpty else { continue }
            kinds.append(kind)
            query.labels.append(Entity.idLabel(Starting.entityID(id, exchange)))
        }
        if let kind = kinds.first { query.labels.append(Entity.kindLabel(kind)) }
        return kinds.allSatisfy { $0 == kinds.first }
    }
}
