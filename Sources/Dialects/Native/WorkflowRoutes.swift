import Dialect
import HTTP
import JSON
import RunEngine
import Runs

extension Native {
    /// Workflows and their versions.
    static func workflowRoutes(_ settings: Settings) -> [Route] {
        let allowsCommands = settings.allowsCommands
        return [
            Route(native: .post, "/v1/workflows", .configure) {
                (exchange) async throws(Refusal) in
                try await createWorkflow(exchange, allowsCommands: allowsCommands)
            },
            Route(
                native: .get, "/v1/workflows", .read, query: ["limit", "cursor"],
                handle: listWorkflows),
            Route(native: .get, "/v1/workflows/{workflow}", .read, handle: getWorkflow),
            Route(native: .put, "/v1/workflows/{workflow}", .configure) {
                (exchange) async throws(Refusal) in
                try await updateWorkflow(exchange, allowsCommands: allowsCommands)
            },
        ]
    }

    private static func createWorkflow(
        _ exchange: Exchange, allowsCommands: Bool
    ) async throws(Refusal) -> Response {
        let request = try workflowRequest(exchange)
        guard allowsCommands || !request.definition.hasCommands else {
            return commandsNotAllowed(exchange)
        }
        let reply = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.createWorkflow(request, exchange.call) { workflow in
                .written(201) { $0.workflow(workflow) }
            }
        }
        return Response(created: reply, at: "/v1/workflows/")
    }

    private static func updateWorkflow(
        _ exchange: Exchange, allowsCommands: Bool
    ) async throws(Refusal) -> Response {
        let request = try workflowRequest(exchange)
        guard allowsCommands || !request.definition.hasCommands else {
            return commandsNotAllowed(exchange)
        }
        let reply = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.updateWorkflow(
                exchange.workflowName, request, exchange.call
            ) { workflow in .written { $0.workflow(workflow) } }
        }
        return Response(native: reply)
    }

    private static func workflowRequest(
        _ exchange: Exchange
    ) throws(Refusal) -> WorkflowRequest {
        let document = try exchange.json()
        do throws(DocumentFault) {
            let (name, definition) = try WorkflowDefinition.parse(written: document)
            return WorkflowRequest(
                name: name, document: String(decoding: document.serialized(), as: UTF8.self),
                definition: definition)
        } catch {
            throw .input([Fault(["body"] + tokens(of: error.pointer), .value(error.reason))])
        }
    }

    /// Local processes come from files of the operator's, unless the server was started to take
    /// them from its clients too.
    private static func commandsNotAllowed(_ exchange: Exchange) -> Response {
        let detail = "command steps are taken from files only; start with --allow-commands"
        return Problem(403, "commands_not_allowed", detail).response(exchange.mark.requestID)
    }

    /// The tokens of a JSON pointer.
    private static func tokens(of pointer: String) -> [JSONValue] {
        pointer.split(separator: "/").map { token in
            let parts = token.split(separator: "~1", omittingEmptySubsequences: false)
            let joined = parts.joined(separator: "/")
            return .string(
                joined.split(separator: "~0", omittingEmptySubsequences: false)
                    .joined(separator: "~"))
        }
    }

    private static func getWorkflow(_ exchange: Exchange) throws(Refusal) -> Response {
        let workflow = try exchange.look { () throws(RunError) in
            try exchange.engine.workflow(exchange.workflowName, exchange.caller)
        }
        var writer = JSONWriter()
        writer.workflow(workflow)
        return .json(200, writer.bytes)
    }

    private static func listWorkflows(_ exchange: Exchange) async throws(Refusal) -> Response {
        var reader = exchange.queryReader()
        let limit = reader.limit(default: 50, most: pageMax)
        let cursor = reader.text("cursor")
        try reader.check()
        let page = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.workflows(
                limit: limit, offset: 0, cursor: cursor, exchange.call)
        }
        return .written {
            $0.key("workflows")
            $0.array { writer in
                for workflow in page.workflows { writer.workflow(workflow, isWhole: false) }
            }
            $0.member("next_cursor", page.nextCursor)
        }
    }
}

extension JSONWriter {
    /// - Parameter isWhole: false leaves out the document, as lists do.
    fileprivate mutating func workflow(_ workflow: Workflow, isWhole: Bool = true) {
        object {
            $0.member("id", workflow.id.text)
            $0.member("name", workflow.name)
            $0.member("version", workflow.version)
            $0.time("created_at", workflow.createdAt)
            $0.time("updated_at", workflow.updatedAt)
            if isWhole { $0.member("document", json: workflow.document) }
        }
    }
}

extension Exchange {
    fileprivate var workflowName: WorkflowName { WorkflowName(anyForm: path["workflow"] ?? "") }
}

extension WorkflowDefinition {
    fileprivate var hasCommands: Bool {
        steps.contains { if case .command = $0.kind { true } else { false } }
    }
}
