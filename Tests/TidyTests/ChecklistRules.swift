import Foundation

/// Every item of the HTTP checklist has a test that bears its number: a test or a row whose name
/// begins with `51: ` or `81, 82: `.
enum ChecklistRules {
    static let items = 1...150

    /// What a name follows: in Swift a test or a row of the table, in Python the id of a parameter
    /// or the first line of a test's description.
    private static let marks = ["@Test(", "WireRow(", "id=", "\"\"\""]

    /// The items no test is named after.
    static func untested(in texts: [String]) -> [Int] {
        let named = texts.reduce(into: Set<Int>()) { $0.formUnion(items(namedIn: $1)) }
        return items.filter { !named.contains($0) }
    }

    static func items(namedIn text: String) -> Set<Int> {
        var found: Set<Int> = []
        let bytes = Array(text.utf8)
        for mark in marks {
            let mark = Array(mark.utf8)
            var rest = bytes[...]
            while let range = rest.firstRange(of: mark) {
                rest = rest[range.upperBound...]
                found.formUnion(numbers(atStartOf: rest.drop(while: isOpening)))
            }
        }
        return found
    }

    /// Blanks and line ends in front of a name, the quote, and Python's mark of a format.
    private static func isOpening(_ byte: UInt8) -> Bool {
        " \n\"f".utf8.contains(byte)
    }

    private static func numbers(atStartOf text: ArraySlice<UInt8>) -> [Int] {
        guard let colon = text.prefix(80).firstRange(of: Array(": ".utf8)) else { return [] }
        let words = String(decoding: text[..<colon.lowerBound], as: UTF8.self)
            .components(separatedBy: ", ")
        let numbers = words.compactMap { Int($0) }
        return numbers.count == words.count ? numbers : []
    }
}
