/// A value on its way into a statement or out of a row: the five storage classes of SQLite.
package enum Value: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    /// Text is stored as UTF-8. U+0000 in it is refused before it comes here (reliability N4).
    case text(String)
    case blob([UInt8])
}

extension Value {
    /// The text, or NULL for nil.
    package static func text(orNull text: String?) -> Value { text.map(Value.text) ?? .null }

    /// The integer, or NULL for nil.
    package static func integer(orNull number: Int64?) -> Value {
        number.map(Value.integer) ?? .null
    }

    /// The bytes, or NULL for nil.
    package static func blob(orNull bytes: [UInt8]?) -> Value { bytes.map(Value.blob) ?? .null }

    /// 1 for true, 0 for false: SQLite has no truth values.
    package static func bool(_ flag: Bool) -> Value { .integer(flag ? 1 : 0) }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    package init(stringLiteral text: String) { self = .text(text) }
    package init(integerLiteral number: Int64) { self = .integer(number) }
    package init(nilLiteral: ()) { self = .null }
}
