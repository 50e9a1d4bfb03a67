import HTTP
import JSON
import Runs

/// The values of a query, read one by one with their faults collected: read everything, then
/// `check()`. A name that is there twice counts once, with its first value, unless `all` is asked.
package struct QueryReader {
    private let pairs: [(name: String, value: String)]
    /// In the order the values were read.
    package private(set) var faults: [Fault] = []
    private var read: [String] = []

    /// Decodes the query once; what is no text in it is left out.
    package init(_ query: Query) {
        pairs = query.isEmpty ? [] : query.pairs
    }

    /// The text of a name; nil without one.
    package mutating func text(_ name: String) -> String? {
        read.append(name)
        return pairs.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// Every text of a name, in order.
    package mutating func all(_ name: String) -> [String] {
        read.append(name)
        return pairs.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
    }

    /// A whole number.
    /// - Returns: nil when there is none, or it is wrong, which is noted.
    package mutating func integer(_ name: String, _ range: ClosedRange<Int64>) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = wholeNumber(text) else { return wrong(name, .type("integer"), text) }
        guard range.contains(number) else {
            let words = "\(range.lowerBound)...\(range.upperBound)"
            return wrong(name, .outOfRange(words), text)
        }
        return number
    }

    /// A number of items to answer: at least `least`, and clamped at `most`.
    package mutating func limit(
        _ name: String = "limit", default standard: Int, least: Int = 1, most: Int
    ) -> Int {
        let number = integer(name, Int64(least)...999_999_999_999_999)
        return number.map { Int(min($0, Int64(most))) } ?? standard
    }

    /// A moment: RFC 3339.
    package mutating func timestamp(_ name: String) -> Timestamp? {
        guard let text = text(name) else { return nil }
        guard let moment = Timestamp(rfc3339: text) else {
            return wrong(name, .type("date-time"), text)
        }
        return moment
    }

    /// Notes a fault that the caller found in a value.
    package mutating func fault(_ name: String, _ kind: FaultKind, input: String? = nil) {
        faults.append(Fault(["query", .string(name)], kind, input: input.map(JSONValue.string)))
    }

    /// Notes every name that was not read, for the style that refuses what it does not know.
    package mutating func refuseOthers() {
        for pair in pairs where !read.contains(where: { $0.utf8.elementsEqual(pair.name.utf8) }) {
            fault(pair.name, .value("is not known here"))
        }
    }

    /// - Throws: `.input` with all faults, when there are any.
    package func check() throws(Refusal) {
        if !faults.isEmpty { throw .input(faults) }
    }

    private mutating func wrong<T>(_ name: String, _ kind: FaultKind, _ text: String) -> T? {
        fault(name, kind, input: text)
        return nil
    }
}

/// A whole number in 1 to 15 ASCII digits, with a minus sign at most (reliability N5: `Int` itself
/// takes `+5`, and digits of other scripts are for nobody here).
package func wholeNumber(_ text: String) -> Int64? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    guard (1...15).contains(digits.count),
        digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int64(text)
}
