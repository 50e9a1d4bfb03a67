import Dialect
import JSON
import Runs

/// Why a request was not served: one flat object, the same for every error.
/// - Source: Extend contract, section 6.
struct ExtendError: Equatable {
    let status: Int
    let code: String
    let message: String
    /// What our server says of trying again; the SDKs go by the status.
    let isRetryable: Bool

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
        (code, isRetryable) = classify(status)
    }

    func json(requestID: String) -> [UInt8] {
        var writer = JSONWriter(reserving: 192)
        writer.object {
            $0.member("code", code)
            $0.member("message", message)
            $0.member("retryable", isRetryable)
            $0.member("requestId", requestID)
        }
        return writer.bytes
    }
}

extension ExtendError {
    /// The one table of this style. 409 is not in it: the Python SDK would try again.
    init(_ refusal: Refusal) {
        switch refusal {
        case .run(let error): self.init(error)
        case .transport(let status, let reason): self.init(status, reason)
        case .noCredential: self.init(401, "No API key: send Authorization: Bearer <token>.")
        case .badCredential: self.init(401, "Invalid API key.")
        case .twoCredentials: self.init(400, "More than one API key was sent.")
        case .tooManyFailures: self.init(429, "Too many failed attempts.")
        case .noWorkspace:
            self.init(400, "x-extend-workspace-id is required with this API key.")
        case .forbidden(let right):
            self.init(403, "This API key lacks the permission \(right.rawValue).")
        case .noRoute: self.init(404, "No such endpoint.")
        case .methodNotAllowed: self.init(405, "This endpoint does not have this method.")
        case .mediaType: self.init(400, "The body has to be application/json.")
        case .contentEncoding: self.init(400, "The body must not be compressed.")
        case .malformedJSON(let error):
            self.init(400, "Invalid JSON: \(error.message) at byte \(error.offset).")
        case .input(let faults):
            self.init(400, faults.map(\.sentence).joined(separator: "; ") + ".")
        case .said(let status, let message): self.init(status, message)
        }
    }

    private init(_ error: RunError) {
        switch error {
        case .notFound(.run), .otherOrganization: self.init(404, "Workflow run not found.")
        case .notFound(.workflow): self.init(404, "Workflow not found.")
        case .notFound(.workspace): self.init(404, "Workspace not found.")
        case .notFound(.task), .notFound(.key): self.init(404, "Not found.")
        case .illegal(let signal, in: let state):
            let word = WorkflowRunStatus(state, isRejected: false).rawValue
            self.init(400, "A workflow run that is \(word) does not take \(signal.rawValue).")
        case .illegalStep: self.init(400, "No step of the workflow run takes this.")
        case .invalid(field: "cursor", let reason): self.init(400, "nextPageToken \(reason).")
        case .invalid(let field, let reason): self.init(400, "\(field) \(reason).")
        case .conflict: self.init(400, "This id is taken.")
        case .leaseLost: self.init(400, "The task is not in hand.")
        case .lastInstanceKey: self.init(400, "The last instance key cannot be revoked.")
        case .keyReused: self.init(422, "The Idempotency-Key was used for another request.")
        case .limit(let name): self.init(429, "A limit is met: \(name).")
        case .overloaded, .unavailable: self.init(503, "Not available: try again.")
        case .storageFull: self.init(507, "Storage is full.")
        case .internalFailure: self.init(500, "Internal error.")
        }
    }
}

/// The code that goes with a status, and whether another try may help.
private func classify(_ status: Int) -> (code: String, isRetryable: Bool) {
    switch status {
    case 401: ("UNAUTHORIZED", false)
    case 403: ("FORBIDDEN", false)
    case 404: ("NOT_FOUND", false)
    case 408: ("INVALID_REQUEST", true)
    case 429: ("RATE_LIMIT_EXCEEDED", true)
    case 501, 505: ("INVALID_REQUEST", false)
    case 500...: ("INTERNAL_ERROR", true)
    default: ("INVALID_REQUEST", false)
    }
}
