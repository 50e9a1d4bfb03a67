/// The latest events of a workspace, kept for those who follow it: so that a commit costs them no
/// query each.
struct EventRing {
    /// Events that are kept, at most; who is further behind reads the database.
    static let eventsMax = 256
    /// Bytes of their data, at most, but for the newest event.
    static let bytesMax = 1 << 20

    /// Every later event of the workspace that is on disk is here.
    private(set) var floor: Int64
    private var entries: [LoggedEvent] = []
    /// Where the entries begin; those before it were dropped.
    private var start = 0
    private var bytes = 0

    init(floor: Int64) {
        self.floor = floor
    }

    /// The number of the newest event.
    var newest: Int64 { entries.last?.event.sequence ?? floor }

    /// Adds an event; one that the floor covers is on disk for everybody.
    mutating func append(_ entry: LoggedEvent) {
        guard entry.event.sequence > newest else { return }
        entries.append(entry)
        bytes += entry.event.data.utf8.count
        while entries.count - start > 1,
            entries.count - start > Self.eventsMax || bytes > Self.bytesMax
        {
            floor = entries[start].event.sequence
            bytes -= entries[start].event.data.utf8.count
            start += 1
        }
        if start > Self.eventsMax {
            entries.removeFirst(start)
            start = 0
        }
    }

    /// The events after a number, which must not be below the floor.
    func events(after sequence: Int64) -> ArraySlice<LoggedEvent> {
        var low = start
        var high = entries.count
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].event.sequence > sequence { high = middle } else { low = middle + 1 }
        }
        return entries[low...]
    }
}

/// An event as it was logged.
struct LoggedEvent: Sendable {
    let event: Event
    /// The number of its run.
    let run: Int64
    /// Whether the run had ended by then.
    let isEnd: Bool
}
