import Dispatch
import Runs
import Synchronization

/// Where those wait who wait for a commit. A wake-up carries no data: who wakes looks again.
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
        var deadline: Int64 = .max
        var resume: (@Sendable () -> Void)?
    }

    private struct Room {
        var nextNumber: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
        var topics: [Topic: Set<UInt64>] = [:]
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

    // MARK: Waiting

    /// Takes a place; nil when the room is full or closed.
    /// - Parameter isOurs: whether a built-in worker waits, for whom there is always room.
    func enter(_ topics: [Topic], isOurs: Bool = false) -> Ticket? {
        room.withLock { room in
            guard !room.isClosed, isOurs || room.waiters.count < waitersMax else { return nil }
            room.nextNumber += 1
            let number = room.nextNumber
            room.waiters[number] = Waiter(topics: topics)
            for topic in topics { room.topics[topic, default: []].insert(number) }
            return Ticket(number: number)
        }
    }

    /// Gives the place up.
    func leave(_ ticket: Ticket) {
        room.withLock { room in
            guard let waiter = room.waiters.removeValue(forKey: ticket.number) else { return }
            for topic in waiter.topics {
                room.topics[topic]?.remove(ticket.number)
                if room.topics[topic]?.isEmpty == true { room.topics[topic] = nil }
            }
        }
    }

    /// Waits until a topic is woken, the time is up, the room closes or the task is cancelled.
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

    private func wait(
        _ ticket: Ticket, until deadline: Int64, resume: @escaping @Sendable () -> Void
    ) {
        let isWoken = room.withLock { room in
            guard let waiter = room.waiters[ticket.number], !waiter.isWoken, !room.isClosed else {
                room.waiters[ticket.number]?.isWoken = false
                return true
            }
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

    /// Wakes who waits for a topic.
    func wake(_ topic: Topic) {
        let resumes = room.withLock { room -> [@Sendable () -> Void] in
            var numbers = room.topics[topic] ?? []
            if case .queue = topic { numbers.formUnion(room.topics[.anyQueue] ?? []) }
            return numbers.compactMap { Self.take($0, in: &room) }
        }
        for resume in resumes { resume() }
    }

    private func wake(_ ticket: Ticket) {
        room.withLock { Self.take(ticket.number, in: &$0) }?()
    }

    /// Wakes everyone whose time is up.
    /// - Returns: when the next one's is, by the monotonic clock.
    func wakeDue(by monotonic: Int64) -> Int64? {
        let (resumes, next) = room.withLock { room in
            var resumes: [@Sendable () -> Void] = []
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

    private static func take(_ number: UInt64, in room: inout Room) -> (@Sendable () -> Void)? {
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
