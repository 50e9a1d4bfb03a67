/// Why bytes are not a document we take, and where.
package struct JSONError: Error, Sendable, Equatable {
    /// What a caller may want to tell apart.
    package enum Kind: Sendable, Equatable {
        case syntax(Syntax)
        /// A name twice in one object; readers disagree which one counts, so nobody gets to choose.
        case duplicateName
        /// More levels than `JSONLimits.depthMax`.
        case tooDeep
        /// More items in one array or object than `JSONLimits.membersMax`.
        case tooMany
        case notUTF8
        /// `\u0000` in a text: C code behind us would end the text there.
        case nulCharacter
        /// Half of a UTF-16 pair: there is no such character.
        case loneSurrogate
    }

    /// What is wrong with the grammar, in the words of CPython's `json`, which clients of the
    /// documented vendors know.
    package enum Syntax: String, Sendable {
        case value = "Expecting value"
        case propertyName = "Expecting property name enclosed in double quotes"
        case comma = "Expecting ',' delimiter"
        case colon = "Expecting ':' delimiter"
        case unterminatedString = "Unterminated string starting at"
        case extraData = "Extra data"
        case controlCharacter = "Invalid control character at"
        case escape = "Invalid \\escape"
        case unicodeEscape = "Invalid \\uXXXX escape"
        case byteOrderMark = "Unexpected UTF-8 BOM (decode using utf-8-sig)"
    }

    package let kind: Kind
    /// In bytes from the start of the document.
    package let offset: Int
    /// In characters (Unicode scalars) from the start of the document, as CPython counts.
    package let characterOffset: Int

    /// What is wrong, without the place.
    package var message: String {
        switch kind {
        case .syntax(let syntax): syntax.rawValue
        case .duplicateName: "Duplicate name"
        case .tooDeep: "Too many levels"
        case .tooMany: "Too many members"
        case .notUTF8: "Invalid UTF-8"
        case .nulCharacter: "Invalid character U+0000"
        case .loneSurrogate: "Lone surrogate"
        }
    }
}

/// How much structure a document may have; its bytes are limited where they are received.
package struct JSONLimits: Sendable {
    /// Levels of arrays and objects; the parser calls itself once a level.
    package var depthMax: Int
    /// Items of one array, members of one object.
    package var membersMax: Int

    package init(depthMax: Int, membersMax: Int) {
        self.depthMax = depthMax
        self.membersMax = membersMax
    }

    /// 64 levels, 10,000 members (reliability N6).
    package static let standard = JSONLimits(depthMax: 64, membersMax: 10_000)
}
