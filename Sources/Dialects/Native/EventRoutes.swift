import Dialect
import HTTP
import JSON
import RunEngine
import Runs

extension Native {
    /// The log of events: a page of it, or a stream for who asks for one.
    static let eventRoutes = [
        Route(
            native: .get, "/v1/events", .read, query: ["limit", "cursor", "after", "follow"],
            waits: .follow, handle: events),
        Route(
            native: .get, "/v1/runs/{run}/events", .read,
            query: ["limit", "cursor", "after", "follow"], waits: .follow, handle: eventsOfRun),
    ]

    private static func events(_ exchange: Exchange) async throws(Refusal) -> Response {
        let query = try EventQuery(exchange)
        guard exchange.isStream else {
            let page = try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.events(
                    after: query.after ?? 0, limit: query.limit, exchange.caller)
            }
            return .page(of: page.events, next: page.next)
        }
        let follower = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.follow(after: query.after, exchange.caller)
        }
        return Response(events: EventFrames(follower: follower, isOfRun: false))
    }

    private static func eventsOfRun(_ exchange: Exchange) async throws(Refusal) -> Response {
        let query = try EventQuery(exchange)
        let run = exchange.runAddress.run
        guard exchange.isStream else {
            let events = try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.events(
                    run, after: query.after ?? 0, limit: query.limit, exchange.caller)
            }
            let isFull = events.count == query.limit
            return .page(of: events, next: isFull ? events.last?.runSequence : nil)
        }
        let follower = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.follow(run, after: query.after, exchange.caller)
        }
        // What makes an EventSource stop asking.
        guard let follower else { return Response(status: 204) }
        return Response(events: EventFrames(follower: follower, isOfRun: true))
    }
}

/// Where to begin, and how much of it.
private struct EventQuery {
    /// The number of the last event seen.
    let after: Int64?
    /// Events of a page; a stream has no use for it.
    let limit: Int

    /// A client that comes back to a stream says by `Last-Event-ID` how far it was: that counts
    /// more than the query, which it repeats unchanged.
    init(_ exchange: Exchange) throws(Refusal) {
        let numbers: ClosedRange<Int64> = 0...999_999_999_999_999
        var reader = exchange.queryReader()
        let cursor = reader.integer("cursor", numbers)
        let after = reader.integer("after", numbers)
        limit = reader.limit(default: 50, most: Native.pageMax)
        if let word = reader.text("follow"), word != "true", word != "false" {
            reader.fault("follow", .value("is not true or false"), input: word)
        }
        try reader.check()
        let seen = try EventQuery.lastEventID(exchange)
        self.after = seen ?? cursor ?? after
    }

    private static func lastEventID(_ exchange: Exchange) throws(Refusal) -> Int64? {
        guard exchange.isStream else { return nil }
        let count = exchange.fields.count(of: "last-event-id")
        guard count > 0 else { return nil }
        guard count == 1, let text = exchange.fields.first("last-event-id"),
            let number = wholeNumber(text), number >= 0, text.utf8.first != UInt8(ascii: "-")
        else {
            let reason = "is not one number of 1 to 15 digits"
            throw .input([Fault(["header", "Last-Event-ID"], .value(reason))])
        }
        return number
    }
}

/// The frames of a stream of events.
private struct EventFrames: AsyncSequence, Sendable {
    let follower: EventFollower
    /// Whether the frames are numbered as the events of one run are.
    let isOfRun: Bool

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(items: follower.makeAsyncIterator(), isOfRun: isOfRun)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var items: EventFollower.AsyncIterator
        let isOfRun: Bool

        mutating func next() async -> [ServerSentEvent]? {
            switch await items.next() {
            case nil: nil
            case .events(let events): events.compactMap(frame)
            case .reset(let newest):
                [ServerSentEvent(id: "\(newest)", event: "reset", data: "\(newest)")]
                    .compactMap(\.self)
            case .end(let state):
                [ServerSentEvent(event: "end", data: end(state))].compactMap(\.self)
            }
        }

        private func frame(_ event: Event) -> ServerSentEvent? {
            var writer = JSONWriter()
            event.write(into: &writer)
            return ServerSentEvent(
                id: "\(isOfRun ? event.runSequence : event.sequence)", event: event.kind,
                data: String(decoding: writer.bytes, as: UTF8.self))
        }

        /// Nothing follows: the run ended in a state, or was deleted.
        private func end(_ state: RunState?) -> String {
            var writer = JSONWriter()
            writer.object {
                $0.member("state", state?.word)
                $0.member("deleted", state == nil)
            }
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }
}

extension Response {
    /// The cursor is the number of the last event seen; null at the end, where a reader may go on
    /// from the last event it was given.
    fileprivate static func page(of events: [Event], next: Int64?) -> Response {
        .written {
            $0.key("events")
            $0.array { writer in
                for event in events { event.write(into: &writer) }
            }
            $0.member("next_cursor", next.map { "\($0)" })
        }
    }
}

extension Event {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.object {
            $0.member("seq", sequence)
            $0.member("run_seq", runSequence)
            $0.member("run", run.text)
            $0.member("kind", kind)
            $0.time("at", at)
            $0.member("data", json: data)
        }
    }
}
