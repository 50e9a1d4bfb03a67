import RunStore
import Runs

extension RunEngine {
    /// A page of the workspace's runs.
    /// - Throws: `notFound(.workflow)` when the query names one that is not there;
    ///   `invalid(field: "cursor", ...)`.
    package func runs(_ query: RunQuery, _ call: Call) async throws(RunError) -> RunPage {
        let caller = call.caller
        let seal = CursorSeal(secret: store.cursorSecret, context: context(of: query, call))
        let after: RunOrder.Position? = try query.cursor.map { text throws(RunError) in
            let words = try seal.open(text)
            return RunOrder.Position(
                updated: Int64(bitPattern: words.0), number: Int64(bitPattern: words.1))
        }
        let order = RunOrder(
            byUpdate: query.order == .updated, isAscending: query.isAscending, after: after)
        return try await scan { [self] snapshot in
            let filter = try filter(query, caller, snapshot)
            let runs = try snapshot.runs(
                filter, order, limit: query.limit + 1, offset: query.offset)
            let page = try page(runs.prefix(query.limit), snapshot)
            let isLast = page.count == runs.count
            let next = isLast ? nil : page.last.map { seal.seal(position($0.run, order)) }
            return RunPage(
                runs: page, nextCursor: next,
                total: query.wantsTotal ? try snapshot.runCount(filter) : nil)
        }
    }

    /// The runs with what they carry, as many as fit into the bytes of a page, but one at least.
    private func page(_ runs: ArraySlice<Run>, _ snapshot: Snapshot) throws -> [RunDetails] {
        var page: [RunDetails] = []
        var room = limits.pageBytesMax
        for run in runs {
            let details = try details(run, snapshot)
            room -= details.data.input.utf8.count + (details.data.output?.utf8.count ?? 0)
            if room < 0, !page.isEmpty { break }
            page.append(details)
        }
        return page
    }

    private func position(_ run: Run, _ order: RunOrder) -> (UInt64, UInt64) {
        let updated = order.byUpdate ? run.updatedAt.milliseconds : 0
        return (UInt64(bitPattern: updated), UInt64(bitPattern: run.number))
    }

    private func filter(
        _ query: RunQuery, _ caller: Caller, _ snapshot: Snapshot
    ) throws -> RunFilter {
        var filter = RunFilter(workspace: caller.workspace.number)
        filter.workflow = try query.workflow.map { try findWorkflow($0, caller, snapshot).id }
        filter.states = query.states.map { $0.sorted { $0.rawValue < $1.rawValue } }
        filter.labels = query.labels
        filter.session = query.session
        filter.createdAfter = query.createdAfter
        filter.createdBefore = query.createdBefore
        return filter
    }

    /// What a cursor is bound to: all of a query but its limit, its offset and the cursor.
    private func context(of query: RunQuery, _ call: Call) -> String {
        let states = query.states.map { $0.map(\.rawValue).sorted().joined(separator: ",") } ?? "*"
        let labels = query.labels.map { "\($0.name.utf8.count):\($0.name)=\($0.value)" }
        return """
            runs \(call.caller.workspace.id) \(call.style.rawValue) \(states) \
            \(String(describing: query.workflow)) \(labels.joined(separator: "\u{1}")) \
            \(query.session ?? "") \(query.createdAfter?.milliseconds ?? 0) \
            \(query.createdBefore?.milliseconds ?? 0) \(query.order.rawValue) \(query.isAscending)
            """
    }
}
