import HTTP
import JSON
import Runs
import Testing

@testable import Native

/// Answers have the shape that `openapi/native.json` gives them: every member, and none besides.
@Suite struct NativeShapeTests {
    @Test(arguments: [
        (RunState.queued, "", "Run"), (.stopping, "", "Run"), (.failed, "", "Run"),
        (.failed, "/output", "Output"), (.cancelled, "/receipt", "Receipt"),
        (.stopping, "/receipt", "Receipt"),
    ])
    func run(_ state: RunState, _ path: String, _ schema: String) async throws {
        let site = try Site()
        let run = try await site.run(in: state)
        let answer = try await site.native(.get, "/v1/runs/\(run)\(path)")
        #expect(try faults(answer.json, schema) == [])
    }

    @Test func lists() async throws {
        let site = try Site()
        let run = try await site.run(in: .stopping)
        let lists = [
            ("/v1/runs", "runs", "RunSummary"), ("/v1/workflows", "workflows", "WorkflowSummary"),
            ("/v1/runs/\(run)/events", "events", "Event"),
            ("/v1/events", "events", "Event"), ("/v1/keys", "keys", "KeyRecord"),
        ]
        for (path, member, schema) in lists {
            let answer = try await site.native(.get, path)
            let items = answer[member]?.asArray ?? []
            #expect(!items.isEmpty && answer["next_cursor"] == .null, "\(path)")
            for item in items { #expect(try faults(item, schema) == []) }
        }
    }

    @Test func tasksAndSignals() async throws {
        let site = try Site()
        let run = try await site.run()
        let task = try #require(try await site.claim())
        #expect(try faults(task, "Task") == [])
        #expect(try faults(try await site.report(task, "heartbeat").json, "TaskAnswer") == [])
        let stop = try await site.native(.post, "/v1/runs/\(run)/cancel")
        #expect(try faults(stop.json, "SignalledRun") == [])
        #expect(try faults(try await site.report(task, "heartbeat").json, "TaskAnswer") == [])
        let late = try await site.report(task, "complete")
        #expect(try faults(late.json, "Problem") == [])
        let gone = try await site.native(.delete, "/v1/runs/\(run)")
        #expect(try faults(gone.json, "Deleted") == [])
        let receipt = try await site.native(.get, "/v1/runs/\(run)/receipt")
        #expect(try faults(receipt.json, "Receipt") == [])
        #expect(try faults(try await site.native(.get, "/v1/runs/\(run)").json, "Problem") == [])
    }

    @Test func workflowsAndKeys() async throws {
        let site = try Site()
        let made = try await site.native(.post, "/v1/workflows", Site.workflow)
        #expect(try faults(made.json, "Workflow") == [])
        let next = try await site.native(.put, "/v1/workflows/nightly", Site.workflow)
        #expect(try faults(next.json, "Workflow") == [])
        #expect(next["version"] == 2 && next.id == made.id)
        let key = try await site.native(.post, "/v1/keys", #"{"role":"viewer"}"#)
        #expect(try faults(key.json, "NewKey") == [])
        #expect(try faults(try await site.native(.get, "/").json, "Index") == [])
        #expect(try faults(try await site.native(.get, "/readyz").json, "Status") == [])
    }

    private func faults(_ value: JSONValue, _ schema: String) throws -> [String] {
        let document = try readDocument(.native)
        return Shape(document: document)
            .faults(value, ["$ref": .string("#/components/schemas/\(schema)")], at: schema)
    }
}

/// The part of JSON Schema that our documents use.
private struct Shape {
    let document: JSONValue

    func faults(_ value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
        if let reference = schema["$ref"]?.asString {
            guard let target = resolve(reference, in: document) else { return ["\(reference)?"] }
            return faults(value, target, at: place)
        }
        if let choices = schema["anyOf"]?.asArray {
            let all = choices.map { faults(value, $0, at: place) }
            return all.contains([]) ? [] : all.first ?? []
        }
        if let words = schema["enum"]?.asArray, !words.contains(value) {
            return ["\(place): \(value) is not listed"]
        }
        if let items = schema["items"], let values = value.asArray {
            return values.flatMap { faults($0, items, at: place + "[]") }
        }
        let members = properties(of: schema)
        if !members.isEmpty { return faults(value, members, at: place) }
        return isOfType(value, schema["type"]) ? [] : ["\(place): wrong type"]
    }

    private func faults(
        _ value: JSONValue, _ members: [(name: String, schema: JSONValue, isRequired: Bool)],
        at place: String
    ) -> [String] {
        guard let object = value.asObject else { return ["\(place): is no object"] }
        let unknown = object.names.filter { name in !members.contains { $0.name == name } }
        return unknown.map { "\(place).\($0) is not in the document" }
            + members.flatMap { member in
                guard let inner = object[member.name] else {
                    return member.isRequired ? ["\(place).\(member.name) is missing"] : []
                }
                return faults(inner, member.schema, at: "\(place).\(member.name)")
            }
    }

    private func properties(
        of schema: JSONValue
    ) -> [(name: String, schema: JSONValue, isRequired: Bool)] {
        let schema = schema["$ref"]?.asString.flatMap { resolve($0, in: document) } ?? schema
        let required = schema["required"]?.asArray ?? []
        let own = (schema["properties"]?.asObject?.members ?? []).map {
            (name: $0.name, schema: $0.value, isRequired: required.contains(.string($0.name)))
        }
        return own + (schema["allOf"]?.asArray ?? []).flatMap(properties)
    }

    private func isOfType(_ value: JSONValue, _ type: JSONValue?) -> Bool {
        guard let type else { return true }
        let word =
            switch value {
            case .null: "null"
            case .bool: "boolean"
            case .number: value.asInteger == nil ? "number" : "integer"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        let allowed = (type.asArray ?? [type]).compactMap(\.asString)
        return allowed.contains(word) || (word == "integer" && allowed.contains("number"))
    }
}
