import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// An error of the native API.
/// - Source: RFC 9457; decisions.md, section 7.
struct Problem {
    let status: Int
    /// Stable, for programs.
    let code: String
    /// One sentence, for people.
    let detail: String
    var faults: [(pointer: String, detail: String)] = []

    init(_ status: Int, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    /// The body: `type, title, status, detail, code, request_id, errors?`.
    func body(_ requestID: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object {
            $0.member("type", "about:blank")
            $0.member("title", title)
            $0.member("status", status)
            $0.member("detail", detail)
            $0.member("code", code)
            $0.member("request_id", requestID)
            guard !faults.isEmpty else { return }
            $0.key("errors")
            $0.array { writer in
                for fault in faults {
                    writer.object {
                        $0.member("pointer", fault.pointer)
                        $0.member("detail", fault.detail)
                    }
                }
            }
        }
        return writer.bytes
    }

    func response(_ requestID: String) -> Response {
        var response = Response(status: status, body: body(requestID))
        response.add("Content-Type", "application/problem+json")
        return response
    }

    /// The phrase of the status, as RFC 9457 wants it where the type is `about:blank`.
    private var title: String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: "Internal Server Error"
        }
    }
}

extension Problem {
    /// Every refusal there is, in native words.
    init(_ refusal: Refusal) {
        switch refusal {
        case .run(let error): self.init(error)
        case .transport(let status, let reason): self.init(status, Self.code(status), reason)
        case .noCredential: self.init(401, "unauthorized", Self.credentialForms)
        case .badCredential: self.init(401, "unauthorized", "the key is not valid")
        case .twoCredentials: self.init(400, "two_credentials", "there is more than one key")
        case .tooManyFailures:
            self.init(429, "too_many_failures", "too many failed authentications")
        case .noWorkspace:
            self.init(400, "workspace_required", "x-signalbox-workspace has to name a workspace")
        case .forbidden(let right):
            self.init(403, "forbidden", "the key lacks the right: \(right.word)")
        case .noRoute: self.init(404, "not_found", "there is nothing at this path")
        case .methodNotAllowed:
            self.init(405, "method_not_allowed", "the path does not have this method")
        case .mediaType: self.init(415, "media_type", "the body has to be application/json")
        case .contentEncoding:
            self.init(415, "content_encoding", "the body must not be encoded")
        case .malformedJSON(let error):
            self.init(400, "malformed_json", "\(error.message) at byte \(error.offset)")
        case .input(let faults):
            self.init(400, "invalid", faults.first?.sentence ?? "the request is not valid")
            self.faults = faults.map { ($0.pointer, $0.clause) }
        case .said(let status, let message): self.init(status, Self.code(status), message)
        }
    }

    private init(_ error: RunError) {
        switch error {
        case .notFound(let thing):
            self.init(404, "\(thing.word)_not_found", "there is no such \(thing.word)")
        case .otherOrganization: self.init(404, "run_not_found", "there is no such run")
        case .illegal(let signal, let state):
            let detail = "a run that is \(state.word) takes no \(signal.word)"
            self.init(409, "illegal_state", detail)
        case .illegalStep(let signal):
            self.init(409, "illegal_step", "no step here takes \(signal.word)")
        case .invalid(let field, let reason):
            self.init(400, "invalid", "\(field) \(reason)")
            let isInQuery = ["cursor", "step"].contains(field)
            faults = [(isInQuery ? "query/\(field)" : "/\(field)", reason)]
        case .conflict(let thing):
            self.init(409, "\(thing.word)_exists", "this \(thing.word) exists or was deleted")
        case .leaseLost:
            self.init(409, "lease_lost", "the attempt is not in hand under this lease")
        case .lastInstanceKey:
            let detail = "this is the last instance key: without one nobody could make keys"
            self.init(409, "last_instance_key", detail)
        case .keyReused:
            let detail = "the Idempotency-Key was used for another request"
            self.init(422, "idempotency_key_reused", detail)
        case .limit(let name): self.init(429, "limit", "a limit is met: \(name)")
        case .overloaded: self.init(503, "overloaded", "the server has too much to do")
        case .storageFull: self.init(507, "storage_full", "the disk is full")
        case .unavailable: self.init(503, "unavailable", "the server is not available")
        case .internalFailure: self.init(500, "internal", "something failed inside the server")
        }
    }

    /// What to do about a credential that is missing or in no form that is known.
    private static let credentialForms =
        "a key is needed: X-API-Key: KEY or Authorization: Bearer KEY"

    private static func code(_ status: Int) -> String {
        switch status {
        case 400: "bad_request"
        case 403: "forbidden"
        case 404: "not_found"
        case 408: "timeout"
        case 409: "conflict"
        case 413: "too_large"
        case 414: "uri_too_long"
        case 417: "expectation_failed"
        case 421: "misdirected"
        case 431: "headers_too_large"
        case 501: "not_implemented"
        case 503: "unavailable"
        case 505: "http_version"
        default: status < 500 ? "bad_request" : "internal"
        }
    }
}
