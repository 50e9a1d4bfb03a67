import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// What is read of workflows. Members without a value are left out.
/// - Source: Agno contract, section 2.1.
extension Agno {
    static func listWorkflows(_ exchange: Exchange) async throws(Refusal) -> Response {
        let workflows = try await exchange.workflows()
        return .json(200, .array(workflows.map(summary)))
    }

    static func showWorkflow(_ exchange: Exchange) throws(Refusal) -> Response {
        var reader = exchange.queryReader()
        let version = reader.integer("version", 0...Int64(Int32.max))
        try reader.check()
        let workflow = try exchange.workflow(version: version)
        var object = members(of: workflow)
        object.append(
            "steps",
            .array(
                workflow.definition.steps.filter { !$0.isCleanup }.map { step in
                    ["name": .string(step.name), "type": "Step"]
                }))
        object.append("workflow_agent", false)
        appendFlags(to: &object, workflow)
        return .json(200, .object(object))
    }

    /// What the client needs of the server before it calls anything else.
    static func showConfiguration(_ exchange: Exchange) async throws(Refusal) -> Response {
        let workflows = try await exchange.workflows()
        return .json(
            200,
            [
                "os_id": .string(serverName), "databases": [.string(serverName)], "agents": [],
                "teams": [], "workflows": .array(workflows.map(summary)), "interfaces": [],
            ])
    }

    /// The name of the server, and of the one database it knows.
    static let serverName = "signalbox"

    private static func summary(of workflow: Workflow) -> JSONValue {
        var object = members(of: workflow)
        appendFlags(to: &object, workflow)
        return .object(object)
    }

    private static func members(of workflow: Workflow) -> JSONObject {
        [
            "id": .string(workflow.id.text), "name": .string(workflow.name),
            "db_id": .string(serverName),
        ]
    }

    private static func appendFlags(to object: inout JSONObject, _ workflow: Workflow) {
        object.append("is_factory", false)
        object.append("is_component", false)
        object.append("current_version", .int(workflow.version))
        object.append("sandboxed", false)
    }
}

extension Exchange {
    /// The workflow of the path, by its UUID or its name.
    /// - Parameter version: only the newest one can be had; nil for that.
    func workflow(version: Int64? = nil) throws(Refusal) -> Workflow {
        let workflow: Workflow
        do {
            workflow = try engine.workflow(WorkflowName(text: path["workflow_id"] ?? ""), caller)
        } catch { throw .run(error) }
        guard version == nil || version == Int64(workflow.version) else {
            throw .run(.notFound(.workflow))
        }
        return workflow
    }

    /// All of them, as the vendor's list has no pages: at most 1,000, in requests of 100.
    fileprivate func workflows() async throws(Refusal) -> [Workflow] {
        var all: [Workflow] = []
        var cursor: String?
        for _ in 0..<10 {
            let from = cursor
            let page = try await ask { () async throws(RunError) in
                try await engine.workflows(limit: 100, offset: 0, cursor: from, call)
            }
            all += page.workflows
            cursor = page.nextCursor
            if cursor == nil { break }
        }
        return all
    }
}
