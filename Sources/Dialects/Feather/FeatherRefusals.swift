import Dialect
import HTTP
import JSON
import Runs

/// Why a request was not served, in the four members that every Feather error has.
/// - Source: Feather contract, section 4.
struct FeatherError: Equatable {
    let status: Int
    let code: String
    let message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
        code = errorCode(status)
    }

    var json: [UInt8] {
        var writer = JSONWriter(reserving: 128)
        writer.object {
            $0.member("status", status)
            $0.member("message", message)
            $0.member("code", code)
            $0.member("success", false)
        }
        return writer.bytes
    }
}

extension FeatherError {
    /// The one table of this style.
    init(_ refusal: Refusal) {
        switch refusal {
        case .run(let error): self.init(error)
        case .transport(let status, let reason): self.init(status, reason)
        case .noCredential, .badCredential: self.init(401, "Invalid or missing API key")
        case .twoCredentials: self.init(400, "Send one API key, in one header")
        case .tooManyFailures: self.init(429, "Too many failed attempts")
        case .noWorkspace: self.init(400, "This API key needs a workspace: name one")
        case .forbidden(let right):
            self.init(403, "This API key lacks the permission \(right.rawValue)")
        case .noRoute: self.init(404, "No such route")
        case .methodNotAllowed: self.init(405, "Method not supported")
        case .mediaType: self.init(400, "The body has to be application/json")
        case .contentEncoding: self.init(400, "The body must not be compressed")
        case .malformedJSON(let error):
            self.init(400, "Invalid JSON: \(error.message) at byte \(error.offset)")
        case .input(let faults):
            self.init(400, faults.map(\.sentence).joined(separator: "; "))
        case .said(let status, let message): self.init(status, message)
        }
    }

    private init(_ error: RunError) {
        switch error {
        case .notFound(.run), .otherOrganization: self.init(404, "Workflow execution not found")
        case .notFound(.workflow): self.init(404, "Workflow not found")
        case .notFound(.workspace): self.init(404, "Workspace not found")
        case .notFound(.task), .notFound(.key): self.init(404, "Not found")
        case .illegal(let signal, in: let state):
            let word = ExecutionStatus(state).rawValue
            self.init(400, "Cannot \(signal.rawValue) an execution that is \(word)")
        case .illegalStep: self.init(400, "No step of the execution takes this")
        case .invalid(let field, let reason): self.init(400, "\(field) \(reason)")
        case .conflict: self.init(409, "This id is taken")
        case .leaseLost: self.init(409, "The task is not in hand")
        case .lastInstanceKey: self.init(409, "The last instance key cannot be revoked")
        case .keyReused: self.init(422, "The Idempotency-Key was used for another request")
        case .limit(let name): self.init(429, "A limit is met: \(name)")
        case .overloaded, .unavailable: self.init(503, "Service unavailable: try again")
        case .storageFull: self.init(507, "Storage is full")
        case .internalFailure: self.init(500, "Internal server error")
        }
    }
}

/// The code that goes with a status, in the tRPC spelling that the documented ones have.
private func errorCode(_ status: Int) -> String {
    switch status {
    case 401: "UNAUTHORIZED"
    case 403: "FORBIDDEN"
    case 404: "NOT_FOUND"
    case 405: "METHOD_NOT_SUPPORTED"
    case 408: "TIMEOUT"
    case 409: "CONFLICT"
    case 413: "PAYLOAD_TOO_LARGE"
    case 422: "UNPROCESSABLE_CONTENT"
    case 429: "TOO_MANY_REQUESTS"
    case 500...: "INTERNAL_SERVER_ERROR"
    default: "BAD_REQUEST"
    }
}
