import HTTP
import RunEngine
import Runs

/// One API style: its routes, its credentials, its refusals. An object, for it is made once and
/// every request holds it.
package final class Dialect: Sendable {
    /// Whether a path with one more slash at its end is the same path.
    package enum TrailingSlash: Sendable {
        case optional
        /// An empty segment at the end matches nothing: 404.
        case refused
    }

    package let style: Style
    /// Tried in order: literal segments before parameters is the author's business.
    package let routes: [Route]
    package let trailingSlash: TrailingSlash
    let table: RouteTable
    /// The token a request carries; nil when it carries none. Mostly `Credential.standard`.
    package let credential: @Sendable (Fields) throws(Refusal) -> String?
    /// The workspace that a request names, which narrows a key of a whole organization.
    package let workspace: @Sendable (Head) throws(Refusal) -> WorkspaceName?
    /// The style's one table of refusals. `Allow`, `WWW-Authenticate`, `Retry-After` and
    /// `x-request-id` are added by the Gateway.
    package let refuse: @Sendable (Refusal, Mark) -> Response
    /// Adds what every answer of the style carries.
    package let decorate: @Sendable (inout Response, Mark) -> Void

    /// The closures that are left out do what most styles do.
    package init(
        style: Style, routes: [Route], trailingSlash: TrailingSlash,
        credential: @escaping @Sendable (Fields) throws(Refusal) -> String? = {
            (fields) throws(Refusal) in try Credential.standard(fields)
        },
        workspace: @escaping @Sendable (Head) throws(Refusal) -> WorkspaceName? = {
            (head) throws(Refusal) in
            try Credential.workspace(in: head.fields, named: "x-signalbox-workspace")
        },
        refuse: @escaping @Sendable (Refusal, Mark) -> Response,
        decorate: @escaping @Sendable (inout Response, Mark) -> Void = { _, _ in }
    ) {
        self.style = style
        self.routes = routes
        self.trailingSlash = trailingSlash
        table = RouteTable(routes, slashOptional: trailingSlash == .optional)
        self.credential = credential
        self.workspace = workspace
        self.refuse = refuse
        self.decorate = decorate
    }
}

/// What a refusal may say of its request.
package struct Mark: Sendable {
    /// Ours, also in `x-request-id` and in the log: 24 characters of `[0-9a-f]`.
    package let requestID: String
    /// Empty when it was not read.
    package let method: String
    /// As it was sent, without the query; empty when it was not read.
    package let path: String

    package init(requestID: String, method: String, path: String) {
        self.requestID = requestID
        self.method = method
        self.path = path
    }
}

/// One operation of a style. An object, as the style is.
package final class Route: Sendable {
    /// Answers one request; what it throws is spelled by the style's `refuse`.
    package enum Handler: Sendable {
        /// Waits for nothing: a look at what is there, which costs no task.
        case now(Now)
        /// Waits, such as for the writer.
        case later(Later)
    }
    package typealias Now = @Sendable (Exchange) throws(Refusal) -> Response
    package typealias Later = @Sendable (Exchange) async throws(Refusal) -> Response

    package let method: Method
    package let pattern: Pattern
    /// What the key needs; nil for a public route, which takes no key.
    package let right: Right?
    package let bodyBytesMax: Int
    /// In the order of the pattern.
    let parameterNames: [String]
    private let waits: Waits
    package let handler: Handler

    /// - Parameters:
    ///   - pattern: `/execute_flow/{id}/cancel`, as `HTTP.Pattern` reads it.
    ///   - waits: a peer that hangs up cancels the task of a handler that waits.
    package init(
        _ method: Method, _ pattern: String, _ right: Right?, bodyBytesMax: Int = 1 << 20,
        waits: Waits = .never, handler: Handler
    ) {
        self.method = method
        self.pattern = Pattern(pattern)
        parameterNames = pattern.split(separator: "/").filter { $0.hasPrefix("{") }
            .map { $0.filter { !"{?}".contains($0) } }
        self.right = right
        self.bodyBytesMax = bodyBytesMax
        self.waits = waits
        self.handler = handler
    }

    /// The same for a handler that waits.
    package convenience init(
        _ method: Method, _ pattern: String, _ right: Right?, bodyBytesMax: Int = 1 << 20,
        waits: Waits = .never, handle: @escaping Later
    ) {
        self.init(
            method, pattern, right, bodyBytesMax: bodyBytesMax, waits: waits,
            handler: .later(handle))
    }

    /// The same for one that does not.
    package convenience init(
        _ method: Method, _ pattern: String, _ right: Right?, handle: @escaping Now
    ) {
        self.init(method, pattern, right, handler: .now(handle))
    }

    /// Which requests of a route wait for something to happen: those of long polls and of streams.
    package enum Waits: Sendable {
        case never
        case always
        /// Those whose query has this name, when what they ask for is done.
        case query(String)
        /// Those that ask for an event stream: by `?follow=true`, or by an `Accept` that names
        /// `text/event-stream`.
        case follow
    }

    /// What a request of the route waits for.
    func wait(of head: Head) -> Wait? {
        switch waits {
        case .never: nil
        case .always: .call
        case .query(let name): head.target.query.first(name) == nil ? nil : .afterwards
        case .follow: head.asksForEvents ? .stream : nil
        }
    }
}

/// How a request waits for something to happen.
enum Wait: Sendable {
    /// Its answer comes when it has happened, or the time is over.
    case call
    /// The same, once what it asks for is done; it can do without the waiting.
    case afterwards
    /// Its answer is a stream of what happens.
    case stream
}

extension Head {
    /// Whether the client wants the answer as a stream of events. The query decides where it says
    /// `follow`; media types are compared without case, and those of quality 0 are not wanted
    /// (RFC 9110, section 12.4.2).
    fileprivate var asksForEvents: Bool {
        if let follow = target.query.first("follow") { return follow == "true" }
        return fields.all("accept").contains { list in
            list.split(separator: ",").contains { item in
                let parts = item.lowercased().filter { $0 != " " && $0 != "\t" }
                    .split(separator: ";", omittingEmptySubsequences: false)
                return parts.first == "text/event-stream"
                    && !parts.contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
            }
        }
    }
}
