import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// Every refusal in AgentOS's envelope: `{"detail": text}`, and the list form where values are
/// missing or wrong.
/// - Source: Agno contract, section 1 (the `security_key` mode); decisions.md, sections 3 and 4.
package func agnoRefusal(_ refusal: Refusal) -> Response {
    let (status, detail) = answer(to: refusal)
    return .json(status, ["detail": detail])
}

private func answer(to refusal: Refusal) -> (status: Int, detail: JSONValue) {
    switch refusal {
    case .run(let error): answer(to: error)
    case .transport(let status, let reason): (status, .string(reason))
    case .noCredential: (401, "Authorization header required")
    case .badCredential: (401, "Invalid authentication token")
    case .twoCredentials: (400, "More than one credential was sent")
    case .tooManyFailures: (429, "Too many failed authentications")
    case .noWorkspace: (400, "x-signalbox-workspace is required for an organization key")
    case .forbidden(let right):
        (403, .string("Insufficient permissions. Required scope(s): \(scope(of: right))"))
    case .noRoute: (404, "Not Found")
    case .methodNotAllowed: (405, "Method Not Allowed")
    case .mediaType:
        (
            422,
            [
                [
                    "type": "missing", "loc": ["body"], "msg": "Field required",
                    "input": nil,
                ]
            ]
        )
    case .contentEncoding: (400, "Content-Encoding is not supported")
    case .malformedJSON(let error): (422, [malformed(error)])
    case .input(let faults): (422, .array(faults.map(item)))
    case .said(let status, let message): (status, .string(message))
    }
}

private func answer(to error: RunError) -> (status: Int, detail: JSONValue) {
    switch error {
    case .notFound(let thing): (404, .string("\(name(of: thing)) not found"))
    case .otherOrganization: (404, "Run not found")
    case .illegal(_, in: let state): (409, .string(conflict(in: state)))
    case .illegalStep: (409, "no step of the run waits for that")
    case .invalid(let field, let reason):
        (422, [entry("value_error", ["body", .string(field)], "Value error, \(reason)")])
    case .conflict(let thing): (409, .string("\(name(of: thing)) already exists"))
    case .leaseLost: (409, "lease lost")
    case .lastInstanceKey: (409, "The last instance key cannot be revoked")
    case .keyReused: (422, "Idempotency-Key was used for another request")
    case .limit(let name): (429, .string("Limit reached: \(name)"))
    case .overloaded: (503, "Server overloaded, try again later")
    case .storageFull: (507, "Storage is full")
    case .unavailable: (503, "Server not available, try again later")
    case .internalFailure: (500, "Internal server error")
    }
}

private func name(of thing: Thing) -> String {
    switch thing {
    case .run: "Run"
    case .workflow: "Workflow"
    case .task: "Task"
    case .key: "Key"
    case .workspace: "Workspace"
    }
}

private func scope(of right: Right) -> String {
    switch right {
    case .read: "workflows:read"
    case .operate, .work: "workflows:run"
    case .configure: "workflows:write"
    case .keys: "agent_os:admin"
    }
}

private func conflict(in state: RunState) -> String {
    switch state {
    case .queued: "run is already pending"
    case .running, .failing, .stopping: "run is already running"
    case .waiting, .paused: "run is already paused"
    case .succeeded: "run is already completed"
    case .cancelled: "run is already cancelled"
    case .failed: "run has errored"
    }
}

private func malformed(_ error: JSONError) -> JSONValue {
    [
        "type": "json_invalid", "loc": ["body", .int(error.characterOffset)],
        "msg": "JSON decode error", "input": [:], "ctx": ["error": .string(error.message)],
    ]
}

/// One value that is missing or wrong, in the words of the vendor's validation.
private func item(_ fault: Dialect::Fault) -> JSONValue {
    let location = fault.location
    switch fault.kind {
    case .missing: return entry("missing", location, "Field required", fault.input)
    case .type(let type):
        let (name, words) = typeError(type)
        return entry(name, location, "Input should be a valid \(words)", fault.input)
    case .tooShort(let least):
        let words = "String should have at least \(least) characters"
        return entry("string_too_short", location, words, fault.input)
    case .tooLong(let most):
        let words = "String should have at most \(most) characters"
        return entry("string_too_long", location, words, fault.input)
    case .outOfRange(let range):
        return entry("value_error", location, "Value error, is not in \(range)", fault.input)
    case .value(let reason):
        return entry("value_error", location, "Value error, \(reason)", fault.input)
    }
}

private func typeError(_ type: String) -> (name: String, words: String) {
    switch type {
    case "integer":
        ("int_parsing", "integer, unable to parse string as an integer")
    case "boolean": ("bool_parsing", "boolean, unable to interpret input")
    default: ("\(type)_type", type)
    }
}

private func entry(
    _ type: String, _ location: [JSONValue], _ message: String, _ input: JSONValue? = nil
) -> JSONValue {
    [
        "type": .string(type), "loc": .array(location), "msg": .string(message),
        "input": input ?? .null,
    ]
}
