/// What a connection takes at most.
struct ReaderLimits {
    var head = HeadLimits()
    var bodyBytesMax = 1 << 20

    static let standard = ReaderLimits()

    /// So small that short inputs reach them.
    static let small: ReaderLimits = {
        var limits = ReaderLimits(bodyBytesMax: 24)
        limits.head.requestLineBytesMax = 48
        limits.head.fieldBytesMax = 40
        limits.head.fieldsBytesMax = 120
        limits.head.fieldsMax = 5
        limits.head.methodBytesMax = 8
        limits.head.emptyLinesMax = 1
        return limits
    }()
}

/// A whole request.
struct Message: Equatable {
    let head: Head
    let body: [UInt8]

    static func == (one: Message, other: Message) -> Bool {
        one.head.method == other.head.method && one.head.versionMinor == other.head.versionMinor
            && one.head.target.parts == other.head.target.parts
            && one.head.fields.parts == other.head.fields.parts
            && one.head.bodyLength == other.head.bodyLength
            && one.head.keepsAlive == other.head.keepsAlive
            && one.head.expectsContinue == other.head.expectsContinue
            && one.body == other.body
    }
}

/// A connection without a socket: what the parsers make of some bytes.
struct Reader: Equatable {
    enum End: Equatable {
        /// All bytes belong to whole messages, or more are needed.
        case open(isBetween: Bool)
        /// The last message closes the connection.
        case closed
        case refused(Int, String, Method?, target: [[UInt8]]?, fields: [[UInt8]]?)
    }

    private(set) var messages: [Message] = []
    private(set) var end = End.open(isBetween: true)

    static func read(
        _ pieces: [ArraySlice<UInt8>], _ limits: ReaderLimits, isKept: Bool = true
    ) -> Reader {
        var reader = Reader()
        var connection = Connection(limits: limits, isKept: isKept)
        for piece in pieces {
            guard case .open = reader.end else { break }
            // A buffer of the piece's own size: a byte read behind it is seen by AddressSanitizer.
            let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: piece.count)
            defer { buffer.deallocate() }
            _ = buffer.initialize(fromContentsOf: piece)
            let span = UnsafeBufferPointer(buffer).span
            reader.end = connection.feed(span) { reader.messages.append($0) }
        }
        return reader
    }
}

/// What is in hand between two pieces.
private struct Connection {
    let limits: ReaderLimits
    let isKept: Bool
    var parser: HeadParser
    var head: Head?
    var body: BodyParser?

    init(limits: ReaderLimits, isKept: Bool) {
        self.limits = limits
        self.isKept = isKept
        parser = HeadParser(limits: limits.head)
    }

    mutating func feed(_ piece: Span<UInt8>, _ take: (Message) -> Void) -> Reader.End {
        var index = 0
        do throws(ParseError) {
            while index < piece.count {
                guard let message = try step(piece, &index) else { continue }
                take(message)
                if !message.head.keepsAlive { return .closed }
            }
        } catch {
            expect(refusals.contains(error.status), "status \(error.status)")
            return .refused(
                error.status, error.reason, error.method, target: error.target?.parts,
                fields: error.fields?.parts)
        }
        return .open(isBetween: parser.isEmpty && body == nil)
    }

    /// Goes on to the end of a head, of a message or of the piece.
    private mutating func step(
        _ piece: Span<UInt8>, _ index: inout Int
    ) throws(ParseError) -> Message? {
        let start = index
        if let head {
            let whole = try body?.feed(piece, at: &index)
            checkProgress(piece, start, index, isWhole: whole != nil)
            guard let whole else { return nil }
            let received = body?.received ?? 0
            expect(received == whole.count || !isKept, "\(received) of \(whole.count) received")
            self.head = nil
            body = nil
            return Message(head: head, body: whole)
        }
        let head = try parser.feed(piece, at: &index)
        checkProgress(piece, start, index, isWhole: head != nil)
        guard let head else { return nil }
        parser = HeadParser(limits: limits.head)
        if head.bodyLength == .none { return Message(head: head, body: []) }
        body = try BodyParser(head, bytesMax: limits.bodyBytesMax, isKept: isKept)
        self.head = head
        return nil
    }

    private func checkProgress(_ piece: Span<UInt8>, _ start: Int, _ index: Int, isWhole: Bool) {
        expect(index > start && index <= piece.count, "from \(start) to \(index)")
        expect(isWhole || index == piece.count, "bytes are left, and no end")
    }
}

/// Every status that a parser may refuse with.
private let refusals = [400, 413, 414, 417, 421, 431, 501, 505]

extension Target {
    /// What tells two targets apart.
    var parts: [[UInt8]] {
        [Array("\(form)".utf8), Array(authority), Array(rawPath.utf8), Array(query.raw)]
            + segments.map { Array($0.raw) }
    }
}

extension Fields {
    /// Names and values in turn.
    var parts: [[UInt8]] { lines.flatMap { [Array(bytes[$0.name]), Array(bytes[$0.value])] } }
}
