import Dialect
import HTTP
import JSON
import RunEngine
import Runs

extension Feather {
    /// X8, X9: cancels what is open of a phone number or a lead.
    /// - Parameter workflow: nil for those of every workflow.
    static func cancelMany(
        _ exchange: Exchange, of workflow: WorkflowID?
    ) async throws(Refusal) -> Response {
        let label = try readLabel(try exchange.object())
        let sweep = Sweep(exchange, label, workflow)
        return Response(
            try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.once(exchange.call) { () async throws(RunError) in
                    Reply(status: 200, json: ["cancelledCount": .int(try await sweep.cancel())])
                }
            })
    }

    /// Exactly one of `phoneNumber` and `customerLeadId`.
    private static func readLabel(_ body: Body) throws(Refusal) -> Label {
        var body = body
        let phone = body.string("phoneNumber")
        let lead = body.string("customerLeadId", 1...Lead.textBytesMax)
        if let phone, !isE164(phone) {
            body.fault("phoneNumber", .value("is not a phone number such as +15551234567"))
        }
        try body.check()
        switch (phone, lead) {
        case (let phone?, nil): return Label(name: Lead.phoneLabel, value: phone)
        case (nil, let lead?): return Label(name: Lead.leadLabel, value: lead)
        case (nil, nil): throw .input([Fault(["body", "phoneNumber"], .missing)])
        case (.some, .some):
            let reason = FaultKind.value("has both phoneNumber and customerLeadId: send one")
            throw .input([Fault(["body"], reason)])
        }
    }
}

/// `^\+[1-9]\d{1,14}$`, in ASCII digits.
/// - Source: Feather contract, section 6.
func isE164(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard 3...16 ~= bytes.count, bytes[0] == UInt8(ascii: "+"), bytes[1] != UInt8(ascii: "0") else {
        return false
    }
    return bytes.dropFirst().allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
}

/// Cancels the open runs with a label, page by page. A run that starts or ends meanwhile may be
/// counted or not; one that is left open when this returns was not there when it began.
private struct Sweep {
    /// Runs listed, and cancelled at once, at a time: they share a commit.
    static let pageMax = 100

    let engine: RunEngine
    let call: Call
    let query: RunQuery

    init(_ exchange: Exchange, _ label: Label, _ workflow: WorkflowID?) {
        engine = exchange.engine
        call = exchange.call.unkeyed
        var query = RunQuery()
        query.workflow = workflow.map { .id($0) }
        query.states = ExecutionStatus.open
        query.labels = [label]
        query.isAscending = true
        query.limit = Self.pageMax
        self.query = query
    }

    /// - Returns: how many this call cancelled.
    func cancel() async throws(RunError) -> Int {
        var query = query
        var count = 0
        repeat {
            let page = try await engine.runs(query, call)
            count += try await cancel(page.runs.map(\.run.id))
            query.cursor = page.nextCursor
        } while query.cursor != nil
        return count
    }

    private func cancel(_ runs: [RunID]) async throws(RunError) -> Int {
        let results = await withTaskGroup(of: Result<Bool, RunError>.self) { group in
            for run in runs {
                group.addTask { await self.cancel(run) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var count = 0
        for result in results where try result.get() { count += 1 }
        return count
    }

    /// - Returns: whether this call stopped it; false for one that was stopped, ended or removed
    ///   since it was listed.
    private func cancel(_ run: RunID) async -> Result<Bool, RunError> {
        do {
            let reply = try await engine.stop(
                RunAddress(.id(run)), StopRequest(.cancel), call
            ) { Reply(status: $0.changed ? 200 : 204, body: []) }
            return .success(reply.status == 200)
        } catch .illegal, .notFound {
            return .success(false)
        } catch {
            return .failure(error)
        }
    }
}
