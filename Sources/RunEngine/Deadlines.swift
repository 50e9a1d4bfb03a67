/// Who is to be woken when: the earliest first. Adding and taking cost the logarithm of how many
/// there are. An entry whose waiter was woken otherwise stays until its time or the next clearing.
struct Deadlines {
    /// A waiter and its moment, by the monotonic clock.
    struct Entry {
        let moment: Int64
        let number: UInt64
    }

    /// A heap: no entry is later than those at twice its place.
    private var entries: [Entry] = []

    var count: Int { entries.count }
    var first: Entry? { entries.first }

    mutating func add(_ entry: Entry) {
        entries.append(entry)
        var place = entries.count - 1
        while place > 0, entries[place].moment < entries[(place - 1) / 2].moment {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func removeFirst() {
        guard let last = entries.popLast(), !entries.isEmpty else { return }
        entries[0] = last
        sink(0)
    }

    /// Keeps those entries only for which this holds.
    mutating func clear(keeping isKept: (Entry) -> Bool) {
        entries = entries.filter(isKept)
        for place in (0..<entries.count / 2).reversed() { sink(place) }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < entries.count {
                if entries[child].moment < entries[least].moment { least = child }
            }
            guard least != place else { return }
            entries.swapAt(place, least)
            place = least
        }
    }
}
