import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// The form that starts a run.
/// - Source: Agno contract, section 2.2.
package struct WorkflowRunForm {
    package let message: String
    /// True unless the form says otherwise, as on the vendor's server.
    package let isStreamed: Bool
    package let isBackground: Bool
    package let session: String?
    package let version: Int64?
    /// The caller's own id where it is a UUID, else the free text.
    package let id: RunID?
    package let alias: String?
    /// Every field as it came, but those whose JSON is broken: what the run is given.
    package let input: JSONObject

    /// Characters of a `session_id` and of a `run_id`.
    package static let nameMax = 255

    /// - Throws: 422 for fields that are missing or wrong, 400 for `metadata` that is no object.
    package init(_ form: Form) throws(Refusal) {
        var reader = FormReader(form)
        let message = reader.text("message")
        if message == nil { reader.fault("message", .missing) }
        isStreamed = reader.bool("stream") ?? true
        isBackground = reader.bool("background") ?? false
        session = reader.name("session_id")
        version = reader.integer("version")
        let runID = reader.name("run_id")
        try reader.check()
        id = runID.flatMap { RunID($0) }
        alias = id == nil ? runID : nil
        self.message = message ?? ""
        input = try Self.input(of: form)
    }

    /// The fields as members, text each. Where the vendor's server wants JSON in a field, it is
    /// looked at here: broken `metadata` and media are refused, others dropped, as it does.
    private static func input(of form: Form) throws(Refusal) -> JSONObject {
        var input = JSONObject()
        for field in form.fields {
            switch field.name {
            case "metadata":
                guard field.value.isEmpty || parsed(field.value)?.asObject != nil else {
                    throw .said(
                        status: 400,
                        message: "Invalid metadata parameter: expected a JSON object")
                }
            case "images", "audio", "videos", "input_files":
                guard field.value.isEmpty || isArrayOfObjects(parsed(field.value)) else {
                    throw .said(
                        status: 422,
                        message: "Invalid \(field.name): expected a JSON array of objects")
                }
            case "session_state", "dependencies", "additional_data":
                if parsed(field.value) == nil { continue }
            default: break
            }
            input.append(field.name, .string(field.value))
        }
        return input
    }

    private static func parsed(_ text: String) -> JSONValue? { try? JSONValue(parsing: text) }

    private static func isArrayOfObjects(_ value: JSONValue?) -> Bool {
        value?.asArray.map { $0.allSatisfy { $0.asObject != nil } } ?? false
    }
}
