/// A number as it is written, so that a document is echoed unchanged: `1.0` stays `1.0`, and digits
/// beyond a double's precision stay.
package struct JSONNumber: Sendable, Equatable {
    /// The literal by the grammar of RFC 8259, section 6.
    package let literal: String

    /// The shortest literal.
    package init(_ number: Int64) { literal = String(number) }

    /// The shortest literal that reads as this double again.
    /// - Returns: nil for NaN and infinities, which JSON has no words for.
    package init?(_ number: Double) {
        guard number.isFinite else { return nil }
        literal = number.description
    }

    /// - Parameter scanned: what the parser took for a number.
    init(scanned: String) { literal = scanned }

    /// The value if the literal has neither fraction nor exponent and fits 64 bits.
    package var integer: Int64? { Int64(literal) }

    /// The nearest double; nil for one beyond the range of doubles, such as `1e400`.
    package var double: Double? {
        guard let number = Double(literal), number.isFinite else { return nil }
        return number
    }
}
