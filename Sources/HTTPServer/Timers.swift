/// The timers of one loop: few, so a sorted list will do. Connections have none of their own, their
/// deadlines are looked through once a tick.
struct Timers {
    private var entries: [(time: Int64, action: () -> Void)] = []

    /// Calls `action` once, at `time` or soon after.
    mutating func add(at time: Int64, _ action: @escaping () -> Void) {
        let index = entries.firstIndex { $0.time > time } ?? entries.endIndex
        entries.insert((time, action), at: index)
    }

    /// Milliseconds until the next one is due; -1 when there is none.
    func wait(from now: Int64) -> Int32 {
        guard let next = entries.first?.time else { return -1 }
        return Int32(clamping: max(0, next - now))
    }

    /// Takes out one action that is due.
    mutating func next(_ now: Int64) -> (() -> Void)? {
        guard let first = entries.first, first.time <= now else { return nil }
        return entries.removeFirst().action
    }
}
