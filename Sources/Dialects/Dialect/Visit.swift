import Digest
import HTTP
import JSON
import RunEngine
import Runs

/// A request that passed every check its head allows.
struct Admitted: Sendable {
    let head: Head
    let match: RouteMatch
    let caller: Caller
    let idempotencyKey: String?
    /// Nil for one that waits for nothing.
    var wait: Wait?

    var subject: Subject {
        let route = match.route.pattern.text
        guard match.route.right != nil else { return Subject(route: route) }
        return Subject(route: route, keyID: caller.keyID, workspace: caller.workspace.name)
    }
}

/// A route with what its parameters stand for.
struct RouteMatch: Sendable {
    let route: Route
    let path: PathParameters
}

/// Who asks for what, as far as it is known; for the log.
struct Subject: Sendable {
    /// As it is written in the table of routes.
    var route: String?
    /// Of the key; nil for a public route and for a stranger.
    var keyID: String?
    var workspace: String?
}

/// One request on its way through the checks and back.
struct Visit: Sendable {
    let gateway: Gateway
    let throttle: FailureThrottle
    let dialect: Dialect
    /// Segments that a vendor's name in front takes away.
    let prefixCount: Int
    let mark: Mark
    let peer: Peer
    /// Milliseconds of the monotonic clock.
    let startedAt: Int64

    /// The checks in their order: credential, workspace, route, method, role, fields.
    func check(_ head: Head) throws(Refusal) -> Admitted {
        if head.method == .connect || head.method == .trace {
            throw .transport(status: 501, reason: "the method is not implemented")
        }
        let (match, allowed, isPublic) = lookUp(head)
        if isPublic {
            guard let match else { throw .methodNotAllowed(allowed) }
            try checkFields(head)
            return Admitted(head: head, match: match, caller: .nobody, idempotencyKey: nil)
        }
        let caller = try authenticate(head)
        guard let match else {
            throw allowed.isEmpty ? noRoute(head) : .methodNotAllowed(allowed)
        }
        if let right = match.route.right, !caller.role.grants(right) { throw .forbidden(right) }
        try checkFields(head)
        return Admitted(
            head: head, match: match, caller: caller, idempotencyKey: try idempotencyKey(head),
            wait: match.route.wait(of: head))
    }

    /// Who asks for what of a request that its head refused. It looks for both once more, so that a
    /// request pays nothing for it unless it is logged.
    func subject(of head: Head) -> Subject {
        let (match, _, isPublic) = lookUp(head)
        var subject = Subject(route: match?.route.pattern.text)
        guard !isPublic, let token = try? dialect.credential(head.fields),
            let principal = gateway.engine.authenticate(token)
        else { return subject }
        subject.keyID = principal.key.id
        let workspace = try? dialect.workspace(head)
        let caller = try? gateway.engine.caller(principal, workspace: workspace)
        subject.workspace = caller?.workspace.name
        return subject
    }

    /// What the handler gets once the body is there.
    func exchange(_ request: Request, _ admitted: Admitted) -> Exchange {
        let call = Call(
            caller: admitted.caller, style: dialect.style, requestID: mark.requestID,
            idempotency: admitted.idempotencyKey.map { idempotency($0, request, admitted.match) })
        return Exchange(
            request: request, path: admitted.match.path, call: call, engine: gateway.engine,
            publicURL: gateway.settings.publicURL, mark: mark, isStream: admitted.wait == .stream)
    }

    /// The first route with this path and method; failing that, the methods the path has.
    private func lookUp(_ head: Head) -> (RouteMatch?, allowed: [Method], isPublic: Bool) {
        let segments = head.target.segments.dropFirst(prefixCount)
        let method = head.method == .head ? .get : head.method
        let slashOptional = dialect.trailingSlash == .optional
        var allowed: [Method] = []
        var isPublic = true
        for route in dialect.table.routes(ofSegments: segments.count) {
            guard let path = route.pattern.match(segments, slashOptional: slashOptional) else {
                continue
            }
            if route.method == method {
                let match = RouteMatch(route: route, path: path)
                return (match, [], route.right == nil)
            }
            isPublic = isPublic && route.right == nil
            if !allowed.contains(route.method) { allowed.append(route.method) }
            if route.method == .get { allowed.append(.head) }
        }
        return (nil, allowed, isPublic && !allowed.isEmpty)
    }

    /// A segment that is no text matches nothing; in Feather's style that is a malformed id.
    /// - Source: decisions.md, section 4.
    private func noRoute(_ head: Head) -> Refusal {
        guard dialect.style == .feather, head.target.segments.contains(where: { $0.text == nil })
        else { return .noRoute }
        return .input([Fault(["path"], .value("holds a segment that is not text"))])
    }

    private func authenticate(_ head: Head) throws(Refusal) -> Caller {
        guard let token = try dialect.credential(head.fields) else {
            throw failure(.noCredential)
        }
        guard let principal = gateway.engine.authenticate(token) else {
            throw failure(.badCredential)
        }
        let workspace = try dialect.workspace(head)
        if workspace == nil, principal.key.kind == .organization { throw .noWorkspace }
        do {
            return try gateway.engine.caller(principal, workspace: workspace)
        } catch {
            throw .run(error)
        }
    }

    /// Counts a failed authentication; from an address with too many it is answered 429.
    private func failure(_ refusal: Refusal) -> Refusal {
        guard case .address(let address) = peer else { return refusal }
        let now = gateway.settings.environment.monotonicMilliseconds()
        return throttle.isOneTooMany(from: address, now: now) ? .tooManyFailures : refusal
    }

    private func checkFields(_ head: Head) throws(Refusal) {
        if head.fields.raw("content-encoding") != nil, !isPlain(head.fields) {
            throw .contentEncoding
        }
        // Where that is a status of its own, the head decides it: a client that waits for 100 is
        // not told to send a body nobody reads.
        if dialect.style == .native, head.bodyLength != .none,
            [.post, .put, .patch].contains(head.method), !head.fields.tellJSON
        {
            throw .mediaType
        }
        guard head.target.query.isEmpty || head.target.query.isWellFormed else {
            throw .input([Fault(["query"], .value("is not text in UTF-8"))])
        }
    }

    private func isPlain(_ fields: Fields) -> Bool {
        let encodings = fields.all("content-encoding")
        return encodings.count == fields.count(of: "content-encoding")
            && encodings.allSatisfy { $0.isEmpty || $0.lowercased() == "identity" }
    }

    /// - Source: reliability.md, section 3, rule 1.
    private func idempotencyKey(_ head: Head) throws(Refusal) -> String? {
        let count = head.fields.count(of: "idempotency-key")
        guard count > 0, head.method != .get, head.method != .head else { return nil }
        guard count == 1, let key = head.fields.first("idempotency-key"),
            (1...255).contains(key.utf8.count),
            key.utf8.allSatisfy({ (UInt8(ascii: "!")...UInt8(ascii: "~")).contains($0) })
        else {
            let message = "Idempotency-Key is not one value of 1 to 255 characters from ! to ~"
            throw .said(status: 400, message: message)
        }
        return key
    }

    /// - Source: reliability.md, section 3, rule 2; decisions.md, section 5 (pattern, not path).
    private func idempotency(
        _ key: String, _ request: Request, _ match: RouteMatch
    ) -> Idempotency {
        let values = match.route.parameterNames.map { "\($0)=\(match.path[$0] ?? "")" }
        let scope = ([request.method.rawValue, match.route.pattern.text] + values)
            .joined(separator: " ")
        var hash = SHA256()
        for part in [Array(scope.utf8), Array(request.target.query.raw)] {
            hash.update(part + [0])
        }
        hash.update(Array(request.fields.raw("content-type") ?? []) + [0])
        hash.update(request.body)
        return Idempotency(key: key, scope: scope, fingerprint: hash.finish())
    }
}

extension Caller {
    /// Who calls a public route: the viewer of a workspace that has no rows.
    fileprivate static let nobody = Caller(
        keyID: "nobody", kind: .workspace, role: .viewer,
        organization: Organization(id: OrganizationID(high: 0, low: 0), name: ""),
        workspace: Workspace(number: 0, id: WorkspaceID(high: 0, low: 0), name: ""))
}
