import Dialect
import JSON

/// The items of a 422, in the words of pydantic.
/// - Source: contracts/kubiya.md, section 3.
enum ValidationItem {
    static func json(_ fault: Fault) -> JSONValue {
        let words = Words(fault)
        return item(words, at: fault.location, input: fault.input ?? .null)
    }

    /// A body that is not JSON; the place is counted in characters.
    static func malformed(_ error: JSONError) -> JSONValue {
        let words = Words(
            "json_invalid", "JSON decode error", ["error": .string(error.message)])
        return item(words, at: ["body", .int(error.characterOffset)], input: [:])
    }

    private static func item(
        _ words: Words, at location: [JSONValue], input: JSONValue
    ) -> JSONValue {
        var item: JSONObject = [
            "type": .string(words.type), "loc": .array(location), "msg": .string(words.message),
            "input": input,
        ]
        if let context = words.context { item["ctx"] = context }
        return .object(item)
    }
}

/// What an item says of a fault.
private struct Words {
    let type: String
    let message: String
    let context: JSONValue?

    init(_ type: String, _ message: String, _ context: JSONValue? = nil) {
        self.type = type
        self.message = message
        self.context = context
    }

    init(_ fault: Fault) {
        self =
            switch fault.kind {
            case .missing: Words("missing", "Field required")
            case .type(let expected): Words(expected, fault)
            case .tooShort(let least): Words(least, isLeast: true, fault)
            case .tooLong(let most): Words(most, isLeast: false, fault)
            case .outOfRange(let range): Words(range: range, fault)
            case .value(let clause): Words("value_error", "Value error, \(clause)")
            }
    }

    private init(_ expected: String, _ fault: Fault) {
        let isInBody = fault.location.first == "body"
        self =
            switch expected {
            case "object" where fault.location == ["body"]:
                Words(
                    "model_attributes_type",
                    "Input should be a valid dictionary or object to extract fields from")
            case "object": Words("dict_type", "Input should be a valid dictionary")
            case "array": Words("list_type", "Input should be a valid list")
            case "boolean": Words("bool_type", "Input should be a valid boolean")
            case "integer" where !isInBody:
                Words(
                    "int_parsing",
                    "Input should be a valid integer, unable to parse string as an integer")
            case "integer": Words("int_type", "Input should be a valid integer")
            case "number": Words("float_type", "Input should be a valid number")
            case "string": Words("string_type", "Input should be a valid string")
            default: Words("value_error", "Value error, is not of type \(expected)")
            }
    }

    private init(_ bound: Int, isLeast: Bool, _ fault: Fault) {
        let name = isLeast ? "min_length" : "max_length"
        let words = isLeast ? "at least" : "at most"
        guard let items = fault.input?.asArray else {
            let unit = bound == 1 ? "character" : "characters"
            self.init(
                isLeast ? "string_too_short" : "string_too_long",
                "String should have \(words) \(bound) \(unit)", [name: .int(bound)])
            return
        }
        let unit = bound == 1 ? "item" : "items"
        self.init(
            isLeast ? "too_short" : "too_long",
            "List should have \(words) \(bound) \(unit) after validation, not \(items.count)",
            ["field_type": "List", name: .int(bound), "actual_length": .int(items.count)])
    }

    /// - Parameter range: `least...most`. Which end was passed shows in what was sent.
    private init(range: String, _ fault: Fault) {
        let ends = range.split(separator: ".").compactMap { Int64($0) }
        let sent = fault.input?.asInteger ?? fault.input?.asString.flatMap { Int64($0) }
        guard let least = ends.first, let most = ends.last, let sent else {
            self.init("value_error", "Value error, is not in \(range)")
            return
        }
        let isBelow = sent < least
        self.init(
            isBelow ? "greater_than_equal" : "less_than_equal",
            isBelow
                ? "Input should be greater than or equal to \(least)"
                : "Input should be less than or equal to \(most)",
            isBelow ? ["ge": .int(least)] : ["le": .int(most)])
    }
}
