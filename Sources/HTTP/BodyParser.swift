/// Reads the body of one request from bytes that come in any pieces. It grows with what arrives,
/// never with what was promised.
package struct BodyParser: Sendable {
    private let head: Head
    private let bytesMax: Int
    /// Whether the bytes are kept; those of a body nobody wants are only counted.
    private let isKept: Bool
    private var chunks: ChunkedParser
    private var body: [UInt8] = []
    /// Body bytes that have arrived; deadlines grow with it.
    package private(set) var received = 0

    /// Bytes of extensions, leading zeros and trailer fields that a chunked body may have where
    /// nothing else is said.
    package static let chunkOverheadBytesMax = 8 * 1024

    /// - Parameters:
    ///   - bytesMax: what the route takes.
    ///   - chunkOverheadBytesMax: what frames the chunks beside their sizes; more is 431.
    /// - Throws: 413 for a declared length above it, before any of the body is read.
    package init(
        _ head: Head, bytesMax: Int, isKept: Bool = true,
        chunkOverheadBytesMax: Int = BodyParser.chunkOverheadBytesMax
    ) throws(ParseError) {
        self.head = head
        self.bytesMax = bytesMax
        self.isKept = isKept
        chunks = ChunkedParser(
            bytesMax: UInt64(clamping: bytesMax), overheadBytesMax: chunkOverheadBytesMax)
        if case .length(let length) = head.bodyLength, length > bytesMax { throw tooLarge }
    }

    /// Takes bytes from `index` on, up to the end of the body.
    /// - Returns: the body, `index` behind its last byte; nil when all was taken and more is
    ///   needed. For a request without a body it is empty at once.
    /// - Throws: 413 above the limit, 400 or 431 for faulty chunks.
    package mutating func feed(
        _ input: Span<UInt8>, at index: inout Int
    ) throws(ParseError) -> [UInt8]? {
        switch head.bodyLength {
        case .none:
            return body
        case .length(let length):
            try take(input, &index, count: min(length - received, input.count - index))
            return received == length ? body : nil
        case .chunked:
            return try feedChunks(input, &index) ? body : nil
        }
    }

    private mutating func feedChunks(
        _ input: Span<UInt8>, _ index: inout Int
    ) throws(ParseError) -> Bool {
        while true {
            do throws(Fault) {
                switch try chunks.next(input, &index) {
                case .needsMore: return false
                case .end: return true
                case .data: break
                }
            } catch {
                throw ParseError(
                    status: error.status, reason: error.reason.description, head: head)
            }
            let count = min(chunks.remaining, UInt64(input.count - index))
            try take(input, &index, count: Int(count))
            chunks.took(count)
        }
    }

    private mutating func take(
        _ input: Span<UInt8>, _ index: inout Int, count: Int
    ) throws(ParseError) {
        guard count <= bytesMax - received else { throw tooLarge }
        if isKept {
            let range = index..<(index + count)
            input.withUnsafeBufferPointer { body.append(contentsOf: $0[range]) }
        }
        received += count
        index += count
    }

    private var tooLarge: ParseError {
        ParseError(status: 413, reason: "the body is too large", head: head)
    }
}
