import JSON
import Runs
import Testing

/// What the documents of the vendors' styles say of fields and members, held against answers.
@Suite struct OpenapiShapeTests {
    /// Every change takes a key and may find it used; a key of an organization says where.
    @Test(arguments: [Style.feather, .extend, .wexa, .agno])
    func fieldsOfEveryOperation(_ style: Style) throws {
        let document = try readDocument(style)
        for path in document["paths"]?.asObject?.members ?? [] {
            for operation in path.value.asObject?.members ?? [] {
                if operation.value["security"]?.asArray?.isEmpty == true { continue }
                let fields = Set(
                    (operation.value["parameters"]?.asArray ?? []).filter { $0["in"] == "header" }
                        .compactMap { $0["name"]?.asString })
                let name = "\(operation.name) \(path.name)"
                let workspace = style == .extend ? "x-extend-workspace-id" : "x-signalbox-workspace"
                #expect(fields.contains(workspace), "\(name)")
                let responses = operation.value["responses"]
                for status in ["400", "401", "403"] {
                    #expect(responses?[status] != nil, "\(name) \(status)")
                }
                guard operation.name != "get" else { continue }
                #expect(fields.contains("Idempotency-Key"), "\(name)")
                #expect(responses?["422"] != nil, "\(name)")
            }
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let style: Style
        let template: String
        /// `W` stands for the workflow, `R` for the run.
        let target: String

        var testDescription: String { "\(style) \(target)" }
    }

    /// A run that ended, read in every style: each member of an answer is in the document.
    @Test(arguments: [
        Row(style: .wexa, template: "/agentflow/{agentflow_id}", target: "/agentflow/W"),
        Row(style: .wexa, template: "/execute_flow/{execution_id}", target: "/execute_flow/R"),
        Row(
            style: .wexa, template: "/execute_flow/{agentflow_id}/monitor",
            target: "/execute_flow/W/monitor"),
        Row(
            style: .wexa, template: "/{projectID}/execution_flows",
            target: "/default/execution_flows"),
        Row(style: .agno, template: "/config", target: "/config"),
        Row(style: .agno, template: "/workflows", target: "/workflows"),
        Row(style: .agno, template: "/workflows/{workflow_id}", target: "/workflows/W"),
        Row(
            style: .agno, template: "/workflows/{workflow_id}/runs",
            target: "/workflows/W/runs?session_id=R"),
        Row(
            style: .agno, template: "/workflows/{workflow_id}/runs/{run_id}",
            target: "/workflows/W/runs/R?session_id=R"),
        Row(
            style: .feather, template: "/api/v1/workflow/{workflowId}/executions",
            target: "/api/v1/workflow/W/executions?enriched=true"),
        Row(
            style: .feather, template: "/api/v1/workflow/{workflowId}/execution/{executionId}",
            target: "/api/v1/workflow/W/execution/R"),
        Row(
            style: .feather, template: "/api/v1/workflow/{workflowId}",
            target: "/api/v1/workflow/W"),
        Row(style: .extend, template: "/workflow_runs", target: "/workflow_runs"),
        Row(style: .extend, template: "/workflow_runs/{id}", target: "/workflow_runs/R"),
        Row(style: .extend, template: "/workflows/{id}", target: "/extend/workflows/W"),
    ]) func everyMemberIsListed(_ row: Row) async throws {
        let site = try Site()
        let workflow = try await site.workflow("w", steps: Site.steps(for: .failed))
        let run = try await site.execute(workflow)
        try await site.bring(run, to: .failed)
        let target = row.target.replacing("W", with: workflow.text).replacing("R", with: run.text)
        let answer = try await site.send(.get, target)
        try #require(answer.status == 200, "\(answer.body)")
        let document = try readDocument(row.style)
        let response = document["paths"]?[row.template]?["get"]?["responses"]?["200"]
        let schema = try #require(response?["content"]?["application/json"]?["schema"])
        #expect(unlisted(answer.json, schema, document) == [])
    }

    /// The members of a value that its schema does not have.
    private func unlisted(
        _ value: JSONValue, _ schema: JSONValue, _ document: JSONValue
    ) -> [String] {
        if let reference = schema["$ref"]?.asString {
            return resolve(reference, in: document).map { unlisted(value, $0, document) }
                ?? [reference]
        }
        if let choices = (schema["oneOf"] ?? schema["anyOf"])?.asArray {
            let lists = choices.map { unlisted(value, $0, document) }
            return lists.min { $0.count < $1.count } ?? []
        }
        if let items = value.asArray, let schema = schema["items"] {
            return items.flatMap { unlisted($0, schema, document) }
        }
        guard let object = value.asObject, let properties = schema["properties"] else { return [] }
        return object.members.flatMap { member in
            properties[member.name].map { unlisted(member.value, $0, document) }
                ?? (schema["additionalProperties"] == nil ? [member.name] : [])
        }
    }
}
