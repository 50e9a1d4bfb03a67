import Synchronization

/// What has happened since the server started, counted by all loops.
final class Counters: Sendable {
    let accepted = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let waiting = Atomic<Int>(0)
    let turnedAway = Atomic<Int>(0)
    let evicted = Atomic<Int>(0)
    let acceptPauses = Atomic<Int>(0)
    /// Of what is rare, by what it was.
    private let refused = Mutex<[Int: Int]>([:])
    private let timedOut = Mutex<[Deadline: Int]>([:])
    private let succeeded = Atomic<Int>(0)
    private let redirected = Atomic<Int>(0)
    private let blamed = Atomic<Int>(0)
    private let failed = Atomic<Int>(0)

    /// Counts a request that was refused before a route was known.
    func countRefusal(_ status: Int) { refused.withLock { $0[status, default: 0] += 1 } }

    func countTimeout(_ deadline: Deadline) { timedOut.withLock { $0[deadline, default: 0] += 1 } }

    /// Counts an answer by the class of its status.
    func countAnswer(_ status: Int) {
        switch status {
        case ..<300: succeeded.countUp()
        case ..<400: redirected.countUp()
        case ..<500: blamed.countUp()
        default: failed.countUp()
        }
    }

    /// A reading of all of them.
    func read(_ census: Census) -> Server.Counts {
        let refusals = refused.withLock { $0 }
        let timeouts = timedOut.withLock { $0 }
        return Server.Counts(
            open: census.count, strangers: census.strangers, accepted: accepted.reading,
            requests: requests.reading, waiting: waiting.reading,
            answers: [
                2: succeeded.reading, 3: redirected.reading, 4: blamed.reading,
                5: failed.reading,
            ],
            refusals: refusals, timeouts: timeouts, turnedAway: turnedAway.reading,
            evicted: evicted.reading, acceptPauses: acceptPauses.reading)
    }
}

/// What a connection took too long for.
package enum Deadline: String, CaseIterable, Sendable {
    case idle
    case head
    case body
    /// The handler's.
    case handler
    /// Taking the answer.
    case answer
}

extension Server {
    /// A reading of the counters.
    package struct Counts: Sendable, Equatable {
        /// Connections that are open, without those that are being turned away.
        package var open: Int
        /// Open connections of which no request has proved who sends it.
        package var strangers: Int
        /// Connections accepted, also those turned away.
        package var accepted: Int
        /// Requests whose head was valid.
        package var requests: Int
        /// Long polls and streams in hand.
        package var waiting: Int
        /// Answers by the first digit of their status, refusals among them.
        package var answers: [Int: Int]
        /// Requests refused before a route was known, by status.
        package var refusals: [Int: Int]
        /// Connections that met a deadline.
        package var timeouts: [Deadline: Int]
        /// Connections above a limit.
        package var turnedAway: Int
        /// Strangers' connections closed for a newcomer.
        package var evicted: Int
        /// Times that accepting paused for want of descriptors.
        package var acceptPauses: Int

        /// All refusals.
        package var refused: Int { refusals.values.reduce(0, +) }
        /// All timeouts.
        package var timedOut: Int { timeouts.values.reduce(0, +) }
    }
}

extension Atomic<Int> {
    /// Counts one.
    func countUp() { add(1, ordering: .relaxed) }
    var reading: Int { load(ordering: .relaxed) }
}
