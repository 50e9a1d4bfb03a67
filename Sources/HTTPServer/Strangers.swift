/// The connections of one loop of which no request has proved yet who sends it, in the order in
/// which they came. A connection that is over, or known, is dropped when it is come upon: nobody
/// has to take it out.
struct Strangers {
    /// Busy ones that are passed over, and put behind all others, in search of one that is not.
    static let looksMax = 64
    private static let sweepCountMin = 64

    private var tokens: [UInt64] = []
    private var start = 0
    /// When there are so many tokens, those of no use are dropped.
    private var sweepCount = Strangers.sweepCountMin

    /// How many are kept, those of no use among them.
    var count: Int { tokens.count - start }

    /// Puts a stranger behind the others.
    /// - Parameter find: the connection of a token while it is a stranger's, else nil.
    mutating func add(_ token: UInt64, _ find: (UInt64) -> Connection?) {
        if tokens.count >= sweepCount {
            tokens = tokens[start...].filter { find($0) != nil }
            start = 0
            sweepCount = max(Strangers.sweepCountMin, 2 * tokens.count)
        }
        tokens.append(token)
    }

    /// Takes out the one that has waited longest for its client; nil when all have work in hand.
    mutating func takeOldestIdle(_ find: (UInt64) -> Connection?) -> Connection? {
        var looks = 0
        while start < tokens.count, looks < Strangers.looksMax {
            let token = tokens[start]
            start += 1
            guard let connection = find(token) else { continue }
            if connection.waitsForClient { return connection }
            tokens.append(token)
            looks += 1
        }
        return nil
    }
}
