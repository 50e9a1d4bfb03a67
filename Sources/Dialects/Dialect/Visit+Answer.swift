import HTTP
import JSON
import Runs
import Synchronization

extension Visit {
    /// A refusal in the words of the style, with the fields that its kind asks for.
    /// - Parameter head: of a request that was not admitted.
    func refuse(
        _ refusal: Refusal, _ admitted: Admitted? = nil, head: Head? = nil
    ) -> Response {
        var response = dialect.refuse(refusal, mark)
        if case .methodNotAllowed(let methods) = refusal {
            response.add("Allow", methods.map(\.rawValue).joined(separator: ", "))
        }
        return finish(response, admitted, head: head, refusal.isOurs ? .error : .requests)
    }

    /// Adds what every answer carries, and writes the request to the log.
    func finish(
        _ answer: consuming Response, _ admitted: Admitted? = nil, head: Head? = nil,
        _ level: Log.Level = .requests
    ) -> Response {
        var response = answer
        dialect.decorate(&response, mark)
        let saysHowToCache = response.has("Cache-Control")
        response.add("x-request-id", mark.requestID)
        response.add(Self.guards)
        if !saysHowToCache { response.add(Self.isNotStored) }
        if response.status == 401, namesItsScheme {
            response.add("WWW-Authenticate", #"Bearer realm="signalbox""#)
        }
        if let seconds = retryAfter(response.status), response.first("Retry-After") == nil {
            response.add("Retry-After", "\(seconds)")
        }
        if level >= gateway.settings.log.level { log(&response, admitted, head, level) }
        return response
    }

    private static let guards = ResponseFields(["X-Content-Type-Options": "nosniff"])
    private static let isNotStored = ResponseFields(["Cache-Control": "no-store"])

    /// - Source: decisions.md, section 3.
    private var namesItsScheme: Bool {
        switch dialect.style {
        case .native, .feather, .extend, .wexa: true
        case .agno, .kubiya: false
        }
    }

    /// Seconds after which a refused request is worth another try.
    private func retryAfter(_ status: Int) -> Int? {
        switch status {
        case 429, 503: 1
        case 507: 5
        default: nil
        }
    }

    /// Writes the request to the log: at once, or when the body that is a stream has ended. Kept
    /// out of the way of requests that are not logged.
    @inline(never)
    private func log(
        _ response: inout Response, _ admitted: Admitted?, _ head: Head?, _ level: Log.Level
    ) {
        let subject = admitted?.subject ?? head.map { self.subject(of: $0) } ?? Subject()
        guard response.stream != nil else {
            let isSent = mark.method != Method.head.rawValue
            return log(response.status, isSent ? response.body.count : 0, subject, level)
        }
        let tally = Tally { [self, status = response.status] bytes in
            log(status, bytes, subject, level)
        }
        response.whenSent { tally.add($0) }
    }

    private func log(_ status: Int, _ bytes: Int, _ subject: Subject, _ level: Log.Level) {
        let now = gateway.settings.environment.monotonicMilliseconds()
        gateway.settings.log.write(level, "request") {
            $0.member("request_id", mark.requestID)
            $0.member("method", mark.method)
            $0.member("dialect", "\(dialect.style)")
            $0.member("route", subject.route)
            $0.member("status", status)
            $0.member("bytes", bytes)
            $0.member("ms", now - startedAt)
            $0.member("workspace", subject.workspace)
            $0.member("key", subject.keyID)
            $0.member("address", address)
        }
    }

    private var address: String {
        switch peer {
        case .loopback: "loopback"
        case .unix: "unix"
        case .address(let text): text
        }
    }
}

extension Refusal {
    /// Whether the server is at fault. A style may tell a run that failed as a 500, and 501 and 505
    /// are the client's doing: anybody could fill the log with them.
    fileprivate var isOurs: Bool {
        switch self {
        case .run(.internalFailure), .run(.overloaded), .run(.storageFull), .run(.unavailable): true
        case .transport(let status, _): status == 500 || status == 503
        default: false
        }
    }
}

/// Adds up what is sent of a stream, and tells the sum when nothing can be sent any more: its end,
/// or that of a client who was gone before the first piece.
private final class Tally: Sendable {
    private let bytes = Atomic(0)
    private let tell: @Sendable (Int) -> Void

    init(_ tell: @escaping @Sendable (Int) -> Void) { self.tell = tell }

    deinit { tell(bytes.load(ordering: .relaxed)) }

    func add(_ count: Int) { bytes.add(count, ordering: .relaxed) }
}
