import JSON
import Runs

/// The members of a JSON object in a request, read one by one into typed values. Faults are
/// collected, so that one answer names them all: read everything, then `check()`.
///
/// A member that is null counts as absent; where it is required, it has the wrong type.
package struct Body {
    /// As it came.
    package let members: JSONObject
    /// Where it stands in the request: `["body"]`.
    package let location: [JSONValue]
    /// In the order the members were read.
    package private(set) var faults: [Fault] = []
    private var read: [String] = []

    package init(_ members: JSONObject, at location: [JSONValue] = ["body"]) {
        self.members = members
        self.location = location
    }

    /// Whether the member is there, null or not.
    package func has(_ name: String) -> Bool { members[name] != nil }

    /// The raw value of an optional member; nil for null too.
    package mutating func value(_ name: String) -> JSONValue? {
        read.append(name)
        guard let value = members[name], !value.isNull else { return nil }
        return value
    }

    /// The raw value of a member that has to be there; null counts as a value.
    package mutating func requiredValue(_ name: String) -> JSONValue? {
        read.append(name)
        if let value = members[name] { return value }
        fault(name, .missing, input: .object(members))
        return nil
    }

    /// An optional text.
    /// - Parameter length: in Unicode scalars.
    package mutating func string(
        _ name: String, _ length: ClosedRange<Int> = 0...textMax
    ) -> String? {
        value(name).flatMap { text($0, name, length) }
    }

    /// A text that has to be there.
    /// - Parameter length: in Unicode scalars.
    /// - Returns: nil when it is missing or wrong, which `check()` throws.
    package mutating func requiredString(
        _ name: String, _ length: ClosedRange<Int> = 0...textMax
    ) -> String? {
        requiredValue(name).flatMap { text($0, name, length) }
    }

    /// An optional whole number.
    package mutating func integer(_ name: String, _ range: ClosedRange<Int64>) -> Int64? {
        guard let value = value(name) else { return nil }
        guard let number = value.asInteger else { return wrong(name, .type("integer"), value) }
        guard range.contains(number) else {
            let words = "\(range.lowerBound)...\(range.upperBound)"
            return wrong(name, .outOfRange(words), value)
        }
        return number
    }

    /// An optional number of seconds, kept to the millisecond.
    /// - Returns: milliseconds.
    package mutating func seconds(_ name: String, _ range: ClosedRange<Int64>) -> Int64? {
        guard let value = value(name) else { return nil }
        guard let number = value.asDouble else { return wrong(name, .type("number"), value) }
        guard number >= Double(range.lowerBound), number <= Double(range.upperBound) else {
            let words = "\(range.lowerBound)...\(range.upperBound)"
            return wrong(name, .outOfRange(words), value)
        }
        return Int64((number * 1000).rounded())
    }

    /// An optional truth value.
    package mutating func bool(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        return value.asBool ?? wrong(name, .type("boolean"), value)
    }

    /// An optional object, unread.
    package mutating func object(_ name: String) -> JSONObject? {
        guard let value = value(name) else { return nil }
        return value.asObject ?? wrong(name, .type("object"), value)
    }

    /// An object that has to be there, unread.
    package mutating func requiredObject(_ name: String) -> JSONObject? {
        guard let value = requiredValue(name) else { return nil }
        return value.asObject ?? wrong(name, .type("object"), value)
    }

    /// An optional array, unread.
    package mutating func array(_ name: String, _ count: ClosedRange<Int>) -> [JSONValue]? {
        guard let value = value(name) else { return nil }
        guard let items = value.asArray else { return wrong(name, .type("array"), value) }
        if items.count < count.lowerBound { return wrong(name, .tooShort(count.lowerBound), value) }
        if items.count > count.upperBound { return wrong(name, .tooLong(count.upperBound), value) }
        return items
    }

    /// An optional moment: RFC 3339, kept to the millisecond.
    package mutating func timestamp(_ name: String) -> Timestamp? {
        guard let value = value(name) else { return nil }
        guard let moment = value.asString.flatMap(Timestamp.init(rfc3339:)) else {
            return wrong(name, .type("date-time"), value)
        }
        return moment
    }

    /// Notes a fault that the caller found in a member.
    package mutating func fault(_ name: String, _ kind: FaultKind, input: JSONValue? = nil) {
        faults.append(Fault(location + [.string(name)], kind, input: input ?? members[name]))
    }

    /// Notes faults found deeper in the body.
    package mutating func add(_ more: [Fault]) { faults += more }

    /// Notes every member that was not read, for the style that refuses what it does not know.
    package mutating func refuseOthers() {
        for name in members.names
        where !read.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            fault(name, .value("is not known here"))
        }
    }

    /// Ends the reading.
    /// - Throws: `.input` with all faults, when there are any.
    package func check() throws(Refusal) {
        if !faults.isEmpty { throw .input(faults) }
    }

    /// Characters of a text without a limit of its own (decisions.md, section 4).
    package static let textMax = 65_536

    private mutating func text(
        _ value: JSONValue, _ name: String, _ length: ClosedRange<Int>
    ) -> String? {
        guard let text = value.asString else { return wrong(name, .type("string"), value) }
        let count = text.unicodeScalars.count
        if count < length.lowerBound { return wrong(name, .tooShort(length.lowerBound), value) }
        if count > length.upperBound { return wrong(name, .tooLong(length.upperBound), value) }
        return text
    }

    private mutating func wrong<T>(_ name: String, _ kind: FaultKind, _ value: JSONValue) -> T? {
        fault(name, kind, input: value)
        return nil
    }
}
