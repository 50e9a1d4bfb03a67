import JSON
import RunEngine
import Runs

/// A run as Kubiya's ExecutionResponse.
/// - Source: contracts/kubiya.md, section 4.
struct ExecutionRow {
    private let run: Run
    private let details: RunDetails
    /// The body of the call that started it; nil for a run started in another style.
    private let request: JSONValue?
    private let entity: Entity?

    init(_ details: RunDetails) {
        self.details = details
        run = details.run
        request = run.origin == .kubiya ? try? JSONValue(parsing: details.data.input) : nil
        entity = Entity(details.data.labels)
    }

    /// Every key of the contract.
    /// - Parameter organization: the slug of the caller's.
    func json(organization: String) -> JSONValue {
        [
            "id": .string(run.id.text),
            "organization_id": .string(organization),
            "execution_type": .string(type),
            "entity_id": .string(entity?.id ?? details.workflow.id.text),
            "entity_name": .string(details.workflow.name),
            "prompt": .string(request?["prompt"]?.asString ?? ""),
            "system_prompt": .text(request?["system_prompt"]?.asString),
            "status": .string(Status(run.state).rawValue),
            "response": .text(response),
            "error_message": .text(errorMessage),
            "usage": [:],
            "execution_metadata": .object(metadata),
            "runner_name": .string(Self.queue(request)),
            "user_id": nil, "user_name": nil, "user_email": nil, "user_avatar": nil,
            "created_at": .string(Self.time(run.createdAt)),
            "updated_at": .string(Self.time(run.updatedAt)),
            "started_at": .text(run.startedAt.map(Self.time)),
            "completed_at": .text(run.shownEnd.map(Self.time)),
            "participants": [],
            "last_message_at": nil, "last_message_preview": nil,
        ]
    }

    /// The worker queue a request asks for; `default` where it names none.
    static func queue(_ request: JSONValue?) -> String {
        request?["worker_queue_id"]?.asString ?? "default"
    }

    /// ISO 8601 with microseconds and the offset `+00:00`, as all rows are written.
    static func time(_ moment: Timestamp) -> String { moment.microseconds(zone: "+00:00") }

    /// `agent` from agent execute, upper case from the others, `workflow` for other styles' runs.
    private var type: String {
        guard let entity else { return "workflow" }
        let isPlainAgent = entity.kind == .agent && request?["entity_type"] == nil
        return isPlainAgent ? entity.kind.rawValue : entity.kind.rawValue.uppercased()
    }

    /// An output that is a JSON text reads as that text; any other reads as the JSON it is.
    private var response: String? {
        guard let output = details.data.output else { return nil }
        return (try? JSONValue(parsing: output))?.asString ?? output
    }

    private var errorMessage: String? {
        switch run.stop?.mode {
        case .cancel: "Cancelled by user"
        case .terminate, .delete, nil: details.data.error
        }
    }

    /// What the starter gave, and the reason of a stop, for which the row has no column.
    private var metadata: JSONObject {
        var metadata = request?["execution_metadata"]?.asObject ?? [:]
        if let reason = run.stop?.reason { metadata["termination_reason"] = .string(reason) }
        return metadata
    }
}
