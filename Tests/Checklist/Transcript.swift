import HTTP

/// What a parser makes of some bytes: the whole messages, then how it ends.
package struct Transcript: Equatable, CustomStringConvertible {
    /// What becomes of the connection.
    package enum End: Equatable, Sendable {
        /// Everything belongs to whole messages.
        case clean
        /// More bytes are needed.
        case needsMore
        case refused(Int)
        /// The message closes the connection: nothing behind it is read.
        case closed
    }

    package private(set) var messages: [String] = []
    package private(set) var end = End.clean

    package var description: String { "\(messages) \(end)" }

    /// Feeds the pieces one after the other to parsers as a connection would.
    package init(of pieces: [[UInt8]], bodyBytesMax: Int = 1 << 20) {
        var reader = Reader(bodyBytesMax: bodyBytesMax)
        for piece in pieces where !reader.isDone { reader.feed(piece) }
        messages = reader.messages
        end = reader.end
    }
}

/// A connection without a socket.
private struct Reader {
    let bodyBytesMax: Int
    var messages: [String] = []
    var end = Transcript.End.clean
    var parser = HeadParser()
    var head: Head?
    var body: BodyParser?

    init(bodyBytesMax: Int) {
        self.bodyBytesMax = bodyBytesMax
    }

    var isDone: Bool {
        switch end {
        case .refused, .closed: true
        case .clean, .needsMore: false
        }
    }

    mutating func feed(_ piece: [UInt8]) {
        var index = 0
        do throws(ParseError) {
            while index < piece.count, end != .closed { try step(piece.span, &index) }
            if end != .closed { end = parser.isEmpty && body == nil ? .clean : .needsMore }
        } catch {
            end = .refused(error.status)
        }
    }

    private mutating func step(_ span: Span<UInt8>, _ index: inout Int) throws(ParseError) {
        if body == nil {
            guard let head = try parser.feed(span, at: &index) else { return }
            parser = HeadParser()
            self.head = head
            body = try BodyParser(head, bytesMax: bodyBytesMax)
        }
        guard let head, let bytes = try body?.feed(span, at: &index) else { return }
        body = nil
        let text = String(decoding: bytes, as: UTF8.self)
        messages.append(
            "\(head.method.rawValue) \(head.target.rawPath)\(text.isEmpty ? "" : " ")\(text)")
        if !head.keepsAlive { end = .closed }
    }
}

/// Every way to cut bytes that tests use: whole, one by one, and in two at every position, which in
/// what is long are some positions only.
package func cuts(of bytes: [UInt8]) -> [[[UInt8]]] {
    let step = 1 + bytes.count / 600 * 12
    let halves = stride(from: 1, to: bytes.count, by: step).map {
        [Array(bytes[..<$0]), Array(bytes[$0...])]
    }
    return [[bytes], bytes.map { [$0] }] + halves
}
