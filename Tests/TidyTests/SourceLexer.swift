/// Tells code from comments and literals, line by line, well enough for rules about words.
struct SourceLexer {
    private enum Mode {
        /// Inside `\(...)` the parentheses still open; 0 outside of literals.
        case code(parentheses: Int)
        case literal(hashes: Int, quotes: Int)
        case lineComment
        case blockComment
    }

    private let bytes: [UInt8]
    private var index = 0
    private var modes: [Mode] = [.code(parentheses: 0)]
    private var code: [UInt8] = []
    private var literal: [UInt8] = []
    private var hasComment = false
    private var lines: [SourceLine] = []
    private var lineStart = 0

    private init(_ text: String) { bytes = Array(text.utf8) }

    static func lines(of text: String) -> [SourceLine] {
        var lexer = SourceLexer(text)
        while lexer.index < lexer.bytes.count { lexer.step() }
        if lexer.lineStart < lexer.bytes.count { lexer.endLine() }
        return lexer.lines
    }

    private mutating func step() {
        if bytes[index] == UInt8(ascii: "\n") { return endLine() }
        switch modes.last {
        case .code(let parentheses): stepInCode(parentheses)
        case .literal(let hashes, let quotes): stepInLiteral(hashes: hashes, quotes: quotes)
        case .blockComment: stepInBlockComment()
        case .lineComment, nil: blank(1)
        }
    }

    private mutating func stepInCode(_ parentheses: Int) {
        if starts("//") { return open(.lineComment, width: 2) }
        if starts("/*") { return open(.blockComment, width: 2) }
        let hashes = count(of: "#", from: index)
        let quotes = count(of: "\"", from: index + hashes)
        if quotes > 0 {
            let mark = quotes == 3 ? 3 : 1
            return open(.literal(hashes: hashes, quotes: mark), width: hashes + mark)
        }
        if parentheses > 0, starts("(") || starts(")") {
            let left = parentheses + (starts("(") ? 1 : -1)
            modes.removeLast()
            if left > 0 { modes.append(.code(parentheses: left)) }
        }
        code.append(bytes[index])
        index += 1
    }

    private mutating func stepInLiteral(hashes: Int, quotes: Int) {
        if starts("\\"), count(of: "#", from: index + 1) >= hashes {
            let letter = index + 1 + hashes
            guard letter < bytes.count, bytes[letter] == UInt8(ascii: "(") else {
                return blank(2 + hashes, literal: true)
            }
            return open(.code(parentheses: 1), width: 2 + hashes)
        }
        let isEnd = count(of: "\"", from: index) >= quotes
        if isEnd, count(of: "#", from: index + quotes) >= hashes {
            modes.removeLast()
            literal.append(UInt8(ascii: "\n"))
            return blank(quotes + hashes)
        }
        blank(1, literal: true)
    }

    private mutating func stepInBlockComment() {
        hasComment = true
        if starts("/*") { return open(.blockComment, width: 2) }
        if starts("*/") { modes.removeLast() }
        blank(starts("*/") ? 2 : 1)
    }

    private mutating func open(_ mode: Mode, width: Int) {
        switch mode {
        case .lineComment, .blockComment: hasComment = true
        case .code, .literal: break
        }
        modes.append(mode)
        blank(width)
    }

    private mutating func blank(_ width: Int, literal isLiteral: Bool = false) {
        for _ in 0..<width where index < bytes.count && bytes[index] != UInt8(ascii: "\n") {
            if isLiteral { literal.append(bytes[index]) }
            code.append(UInt8(ascii: " "))
            index += 1
        }
    }

    private mutating func endLine() {
        lines.append(
            SourceLine(
                number: lines.count + 1,
                text: String(decoding: bytes[lineStart..<index], as: UTF8.self),
                code: String(decoding: code, as: UTF8.self), hasComment: hasComment,
                literals: literal.split(separator: UInt8(ascii: "\n")).map {
                    String(decoding: $0, as: UTF8.self)
                }))
        if case .lineComment = modes.last { modes.removeLast() }
        (code, literal, hasComment) = ([], [], false)
        index += 1
        lineStart = index
    }

    private func starts(_ mark: String) -> Bool { bytes[index...].starts(with: mark.utf8) }

    private func count(of mark: Character, from start: Int) -> Int {
        guard start < bytes.count else { return 0 }
        return bytes[start...].prefix { $0 == mark.asciiValue }.count
    }
}

struct SourceLine {
    let number: Int
    let text: String
    /// The line with comments and the inside of literals blanked out.
    let code: String
    let hasComment: Bool
    /// What the literals of the line say.
    let literals: [String]
}

struct SourceFile {
    /// From the root of the package.
    let path: String
    let lines: [SourceLine]

    init(path: String, text: String) {
        self.path = path
        lines = SourceLexer.lines(of: text)
    }

    func violation(_ line: SourceLine, _ rule: String) -> Violation {
        Violation(path: path, line: line.number, rule: rule)
    }
}

struct Violation: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let rule: String

    var description: String { "\(path):\(line): \(rule)" }
}
