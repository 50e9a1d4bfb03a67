/// The framing of a chunked body: sizes, extensions, line ends, trailer. Source: RFC 9112, 7.1.
///
/// Extensions and trailer fields are checked and dropped: they never set a length, a route or
/// credentials.
struct ChunkedParser: Sendable {
    /// What stands at the index of the input.
    enum Step {
        case needsMore
        /// Bytes of data, `remaining` of them.
        case data
        case end
    }

    private enum Place {
        case size, sizeBlank, sizeLineFeed
        case extensionStart, extensionName, nameBlank, valueStart, value
        case quoted, quotedEscape, valueEnd
        case data, dataReturn, dataLineFeed
        case trailerStart, trailerName, trailerValue, trailerLineFeed, endLineFeed, end
    }

    /// Bytes of data that are still to come in the chunk at hand, never more than `room`.
    private(set) var remaining: UInt64 = 0
    /// Bytes of data that the body may still have.
    private var room: UInt64
    private let overheadBytesMax: Int
    private var place = Place.size
    private var hasDigit = false
    private var overhead = 0

    /// - Parameters:
    ///   - bytesMax: data of all chunks. A size beyond it is refused at the digit that exceeds it,
    ///     before any of the data is there.
    ///   - overheadBytesMax: extensions, leading zeros and trailer fields together.
    init(bytesMax: UInt64, overheadBytesMax: Int) {
        room = bytesMax
        self.overheadBytesMax = overheadBytesMax
    }

    /// Goes on to the next data, the end, or the end of the input.
    mutating func next(_ input: Span<UInt8>, _ index: inout Int) throws(Fault) -> Step {
        while place != .end {
            guard index < input.count else { return .needsMore }
            if place == .data { return .data }
            try read(input[index])
            index += 1
        }
        return .end
    }

    /// Notes that the caller took data.
    mutating func took(_ count: UInt64) {
        remaining -= count
        room -= count
        if remaining == 0 { place = .dataReturn }
    }

    private mutating func read(_ byte: UInt8) throws(Fault) {
        switch place {
        case .size: try readSize(byte)
        case .sizeBlank, .extensionStart, .extensionName, .nameBlank, .valueStart, .value, .quoted,
            .quotedEscape, .valueEnd:
            try readExtension(byte)
        case .sizeLineFeed:
            try expect(.lineFeed, byte, then: remaining == 0 ? .trailerStart : .data)
        case .dataReturn: try expect(.carriageReturn, byte, then: .dataLineFeed)
        case .dataLineFeed:
            try expect(.lineFeed, byte, then: .size)
            hasDigit = false
        case .trailerStart, .trailerName, .trailerValue: try readTrailer(byte)
        case .trailerLineFeed: try expect(.lineFeed, byte, then: .trailerStart)
        case .endLineFeed: try expect(.lineFeed, byte, then: .end)
        case .data, .end: break
        }
    }

    private mutating func expect(
        _ wanted: UInt8, _ byte: UInt8, then next: Place
    ) throws(Fault) {
        guard byte == wanted else { throw Fault(400, "a chunk does not end where it should") }
        place = next
    }

    private mutating func readSize(_ byte: UInt8) throws(Fault) {
        if let value = byte.hexValue {
            hasDigit = true
            if remaining == 0, value == 0 { return try countOverhead() }
            // Compared before the shift, which drops what does not fit.
            guard remaining <= room >> 4, remaining << 4 | UInt64(value) <= room else {
                throw Fault(413, "the body is too large")
            }
            remaining = remaining << 4 | UInt64(value)
            return
        }
        guard hasDigit else { throw Fault(400, "a chunk has no size") }
        switch byte {
        case .carriageReturn: place = .sizeLineFeed
        case UInt8(ascii: ";"): place = .extensionStart
        case .space, .tab: place = .sizeBlank
        default: throw Fault(400, "a chunk's size is not hexadecimal")
        }
    }

    /// `;` name, then optionally `=` and a token or a quoted string; blanks around `;` and `=`.
    private mutating func readExtension(_ byte: UInt8) throws(Fault) {
        try countOverhead()
        switch (place, byte) {
        case (.quoted, UInt8(ascii: "\"")): place = .valueEnd
        case (.quoted, UInt8(ascii: "\\")): place = .quotedEscape
        case (.quoted, _) where byte.isFieldValue: break
        case (.quotedEscape, _) where byte.isFieldValue: place = .quoted
        case (.sizeBlank, _) where byte.isBlank: break
        case (.extensionStart, _) where byte.isBlank: break
        case (.valueStart, _) where byte.isBlank: break
        case (.extensionName, _) where byte.isBlank: place = .nameBlank
        case (.nameBlank, _) where byte.isBlank: break
        case (.value, _) where byte.isBlank: place = .valueEnd
        case (.valueEnd, _) where byte.isBlank: break
        case (.extensionStart, _) where byte.isToken: place = .extensionName
        case (.extensionName, _) where byte.isToken: break
        case (.valueStart, UInt8(ascii: "\"")): place = .quoted
        case (.valueStart, _) where byte.isToken: place = .value
        case (.value, _) where byte.isToken: break
        case (.extensionName, UInt8(ascii: "=")), (.nameBlank, UInt8(ascii: "=")):
            place = .valueStart
        case (.sizeBlank, UInt8(ascii: ";")), (.extensionName, UInt8(ascii: ";")),
            (.nameBlank, UInt8(ascii: ";")), (.value, UInt8(ascii: ";")),
            (.valueEnd, UInt8(ascii: ";")):
            place = .extensionStart
        case (.extensionName, .carriageReturn), (.nameBlank, .carriageReturn),
            (.value, .carriageReturn), (.valueEnd, .carriageReturn):
            place = .sizeLineFeed
        default: throw Fault(400, "a chunk extension is not valid")
        }
    }

    private mutating func readTrailer(_ byte: UInt8) throws(Fault) {
        try countOverhead()
        switch (place, byte) {
        case (.trailerStart, .carriageReturn): place = .endLineFeed
        case (.trailerStart, _) where byte.isToken: place = .trailerName
        case (.trailerName, UInt8(ascii: ":")): place = .trailerValue
        case (.trailerName, _) where byte.isToken: break
        case (.trailerValue, .carriageReturn): place = .trailerLineFeed
        case (.trailerValue, _) where byte.isFieldValue: break
        default: throw Fault(400, "a trailer field is not valid")
        }
    }

    private mutating func countOverhead() throws(Fault) {
        overhead += 1
        if overhead > overheadBytesMax {
            throw Fault(431, "chunk extensions and trailer are too long")
        }
    }
}
