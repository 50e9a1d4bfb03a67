import Dialect
import HTTP
import JSON
import RunEngine
import Runs

extension Native {
    /// Starting runs and looking at them.
    static let runRoutes = [
        Route(native: .post, "/v1/runs", .operate, handle: start),
        Route(
            native: .get, "/v1/runs", .read,
            query: [
                "state", "workflow", "label", "created_after", "created_before", "order", "limit",
                "cursor",
            ], handle: list),
        Route(native: .get, "/v1/runs/{run}", .read, handle: get),
        Route(native: .get, "/v1/runs/{run}/receipt", .read, handle: receipt),
        Route(
            native: .get, "/v1/runs/{run}/output", .read, query: ["step"], handle: output),
    ]

    /// Labels of one run.
    static let labelsMax = 64
    /// Characters of a name or a label.
    static let nameLength = 1...255
    /// Items of a page.
    static let pageMax = 200

    private static func start(_ exchange: Exchange) async throws(Refusal) -> Response {
        let request = try startRequest(exchange)
        let reply = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.start(request, exchange.call) { details in
                .written(201) { $0.run(details) }
            }
        }
        return Response(created: reply, at: "/v1/runs/")
    }

    private static func startRequest(_ exchange: Exchange) throws(Refusal) -> StartRequest {
        var body = try exchange.object()
        let workflow = body.requiredString("workflow", nameLength) ?? ""
        let input = body.value("input") ?? .null
        var request = StartRequest(
            plan: .workflow(WorkflowName(anyForm: workflow)),
            input: String(decoding: input.serialized(), as: UTF8.self))
        request.labels = labels(&body)
        if let text = body.string("id") {
            request.id = RunID(text)
            if request.id == nil { body.fault("id", .value("is not a UUID")) }
        }
        request.startAt = body.timestamp("start_at")
        request.graceMilliseconds = body.seconds("grace_s", 0...3600)
        body.refuseOthers()
        try body.check()
        return request
    }

    private static func labels(_ body: inout Body) -> [Label] {
        guard let object = body.object("labels") else { return [] }
        if object.count > labelsMax { body.fault("labels", .tooLong(labelsMax)) }
        var inner = Body(object, at: body.location + ["labels"])
        let labels = object.names.compactMap { name in
            if !nameLength.contains(name.unicodeScalars.count) {
                inner.fault(name, .value("has a name that is not 1 to 255 characters long"))
            }
            return inner.requiredString(name, 0...nameLength.upperBound)
                .map { Label(name: name, value: $0) }
        }
        body.add(inner.faults)
        return labels
    }

    private static func get(_ exchange: Exchange) throws(Refusal) -> Response {
        let details = try exchange.look { () throws(RunError) in
            try exchange.engine.details(exchange.runAddress, exchange.caller)
        }
        var writer = JSONWriter()
        writer.run(details)
        return .json(200, writer.bytes)
    }

    private static func receipt(_ exchange: Exchange) throws(Refusal) -> Response {
        let receipt = try exchange.look { () throws(RunError) in
            try exchange.engine.receipt(exchange.runAddress.run, exchange.caller)
        }
        var writer = JSONWriter()
        receipt.write(into: &writer)
        return .json(200, writer.bytes)
    }

    /// The output of the run, or of the one step that is asked for: a run may have 2,000 steps, and
    /// each output may be as long as a body. The state tells an output of null from none.
    private static func output(_ exchange: Exchange) async throws(Refusal) -> Response {
        var reader = exchange.queryReader()
        let step = reader.text("step")
        let (state, output) = try exchange.look { () throws(RunError) in
            guard let step else {
                let run = try exchange.engine.details(exchange.runAddress, exchange.caller)
                return (run.run.state.word, run.data.output)
            }
            let found = try exchange.engine.output(
                ofStep: step, exchange.runAddress, exchange.caller)
            return (found.state.word, found.output)
        }
        return .written {
            $0.member("step", step)
            $0.member("state", state)
            $0.member("output", json: output ?? "null")
        }
    }

    private static func list(_ exchange: Exchange) async throws(Refusal) -> Response {
        let query = try runQuery(exchange)
        let page = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.runs(query, exchange.call)
        }
        return .written {
            $0.key("runs")
            $0.array { writer in
                for run in page.runs { writer.run(run, isWhole: false) }
            }
            $0.member("next_cursor", page.nextCursor)
        }
    }

    private static func runQuery(_ exchange: Exchange) throws(Refusal) -> RunQuery {
        var reader = exchange.queryReader()
        var query = RunQuery()
        query.workflow = reader.text("workflow").map(WorkflowName.init(anyForm:))
        let words = reader.all("state")
        let states = words.map(RunState.init(word:))
        for (word, state) in zip(words, states) where state == nil {
            reader.fault("state", .value("is not one of \(stateWords)"), input: word)
        }
        if !words.isEmpty { query.states = Set(states.compactMap(\.self)) }
        query.labels = labels(&reader)
        query.createdAfter = reader.timestamp("created_after")
        query.createdBefore = reader.timestamp("created_before")
        switch reader.text("order") {
        case nil, "desc": break
        case "asc": query.isAscending = true
        case let word?: reader.fault("order", .value("is not asc or desc"), input: word)
        }
        query.limit = reader.limit(default: 50, most: pageMax)
        query.cursor = reader.text("cursor")
        try reader.check()
        return query
    }

    private static let stateWords = RunState.allCases.map(\.word).joined(separator: ", ")

    /// `label=name=value`, as often as there are labels to match.
    private static func labels(_ reader: inout QueryReader) -> [Label] {
        var labels: [Label] = []
        for text in reader.all("label") {
            let parts = text.utf8.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                reader.fault("label", .value("is not name=value"), input: text)
                continue
            }
            labels.append(
                Label(name: String(Substring(parts[0])), value: String(Substring(parts[1]))))
        }
        return labels
    }
}

extension Exchange {
    /// The run that the path names, in any form.
    var runAddress: RunAddress { RunAddress(RunName(anyForm: path["run"] ?? "")) }
}
