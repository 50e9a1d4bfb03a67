/// One event of an event stream. Source: HTML standard, section 9.2.5 and 9.2.6.
package struct ServerSentEvent: Sendable, Equatable {
    /// What a client that comes back sends as `Last-Event-ID`.
    package let id: String?
    /// The kind of event; nil is `message`.
    package let event: String?
    /// Any text: its line breaks are kept.
    package let data: String

    /// - Returns: nil for an id or a kind with a line break or NUL, which would end their line.
    package init?(id: String? = nil, event: String? = nil, data: String) {
        for text in [id, event] {
            guard text?.consists(of: \.isLineText) ?? true else { return nil }
        }
        self.id = id
        self.event = event
        self.data = data
    }

    /// A line that clients ignore: it shows that the connection lives. No empty line follows: some
    /// clients take that for an event without data.
    package static let comment = Array(":\n".utf8)

    /// Appends the event as it stands in a stream: a line for each field and for each line of the
    /// data, then an empty one.
    package func append(to output: inout [UInt8]) {
        if let id { ServerSentEvent.append("id", id.utf8, to: &output) }
        if let event { ServerSentEvent.append("event", event.utf8, to: &output) }
        for line in lines(of: Array(data.utf8)) {
            ServerSentEvent.append("data", line, to: &output)
        }
        output.append(.lineFeed)
    }

    private static func append(
        _ name: String, _ value: some Sequence<UInt8>, to output: inout [UInt8]
    ) {
        output.append(contentsOf: name.utf8)
        output.append(UInt8(ascii: ":"))
        output.append(.space)
        output.append(contentsOf: value)
        output.append(.lineFeed)
    }
}

/// The lines of a text, which end at CR, LF or both.
private func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for index in bytes.indices {
        let isEnd = bytes[index] == .lineFeed || bytes[index] == .carriageReturn
        guard isEnd, index >= start else { continue }
        lines.append(bytes[start..<index])
        let isPair =
            bytes[index] == .carriageReturn && index + 1 < bytes.count
            && bytes[index + 1] == .lineFeed
        start = index + (isPair ? 2 : 1)
    }
    lines.append(bytes[start...])
    return lines
}

extension UInt8 {
    /// A byte that neither ends a line nor is NUL.
    fileprivate var isLineText: Bool { self != .lineFeed && self != .carriageReturn && self != 0 }
}
