/// What a server serves, as closures, which run on the loop and must not block it.
package struct Application: Sendable {
    /// Decides on a request by its head, before its body is read: authentication, route, method.
    /// `OPTIONS *` is among the requests.
    package var admit: @Sendable (Head, Peer) -> Admission
    /// Dresses a refusal that came before a route was known.
    package var refuse: @Sendable (ParseError, Peer) -> Response
    /// A whole answer with status 503 and `Connection: close`, sent above the limit of connections.
    package var overloaded: [UInt8]

    package init(
        admit: @escaping @Sendable (Head, Peer) -> Admission,
        refuse: @escaping @Sendable (ParseError, Peer) -> Response,
        overloaded: [UInt8] = Application.plainOverloaded
    ) {
        self.admit = admit
        self.refuse = refuse
        self.overloaded = overloaded
    }

    /// The answer above the limit of connections where no other is given.
    package static let plainOverloaded = Array(
        """
        HTTP/1.1 503 Service Unavailable\r
        Retry-After: 1\r
        Content-Type: application/json\r
        Content-Length: 22\r
        Connection: close\r
        \r
        {"error":"overloaded"}
        """.utf8)
}

/// What becomes of a request, decided by its head alone.
package enum Admission: Sendable {
    /// Answered without its body: 401, 404, 405, 413 and the like.
    case answer(Response)
    /// To be handled once its body is whole.
    case accept(Acceptance)
}

/// How a request that was admitted is handled.
package struct Acceptance: Sendable {
    /// A longer body is refused with 413, before it is read where it is declared.
    package var bodyBytesMax: Int
    /// Whether the handler reads the body; else it is passed over as it comes.
    package var keepsBody = true
    /// Whether the handler waits for something to happen: a long poll, or an answer that is a
    /// stream. A peer that hangs up, and a drain, cancel its task, and no deadline is set. Others
    /// see a hang-up as a half-close, are never cancelled and have to answer in time.
    package var isWaiting: Bool
    /// Whether the client has proved who it is; its connection counts as a stranger's until then.
    package var isKnown: Bool
    package var handler: Handler

    /// What answers. It runs on the loop that owns the connection and must not block it for long.
    package enum Handler: Sendable {
        /// Answers on the spot, without a task.
        case now(@Sendable (Request) -> Response)
        /// Waits for something, in a task of its own.
        case later(@Sendable (Request) async -> Response)

        /// Gives an answer that is there already.
        package static func given(_ response: Response) -> Handler { .now { _ in response } }

        /// Answers either way.
        package func answer(_ request: Request) async -> Response {
            switch self {
            case .now(let handle): handle(request)
            case .later(let handle): await handle(request)
            }
        }
    }

    package init(
        bodyBytesMax: Int, isWaiting: Bool = false, isKnown: Bool = false, handler: Handler
    ) {
        self.bodyBytesMax = bodyBytesMax
        self.isWaiting = isWaiting
        self.isKnown = isKnown
        self.handler = handler
    }

    /// The same for a handler that waits.
    package init(
        bodyBytesMax: Int, isWaiting: Bool = false, isKnown: Bool = false,
        handle: @escaping @Sendable (Request) async -> Response
    ) {
        self.init(
            bodyBytesMax: bodyBytesMax, isWaiting: isWaiting, isKnown: isKnown,
            handler: .later(handle))
    }
}
