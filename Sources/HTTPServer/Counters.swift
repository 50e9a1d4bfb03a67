import Synchronization

/// What has happened since the server started, counted by all loops.
final class Counters: Sendable {
    let accepted = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let refused = Atomic<Int>(0)
    let timedOut = Atomic<Int>(0)
    let turnedAway = Atomic<Int>(0)
    let evicted = Atomic<Int>(0)
    let acceptPauses = Atomic<Int>(0)
}

extension Server {
    /// A reading of the counters.
    package struct Counts: Sendable, Equatable {
        /// Connections that are open, without those that are being turned away.
        package var open: Int
        /// Connections accepted, also those turned away.
        package var accepted: Int
        /// Requests whose head was valid.
        package var requests: Int
        /// Requests refused before a route was known.
        package var refused: Int
        /// Connections that met a deadline.
        package var timedOut: Int
        /// Connections above a limit.
        package var turnedAway: Int
        /// Open connections of which no request has proved who sends it.
        package var strangers: Int
        /// Such connections closed for a newcomer.
        package var evicted: Int
        /// Times that accepting paused for want of descriptors.
        package var acceptPauses: Int
    }
}

extension Atomic<Int> {
    /// Counts one.
    func countUp() { add(1, ordering: .relaxed) }
    var reading: Int { load(ordering: .relaxed) }
}
