import Dialect
import JSON
import Runs

/// What a create call says of the execution, beside its agentflow: echoed by every read.
/// - Source: Wexa contract, section 3, CreateBody.
struct ExecutionRequest {
    /// Empty when not given.
    let goal: String
    /// Any text; nil when not given, which shows the key's owner.
    let executedBy: String?
    /// Empty when not given.
    let inputVariables: JSONObject

    /// Reads the members that may be left out; faults are noted in the body.
    init(_ body: inout Body) {
        goal = body.string("goal") ?? ""
        executedBy = body.string("executed_by")
        inputVariables = body.object("input_variables") ?? JSONObject()
    }

    /// What a run carries. One that was started in another style has none of it.
    init(of details: RunDetails) {
        let document =
            details.run.origin == .wexa ? try? JSONValue(parsing: details.data.input) : nil
        goal = document?["goal"]?.asString ?? ""
        executedBy = document?["executed_by"]?.asString
        inputVariables = document?["input_variables"]?.asObject ?? JSONObject()
    }
}
