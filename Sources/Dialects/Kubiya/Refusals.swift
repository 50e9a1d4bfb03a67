import Dialect
import HTTP
import JSON
import Runs

/// What Kubiya's `detail` holds.
enum Detail {
    case sentence(status: Int, String)
    /// 422 with a list.
    case faults([Fault])
}

extension Kubiya {
    /// Every refusal in Kubiya's envelope. A new one does not compile without a row here.
    /// - Source: contracts/kubiya.md, sections 2 and 3.
    static func answer(_ refusal: Refusal) -> Response {
        switch refusal {
        case .run(let error):
            switch spelled(error) {
            case .sentence(let status, let text): sentence(status, text)
            case .faults(let faults): detail(422, .array(faults.map(ValidationItem.json)))
            }
        case .transport(let status, let reason): sentence(status, reason)
        case .noCredential: unauthorized("Authorization header is required")
        case .badCredential: unauthorized("Invalid or expired authentication token")
        case .twoCredentials: sentence(400, "More than one credential was sent")
        case .tooManyFailures: sentence(429, "Too many failed authentications")
        case .noWorkspace:
            sentence(400, "This key is of a whole organization: name a workspace")
        case .forbidden(let right): sentence(403, "This key may not \(right.rawValue)")
        case .noRoute: sentence(404, "Not Found")
        case .methodNotAllowed: sentence(405, "Method Not Allowed")
        case .mediaType: detail(422, [ValidationItem.json(Fault(["body"], .type("object")))])
        case .contentEncoding: sentence(400, "There was an error parsing the body")
        case .malformedJSON(let error):
            error.kind == .notUTF8
                ? sentence(400, "There was an error parsing the body")
                : detail(422, [ValidationItem.malformed(error)])
        case .input(let faults): detail(422, .array(faults.map(ValidationItem.json)))
        case .said(let status, let message): sentence(status, message)
        }
    }

    /// The same for what the engine refuses.
    static func spelled(_ error: RunError) -> Detail {
        switch error {
        case .notFound(let thing): .sentence(status: 404, "\(word(thing)) not found")
        case .otherOrganization: .sentence(status: 403, "Access denied")
        case .illegal(.terminate, let state): .sentence(status: 400, Terminating.complaint(state))
        case .illegal(let signal, let state):
            .sentence(
                status: 400,
                "Cannot \(signal.rawValue) execution in status: \(Status(state).rawValue)")
        case .illegalStep(let signal):
            .sentence(status: 400, "No step of the execution takes \(signal.rawValue)")
        case .invalid(let field, let reason):
            .faults([Fault(location(field), .value(reason))])
        case .conflict(let thing): .sentence(status: 409, "\(word(thing)) already exists")
        case .leaseLost: .sentence(status: 409, "The lease on the task is lost")
        case .lastInstanceKey:
            .sentence(status: 409, "The last instance key cannot be revoked")
        case .keyReused:
            .faults([
                Fault(["header", "Idempotency-Key"], .value("was used for another request"))
            ])
        case .limit(let name): .sentence(status: 429, "Limit reached: \(name)")
        case .overloaded: .sentence(status: 503, "The server is overloaded")
        case .storageFull: .sentence(status: 507, "The storage is full")
        case .unavailable: .sentence(status: 503, "The server is not available")
        case .internalFailure: .sentence(status: 500, "Internal server error")
        }
    }

    private static func word(_ thing: Thing) -> String {
        switch thing {
        case .run: "Execution"
        case .workflow: "Agent"
        case .task: "Task"
        case .key: "Key"
        case .workspace: "Workspace"
        }
    }

    private static func location(_ field: String) -> [JSONValue] {
        ["body"] + field.split(separator: "/").map { JSONValue.string(String($0)) }
    }

    private static func sentence(_ status: Int, _ text: String) -> Response {
        detail(status, .string(text))
    }

    private static func unauthorized(_ message: String) -> Response {
        detail(
            401,
            [
                "error": "Unauthorized", "message": .string(message),
                "hint": "Include 'Authorization: Bearer <token>' header",
            ])
    }

    private static func detail(_ status: Int, _ detail: JSONValue) -> Response {
        let body: JSONValue = ["detail": detail]
        return .json(status, body.serialized())
    }
}
