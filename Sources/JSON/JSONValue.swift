/// One JSON document, or a part of one.
///
/// Two values are equal when they serialize to the same bytes, so names and text compare byte for
/// byte and the order of members counts: `==` of `String` takes `é` and `e` + accent for one
/// (reliability N2).
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// A string, or null for nil.
    package static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    /// An integer, or null for nil.
    package static func int(_ number: Int64?) -> JSONValue {
        number.map { .number(JSONNumber($0)) } ?? .null
    }

    /// The same for the everyday integer type.
    package static func int(_ number: Int) -> JSONValue { .number(JSONNumber(Int64(number))) }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    package var asBool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    package var asString: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var asNumber: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The number, if it is written as an integer within 64 bits: not for `1.0` or `1e3`.
    package var asInteger: Int64? { asNumber?.integer }

    /// The nearest double of any number; nil for one beyond the range of doubles.
    package var asDouble: Double? { asNumber?.double }

    package var asArray: [JSONValue]? {
        if case .array(let items) = self { items } else { nil }
    }

    package var asObject: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The member of that name; nil when there is none and for everything but objects.
    package subscript(name: String) -> JSONValue? { asObject?[name] }
}

extension JSONValue: Equatable {
    package static func == (one: JSONValue, other: JSONValue) -> Bool {
        switch (one, other) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.number(let one), .number(let other)): one == other
        case (.string(let one), .string(let other)): one.hasSameBytes(as: other)
        case (.array(let one), .array(let other)): one == other
        case (.object(let one), .object(let other)): one == other
        default: false
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(integerLiteral number: Int64) { self = .int(number) }
    package init(booleanLiteral flag: Bool) { self = .bool(flag) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral items: JSONValue...) { self = .array(items) }

    /// The members in the order they are written; a name given twice keeps its last value.
    package init(dictionaryLiteral members: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in members { object[name] = value }
        self = .object(object)
    }
}

extension String {
    /// Byte-exact equality. The canonical `==` goes first because it is the faster way to "no".
    func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count, self == other else { return false }
        var (one, other) = (self, other)
        return one.withUTF8 { one in
            other.withUTF8 { other in
                zip(one, other).allSatisfy { $0 == $1 }
            }
        }
    }
}
