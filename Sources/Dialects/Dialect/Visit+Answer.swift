import HTTP
import JSON
import Runs

extension Visit {
    /// A refusal in the words of the style, with the fields that its kind asks for.
    func refuse(_ refusal: Refusal, _ admitted: Admitted? = nil) -> Response {
        var response = dialect.refuse(refusal, mark)
        if case .methodNotAllowed(let methods) = refusal {
            response.add("Allow", methods.map(\.rawValue).joined(separator: ", "))
        }
        return finish(response, admitted, refusal.isOurs ? .error : .requests)
    }

    /// Adds what every answer carries, and writes the request to the log.
    func finish(
        _ answer: consuming Response, _ admitted: Admitted? = nil, _ level: Log.Level = .requests
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
        log(response.status, admitted, level)
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

    private func log(_ status: Int, _ admitted: Admitted?, _ level: Log.Level) {
        let log = gateway.settings.log
        guard level >= log.level else { return }
        let now = gateway.settings.environment.monotonicMilliseconds()
        log.write(level, "request") {
            $0.member("request_id", mark.requestID)
            $0.member("method", mark.method)
            $0.member("dialect", "\(dialect.style)")
            $0.member("route", admitted?.match.route.pattern.text)
            $0.member("status", status)
            $0.member("ms", now - startedAt)
            $0.member("workspace", admitted?.caller.workspace.name)
            $0.member("key", admitted?.caller.keyID)
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
