/// Reads server-sent events from a body as it comes, whatever its pieces.
/// - Source: HTML standard, section 9.2.6.
struct EventParser {
    /// One event; its data without the last line's end.
    struct Event: Equatable, Sendable {
        var id: String?
        var kind = "message"
        var data: [UInt8] = []
    }

    /// Bytes of a line that is not over yet.
    private var line: [UInt8] = []
    private var event = Event()
    private var hasData = false

    /// - Returns: the events that end in these bytes.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            if line.isEmpty {
                if hasData { events.append(event) }
                event = Event()
                hasData = false
            } else {
                field()
            }
            line.removeAll(keepingCapacity: true)
        }
        return events
    }

    private mutating func field() {
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line.dropFirst(name.count + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: name, as: UTF8.self) {
        case "id": event.id = String(decoding: value, as: UTF8.self)
        case "event": event.kind = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { event.data.append(UInt8(ascii: "\n")) }
            event.data += value
            hasData = true
        default: break
        }
    }
}
