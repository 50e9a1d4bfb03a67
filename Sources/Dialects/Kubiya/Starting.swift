import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// The calls that start an execution.
/// - Source: contracts/kubiya.md, sections 5.2 and 5.8; decisions.md, section 7.
enum Starting {
    /// Runs the workflow that the path names by id or name.
    static func execute(
        _ kind: EntityKind, named name: String?, _ exchange: Exchange
    ) async throws(Refusal) -> Response {
        var body = try RequestBody.object(exchange)
        _ = body.requiredString("prompt")
        _ = body.string("worker_queue_id", 0...nameMax)
        _ = body.string("system_prompt")
        _ = body.object("execution_metadata")
        try body.check()
        guard let workflow = try workflow(name ?? "", exchange) else {
            throw .said(status: 404, message: kind == .agent ? "Agent not found" : "Team not found")
        }
        var request = StartRequest(
            plan: .workflow(.id(workflow.id)), input: RequestBody.text(exchange))
        request.labels = Entity(kind: kind, id: workflow.id.text).labels
        let queue = ExecutionRow.queue(.object(body.members))
        return try await start(request, exchange) { details in
            let run = details.run.id
            let answer: JSONValue = [
                "execution_id": .string(run.text),
                "workflow_id": .string(ExecutionID.workflowID(run, kind)),
                "status": "PENDING",
                "message": .string("Execution submitted to worker queue: \(queue)"),
            ]
            return Reply(status: 200, body: answer.serialized())
        }
    }

    /// Starts an execution under an id that the caller chose. An entity that is no workflow is one
    /// task on a queue of its own.
    static func create(_ exchange: Exchange) async throws(Refusal) -> Response {
        var body = try RequestBody.object(exchange)
        let id = runID(&body)
        _ = body.requiredString("organization_id")
        let kind = word("entity_type", EntityKind.allCases.map(\.rawValue), &body)
            .flatMap(EntityKind.init(rawValue:))
        let entityID = body.requiredString("entity_id", 1...nameMax)
        let jobID = body.string("job_id", 0...nameMax)
        _ = body.requiredString("prompt")
        _ = word("trigger_type", ["cron", "webhook", "manual"], &body)
        _ = body.requiredObject("trigger_metadata")
        let queue = body.string("worker_queue_id", 1...nameMax)
        try body.check()
        if let jobID {
            let message = "Job \(jobID) not found or does not belong to organization"
            throw .said(status: 404, message: message)
        }
        let workflow = try workflow(entityID ?? "", exchange)
        let entity = Entity(kind: kind ?? .agent, id: workflow?.id.text ?? entityID ?? "")
        var request = StartRequest(
            plan: workflow.map { .workflow(.id($0.id)) }
                ?? .task(queue: queue ?? "agent:\(entity.id)"),
            input: RequestBody.text(exchange))
        request.id = id
        request.labels = entity.labels
        return try await start(request, exchange) { details in
            let answer: JSONValue = [
                "execution_id": .string(details.run.id.text), "status": "created",
                "created_at": .string(ExecutionRow.time(details.run.createdAt)),
            ]
            return Reply(status: 201, body: answer.serialized())
        }
    }

    /// How an entity is labelled: by the id of the workflow it names, else as it was sent.
    static func entityID(_ text: String, _ exchange: Exchange) -> String {
        (try? workflow(text, exchange))?.id.text ?? text
    }

    /// Characters of an id or a queue: with `agent:` before it, still a name.
    private static let nameMax = 200

    private static func start(
        _ request: StartRequest, _ exchange: Exchange,
        reply: @escaping @Sendable (RunDetails) throws -> Reply
    ) async throws(Refusal) -> Response {
        Response(
            try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.start(request, exchange.call, reply: reply)
            })
    }

    private static func workflow(
        _ text: String, _ exchange: Exchange
    ) throws(Refusal) -> Workflow? {
        do {
            return try exchange.engine.workflow(WorkflowName(text: text), exchange.caller)
        } catch .notFound {
            return nil
        } catch {
            throw .run(error)
        }
    }

    private static func runID(_ body: inout Body) -> RunID? {
        guard let text = body.requiredString("execution_id", 0...nameMax) else { return nil }
        let id = RunID(text) ?? RunID(hexadecimal: Array(text.utf8))
        if id == nil { body.fault("execution_id", .value("is not a UUID")) }
        return id
    }

    private static func word(_ name: String, _ words: [String], _ body: inout Body) -> String? {
        guard let text = body.requiredString(name, 0...nameMax) else { return nil }
        if words.contains(text) { return text }
        body.fault(name, .value("is not one of \(words.joined(separator: ", "))"))
        return nil
    }
}
