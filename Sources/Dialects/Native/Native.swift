import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// Signalbox's own API: `/v1`, and the few public paths beside it. Errors are problems of RFC 9457.
package enum Native {
    /// What the operator decides.
    package struct Settings: Sendable {
        /// What `/openapi/<name>.json` answers, by name: `native`, `feather`, ...
        package var documents: [String: [UInt8]] = [:]
        /// Whether a workflow that comes over the API may have `command` steps.
        package var allowsCommands = false
        /// Whether the server takes requests: `/readyz`.
        package var isReady: @Sendable () -> Bool = { true }
        /// What `/metrics` answers.
        package var metrics: @Sendable () -> [Metric] = { [] }

        package init() {}
    }

    /// The style with all its routes.
    package static func dialect(_ settings: Settings = Settings()) -> Dialect {
        Dialect(
            style: .native,
            routes: runRoutes + signalRoutes + eventRoutes + workflowRoutes(settings) + taskRoutes
                + keyRoutes + metricRoutes(settings) + publicRoutes(settings),
            trailingSlash: .refused,
            refuse: { refusal, mark in Problem(refusal).response(mark.requestID) })
    }
}

extension Route {
    /// A native route, which refuses names in the query that it does not know.
    /// - Parameter query: the names it knows.
    convenience init(
        native method: Method, _ pattern: String, _ right: Right?, query: [String] = [],
        waits: Waits = .never, handle: @escaping Later
    ) {
        self.init(
            method, pattern, right, waits: query.contains("wait_s") ? .query("wait_s") : waits
        ) { exchange throws(Refusal) in
            try refuseOthers(than: query, in: exchange)
            return try await handle(exchange)
        }
    }

    /// The same for a handler that waits for nothing, and whose query is empty.
    convenience init(
        native method: Method, _ pattern: String, _ right: Right?, handle: @escaping Now
    ) {
        self.init(method, pattern, right) { exchange throws(Refusal) in
            try refuseOthers(than: [], in: exchange)
            return try handle(exchange)
        }
    }
}

private func refuseOthers(than known: [String], in exchange: Exchange) throws(Refusal) {
    guard !exchange.query.isEmpty else { return }
    var query = exchange.queryReader()
    for name in known { _ = query.all(name) }
    query.refuseOthers()
    try query.check()
}

extension Response {
    /// The engine's answer; a refusal among them is a problem.
    init(native reply: Reply) {
        self.init(reply)
        if reply.status >= 400 { set("Content-Type", "application/problem+json") }
    }

    /// An answer to something made, which says where it is: behind the prefix, by the `id` that
    /// stands first in the body.
    init(created reply: Reply, at prefix: String) {
        self.init(native: reply)
        let id = reply.body.dropFirst(#"{"id":""#.utf8.count).prefix { $0 != UInt8(ascii: "\"") }
        add("Location", prefix + String(decoding: id, as: UTF8.self))
    }

    /// An answer that is written at once.
    static func written(
        _ status: Int = 200, _ members: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter()
        writer.object { members(&$0) }
        return .json(status, writer.bytes)
    }
}

extension Reply {
    /// An answer that is written inside the transaction.
    static func written(
        _ status: Int = 200, _ value: (inout JSONWriter) -> Void
    ) -> Reply {
        var writer = JSONWriter()
        value(&writer)
        return Reply(status: status, body: writer.bytes)
    }
}
