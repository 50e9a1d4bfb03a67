/// Reads the head of one request from bytes that come in any pieces.
///
/// Every byte is looked at once and refused where it is impossible, so that junk without a line end
/// is refused too. Lines end in CRLF and nothing else. After a head or an error it is used up.
package struct HeadParser: Sendable {
    /// What the next byte belongs to.
    private enum Place {
        case start, emptyLineFeed
        case method, target, version, lineFeed
        case fieldStart, name, value, valueLineFeed, endLineFeed
    }

    private let limits: HeadLimits
    private var place = Place.start
    /// All bytes of the head that were taken by earlier calls.
    private var bytes: [UInt8] = []
    /// What makes an index of the input at hand a position in `bytes`.
    private var base = 0
    private var emptyLines = 0
    /// Where the line at hand, the word at hand and the fields start, as positions in `bytes`.
    private var lineStart = 0
    private var mark = 0
    private var fieldsStart = 0
    private var name = 0..<0
    private var lines: [Fields.Line] = []
    private var requestLine = RequestLine()

    package init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
    }

    /// Whether no byte of a request line has come yet.
    package var isEmpty: Bool { place == .start || place == .emptyLineFeed }

    /// Whether no byte at all has come yet, not even of an empty line.
    package var isUntouched: Bool { bytes.isEmpty }

    /// Takes bytes from `index` on, up to the end of the head.
    /// - Returns: the head, `index` behind its last byte; nil when all was taken and more is
    ///   needed.
    /// - Throws: 400, 414, 417, 421, 431, 501 or 505.
    package mutating func feed(
        _ input: Span<UInt8>, at index: inout Int
    ) throws(ParseError) -> Head? {
        let start = index
        base = bytes.count - start
        var fault: Fault?
        var isWhole = false
        do throws(Fault) {
            isWhole = try advance(input, &index)
        } catch {
            fault = error
        }
        input.withUnsafeBufferPointer { bytes.append(contentsOf: $0[start..<index]) }
        if let fault { throw refusal(fault) }
        guard isWhole else { return nil }
        do throws(Fault) {
            return try Head(requestLine, in: bytes, fields: fields)
        } catch {
            throw refusal(error)
        }
    }

    /// A refusal with what has been read, such as for a head that takes too long.
    package func refusal(status: Int, reason: StaticString) -> ParseError {
        refusal(Fault(status, reason))
    }

    private func refusal(_ fault: Fault) -> ParseError {
        ParseError(
            status: fault.status, reason: fault.reason.description,
            method: requestLine.knownMethod(in: bytes),
            target: requestLine.readTarget(in: bytes), fields: fields)
    }

    /// The fields read so far, values without the blanks around them.
    private var fields: Fields {
        var lines = lines
        for index in lines.indices {
            let value = bytes[lines[index].value].trimmed
            lines[index].value = value.startIndex..<value.endIndex
        }
        return Fields(bytes: bytes, lines: lines)
    }
}

extension HeadParser {
    /// Goes through the input; true when the head is complete.
    private mutating func advance(
        _ input: Span<UInt8>, _ index: inout Int
    ) throws(Fault) -> Bool {
        while index < input.count {
            let end = try reach(from: index, to: input.count)
            switch place {
            case .start: try readStart(input[index], &index)
            case .emptyLineFeed: try readLineFeed(input[index], &index, then: .start)
            case .method: try readMethod(input, &index, end)
            case .target: try readTarget(input, &index, end)
            case .version: try readVersion(input[index], &index)
            case .lineFeed:
                try readLineFeed(input[index], &index, then: .fieldStart)
                fieldsStart = base + index
            case .fieldStart: try readFieldStart(input[index], &index)
            case .name: try readName(input, &index, end)
            case .value: try readValue(input, &index, end)
            case .valueLineFeed: try readLineFeed(input[index], &index, then: .fieldStart)
            case .endLineFeed:
                try readLineFeed(input[index], &index, then: .start)
                return true
            }
        }
        return false
    }

    /// How far the line at hand may go in this input.
    private func reach(from index: Int, to count: Int) throws(Fault) -> Int {
        let position = base + index
        switch place {
        case .start, .emptyLineFeed, .fieldStart, .endLineFeed: return count
        case .method, .target, .version, .lineFeed:
            let room = lineStart + limits.requestLineBytesMax - position
            if room <= 0 { throw Fault(414, "the request line is too long") }
            return min(count, index + room)
        case .name, .value, .valueLineFeed:
            let lineRoom = lineStart + limits.fieldBytesMax - position
            let room = min(lineRoom, fieldsStart + limits.fieldsBytesMax - position)
            if room <= 0 { throw Fault(431, "the fields are too long") }
            return min(count, index + room)
        }
    }

    private mutating func readLineFeed(
        _ byte: UInt8, _ index: inout Int, then next: Place
    ) throws(Fault) {
        guard byte == .lineFeed else { throw Fault(400, "a carriage return without a line feed") }
        index += 1
        lineStart = base + index
        place = next
    }

    private mutating func readStart(_ byte: UInt8, _ index: inout Int) throws(Fault) {
        mark = base + index
        guard byte == .carriageReturn else {
            place = .method
            return
        }
        emptyLines += 1
        guard emptyLines <= limits.emptyLinesMax else {
            throw Fault(400, "too many empty lines in front of the request line")
        }
        index += 1
        place = .emptyLineFeed
    }

    private mutating func readMethod(
        _ input: Span<UInt8>, _ index: inout Int, _ end: Int
    ) throws(Fault) {
        index = skip(input, from: index, to: end, while: \.isToken)
        if base + index - mark > limits.methodBytesMax { throw Fault(501, "unknown method") }
        guard index < end else { return }
        guard input[index] == .space, base + index > mark else {
            throw Fault(400, "the request line does not start with a method and a space")
        }
        requestLine.method = mark..<(base + index)
        index += 1
        mark = base + index
        place = .target
    }

    private mutating func readTarget(
        _ input: Span<UInt8>, _ index: inout Int, _ end: Int
    ) throws(Fault) {
        index = skip(input, from: index, to: end, while: \.isTarget)
        guard index < end else { return }
        guard input[index] == .space, base + index > mark else {
            throw Fault(400, "the request line has no target followed by a version")
        }
        requestLine.target = mark..<(base + index)
        index += 1
        mark = base + index
        place = .version
    }

    /// `HTTP/` digit `.` digit, then CR. Source: RFC 9112, section 2.3.
    private mutating func readVersion(_ byte: UInt8, _ index: inout Int) throws(Fault) {
        let offset = base + index - mark
        let isRight =
            switch offset {
            case 5, 7: byte.isDigit
            case 8: byte == .carriageReturn
            default: byte == RequestLine.versionTemplate[offset]
            }
        guard isRight else { throw Fault(400, "the version is not HTTP/1.1") }
        if offset == 5 { requestLine.major = byte - UInt8(ascii: "0") }
        if offset == 7 { requestLine.minor = byte - UInt8(ascii: "0") }
        if offset == 8 { place = .lineFeed }
        index += 1
    }

    private mutating func readFieldStart(_ byte: UInt8, _ index: inout Int) throws(Fault) {
        mark = base + index
        if byte == .carriageReturn {
            index += 1
            place = .endLineFeed
        } else if lines.count == limits.fieldsMax {
            throw Fault(431, "too many fields")
        } else {
            if lines.isEmpty { lines.reserveCapacity(10) }
            place = .name
        }
    }

    private mutating func readName(
        _ input: Span<UInt8>, _ index: inout Int, _ end: Int
    ) throws(Fault) {
        index = skip(input, from: index, to: end, while: \.isToken)
        guard index < end else { return }
        guard input[index] == UInt8(ascii: ":"), base + index > mark else {
            throw Fault(400, "a field has no valid name in front of a colon")
        }
        name = mark..<(base + index)
        index += 1
        mark = base + index
        place = .value
    }

    private mutating func readValue(
        _ input: Span<UInt8>, _ index: inout Int, _ end: Int
    ) throws(Fault) {
        index = skip(input, from: index, to: end, while: \.isFieldValue)
        guard index < end else { return }
        guard input[index] == .carriageReturn else {
            throw Fault(400, "a field's value holds a control character")
        }
        lines.append(Fields.Line(name: name, value: mark..<(base + index)))
        index += 1
        place = .valueLineFeed
    }
}

/// - Returns: the first index whose byte is not of the class, or `end`.
@inline(__always) private func skip(
    _ input: Span<UInt8>, from start: Int, to end: Int, while isPart: (UInt8) -> Bool
) -> Int {
    var index = start
    while index < end, isPart(input[index]) { index += 1 }
    return index
}
