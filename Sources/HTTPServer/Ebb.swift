import CLinux

/// Notices when most of many connections have gone. The allocator keeps what they held, in pieces
/// between what is still in use: 80 MiB behind 10,000 long polls. Then it is asked to give it back.
struct Ebb {
    /// A loop with fewer connections holds too little to care.
    static let floodMin = 500
    /// How long the tasks of connections that have gone may take to end.
    static let settleMilliseconds = 1000

    /// The most connections since the last ebb.
    private var flood = 0

    /// Notes a newcomer.
    /// - Parameter count: how many there are with it.
    mutating func rise(to count: Int) {
        if count > flood { flood = count }
    }

    /// Notes that one has gone.
    /// - Returns: whether a quarter is left of a flood; true once for each.
    mutating func fall(to count: Int) -> Bool {
        guard flood >= Ebb.floodMin, count <= flood / 4 else { return false }
        flood = count
        return true
    }

    /// Gives free memory back to the system; some milliseconds after a flood.
    static func giveMemoryBack() {
        _ = malloc_trim(0)
    }
}
