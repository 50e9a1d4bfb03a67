import Dispatch
import Runs
import Synchronization

/// Where those wait who wait for a commit. A wake-up carries no data: who wakes looks again.
///
/// A task is for one only: of those who wait on its queue one gets the turn to look. A turn ends
/// when its holder has looked and found nothing, so waits again; who leaves with it, having taken a
/// task or not having looked, passes it on. So there are at most as many looks as tasks became
/// claimable and were taken, and no task is left while somebody waits who could have it.
final class Hub: Sendable {
    /// What can be waited for.
    enum Topic: Hashable, Sendable {
        /// A task became claimable on a queue of a workspace.
        case queue(workspace: Int64, name: String)
        /// A task became claimable anywhere: for the built-in workers.
        case anyQueue
        /// A run ended or went.
        case run(Int64)
    }

    /// A place in the room, taken before looking, so that nothing is missed between look and wait.
    struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private struct Waiter {
        let topics: [Topic]
        var isWoken = false
        /// The queues whose turn it has.
        var turns: [Topic] = []
        var deadline: Int64 = .max
        var resume: Resume?
    }

    typealias Resume = @Sendable () -> Void

    private struct Room {
        var nextNumber: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
        var lines: [Topic: Line] = [:]
        var deadlines = Deadlines()
        var isClosed = false
        var stopHandlers: [@Sendable (String, Bool) -> Void] = []
    }

    /// The clock is asked to look at whole multiples of this: so that many who wait do not each
    /// cost it a look of their own.
    static let stepMilliseconds: Int64 = 100

    private let room = Mutex(Room())
    private let alarm: Alarm
    private let waitersMax: Int

    init(waitersMax: Int, alarm: Alarm) {
        self.alarm = alarm
        self.waitersMax = waitersMax
    }

    /// Whether nobody waits any more.
    var isClosed: Bool { room.withLock { $0.isClosed } }

    /// How many wait and were not woken; counted one by one, for tests.
    var waiting: Int {
        room.withLock { room in room.waiters.values.count { $0.resume != nil } }
    }

    // MARK: Waiting

    /// Takes a place, to be kept while one looks and waits by turns; nil when the room is full or
    /// closed.
    /// - Parameter isOurs: whether a built-in worker waits, for whom there is always room.
    func enter(_ topics: [Topic], isOurs: Bool = false) -> Ticket? {
        room.withLock { room in
            guard !room.isClosed, isOurs || room.waiters.count < waitersMax else { return nil }
            room.nextNumber += 1
            let number = room.nextNumber
            room.waiters[number] = Waiter(topics: topics)
            for topic in topics { room.lines[topic, default: Line()].join(number) }
            return Ticket(number: number)
        }
    }

    /// Gives the place up, and the turns that came with it to the next.
    func leave(_ ticket: Ticket) {
        let resumes = room.withLock { room -> [Resume] in
            guard let waiter = room.waiters.removeValue(forKey: ticket.number) else { return [] }
            for topic in waiter.topics {
                room.lines[topic]?.go(room.waiters)
                if room.lines[topic]?.count == 0 { room.lines[topic] = nil }
            }
            return waiter.turns.compactMap { Self.giveTurn($0, in: &room) }
        }
        for resume in resumes { resume() }
    }

    /// For who has looked and found nothing. Waits until a topic is woken, the time is up, the room
    /// closes or the task is cancelled.
    /// - Parameter deadline: by the monotonic clock, in milliseconds.
    func wait(_ ticket: Ticket, until deadline: Int64) async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                wait(ticket, until: deadline) { continuation.resume() }
            }
        } onCancel: {
            wake(ticket)
        }
    }

    /// The same for a thread of our own.
    func block(_ ticket: Ticket, until deadline: Int64) {
        let woken = DispatchSemaphore(value: 0)
        wait(ticket, until: deadline) { woken.signal() }
        woken.wait()
    }

    /// The same by a callback, which must not wait.
    func wait(_ ticket: Ticket, until deadline: Int64, resume: @escaping Resume) {
        let isWoken = room.withLock { room in
            guard let waiter = room.waiters[ticket.number], !waiter.isWoken, !room.isClosed else {
                room.waiters[ticket.number]?.isWoken = false
                return true
            }
            room.waiters[ticket.number]?.turns = []
            room.waiters[ticket.number]?.deadline = deadline
            room.waiters[ticket.number]?.resume = resume
            room.deadlines.add(.init(moment: deadline, number: ticket.number))
            if room.deadlines.count > 2 * room.waiters.count + Self.staleMax {
                let waiters = room.waiters
                room.deadlines.clear { Self.holds($0, waiters) }
            }
            return false
        }
        if isWoken { return resume() }
        alarm.set(atMonotonic: Self.step(deadline))
    }

    /// Deadlines of nobody that are kept whatever there is.
    static let staleMax = 64

    /// Whether somebody waits for a deadline.
    private static func holds(_ entry: Deadlines.Entry, _ waiters: [UInt64: Waiter]) -> Bool {
        guard let waiter = waiters[entry.number] else { return false }
        return waiter.resume != nil && waiter.deadline == entry.moment
    }

    /// The next moment at which the clock looks.
    private static func step(_ moment: Int64) -> Int64 {
        let (later, overflow) = moment.addingReportingOverflow(stepMilliseconds - 1)
        return overflow ? moment : later - later % stepMilliseconds
    }

    // MARK: Waking

    /// Wakes who waits for a topic: one of those who wait for a queue, else all.
    func wake(_ topic: Topic) {
        let resumes = room.withLock { room in
            guard case .queue = topic else { return Self.takeAll(topic, in: &room) }
            let one = Self.giveTurn(topic, in: &room)
            return Self.takeAll(.anyQueue, in: &room) + (one.map { [$0] } ?? [])
        }
        for resume in resumes { resume() }
    }

    private static func giveTurn(_ topic: Topic, in room: inout Room) -> Resume? {
        guard let number = room.lines[topic]?.next(room.waiters) else { return nil }
        if room.waiters[number]?.turns.contains(topic) == false {
            room.waiters[number]?.turns.append(topic)
        }
        return take(number, in: &room)
    }

    private static func takeAll(_ topic: Topic, in room: inout Room) -> [Resume] {
        (room.lines[topic]?.all ?? []).compactMap { take($0, in: &room) }
    }

    private func wake(_ ticket: Ticket) {
        room.withLock { Self.take(ticket.number, in: &$0) }?()
    }

    /// Wakes everyone whose time is up.
    /// - Returns: when the next one's is, by the monotonic clock.
    func wakeDue(by monotonic: Int64) -> Int64? {
        let (resumes, next) = room.withLock { room in
            var resumes: [Resume] = []
            while let first = room.deadlines.first {
                let isHeld = Self.holds(first, room.waiters)
                if isHeld, first.moment > monotonic { break }
                room.deadlines.removeFirst()
                if isHeld, let resume = Self.take(first.number, in: &room) {
                    resumes.append(resume)
                }
            }
            return (resumes, room.deadlines.first.map { Self.step($0.moment) })
        }
        for resume in resumes { resume() }
        return next
    }

    /// Wakes everyone; from now on nobody waits.
    func close() {
        let resumes = room.withLock { room in
            room.isClosed = true
            return room.waiters.keys.compactMap { Self.take($0, in: &room) }
        }
        for resume in resumes { resume() }
    }

    private static func take(_ number: UInt64, in room: inout Room) -> Resume? {
        guard let resume = room.waiters[number]?.resume else {
            room.waiters[number]?.isWoken = true
            return nil
        }
        room.waiters[number]?.resume = nil
        return resume
    }

    // MARK: Stops

    /// Calls back for every attempt that is told to stop or taken away.
    func onStop(_ handler: @escaping @Sendable (_ task: String, _ isRevoked: Bool) -> Void) {
        room.withLock { $0.stopHandlers.append(handler) }
    }

    /// Tells the built-in workers of a stop.
    func stop(_ task: String, isRevoked: Bool) {
        for handler in room.withLock({ $0.stopHandlers }) { handler(task, isRevoked) }
    }
}
