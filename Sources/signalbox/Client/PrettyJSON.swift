import JSON

/// JSON for people: a member a line, two spaces a level.
enum PrettyJSON {
    static func text(_ value: JSONValue) -> String {
        var output = ""
        write(value, indent: "", to: &output)
        return output
    }

    private static func write(_ value: JSONValue, indent: String, to output: inout String) {
        let inner = indent + "  "
        if let items = value.asArray, !items.isEmpty {
            output += "["
            for (index, item) in items.enumerated() {
                output += (index == 0 ? "\n" : ",\n") + inner
                write(item, indent: inner, to: &output)
            }
            output += "\n\(indent)]"
        } else if let members = value.asObject?.members, !members.isEmpty {
            output += "{"
            for (index, member) in members.enumerated() {
                output += (index == 0 ? "\n" : ",\n") + inner
                output += compact(.string(member.name)) + ": "
                write(member.value, indent: inner, to: &output)
            }
            output += "\n\(indent)}"
        } else {
            output += compact(value)
        }
    }

    private static func compact(_ value: JSONValue) -> String {
        String(decoding: value.serialized(), as: UTF8.self)
    }
}
