import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// Every refusal in Wexa's envelope: `{"detail": "<sentence>"}`, which is what its SDK reads first.
/// - Source: Wexa contract, section 6; decisions.md, sections 3 and 4.
package func executionRefusal(_ refusal: Refusal) -> Response {
    let (status, detail) = sentence(of: refusal)
    var writer = JSONWriter(reserving: 96)
    writer.object { $0.member("detail", detail) }
    return .json(status, writer.bytes)
}

private func sentence(of refusal: Refusal) -> (status: Int, detail: String) {
    switch refusal {
    case .run(let error): sentence(of: error)
    case .transport(let status, let reason): (status, reason)
    case .noCredential, .badCredential: (401, "Invalid or missing API key")
    case .twoCredentials: (400, "More than one API key was sent")
    case .tooManyFailures: (429, "Too many failed authentications")
    case .noWorkspace: (400, "x-signalbox-workspace: field required for an organization key")
    case .forbidden(let right): (403, "The API key may not \(right.rawValue) here")
    case .noRoute: (404, "Not found")
    case .methodNotAllowed: (405, "Method not allowed")
    case .mediaType: (422, "body: content type is not application/json")
    case .contentEncoding: (400, "An encoded body is not supported")
    case .malformedJSON(let error): (422, "body: \(error.message) at byte \(error.offset)")
    case .input(let faults): (422, faults.map(sentence).joined(separator: "; "))
    case .said(let status, let message): (status, message)
    }
}

private func sentence(of error: RunError) -> (status: Int, detail: String) {
    switch error {
    case .notFound(let thing): (404, "\(name(of: thing)) not found")
    case .otherOrganization: (404, "Execution not found")
    case .illegal(let signal, in: let state):
        (409, "Execution is \(word(state)) and cannot be \(participle(signal))")
    case .illegalStep: (409, "Nothing in this execution waits for that")
    case .invalid(let field, let reason): (422, "\(field): \(reason)")
    case .conflict(let thing): (409, "\(name(of: thing)) already exists")
    case .leaseLost: (409, "The lease is lost")
    case .lastInstanceKey: (409, "The last instance key cannot be revoked")
    case .keyReused: (422, "Idempotency-Key was used for another request")
    case .limit(let name): (429, "The limit \(name) is reached")
    case .overloaded: (503, "The server is overloaded, try again later")
    case .storageFull: (507, "The server's storage is full")
    case .unavailable: (503, "The server is not available, try again later")
    case .internalFailure: (500, "Internal server error")
    }
}

private func name(of thing: Thing) -> String {
    switch thing {
    case .run: "Execution"
    case .workflow: "Agentflow"
    case .task: "Task"
    case .key: "API key"
    case .workspace: "Project"
    }
}

/// The status word, but where it would contradict the rest of the sentence.
private func word(_ state: RunState) -> String {
    state == .failing ? "failing" : state.executionStatus
}

private func participle(_ signal: Signal) -> String {
    switch signal {
    case .start: "executed"
    case .pause: "paused"
    case .resume: "resumed"
    case .cancel, .terminate: "cancelled"
    case .delete: "deleted"
    case .wait, .proceed, .succeed, .fail, .settle, .expire: "changed"
    }
}

/// `agentflow_id: field required`.
private func sentence(of fault: Fault) -> String {
    let words =
        switch fault.kind {
        case .missing: "field required"
        case .type(let type): "must be of type \(type)"
        case .tooShort(let least): least == 1 ? "must not be empty" : "is shorter than \(least)"
        case .tooLong(let most): "is longer than \(most)"
        case .outOfRange(let range): "is not in \(range)"
        case .value(let reason): reason
        }
    return "\(fault.name): \(words)"
}
