import Glibc
import HTTP

/// Something whose descriptor a loop watches.
protocol Watched: AnyObject {
    /// Something happened on the descriptor.
    func ready(_ readiness: Readiness)
    /// Its deadline is over.
    func expired()
    /// The server is about to end: finish what is under way, begin nothing.
    func drain()
    /// The time for that is over too.
    func cut()
}

/// What one loop owns, and its turns: poll, sockets, jobs, timers. It never leaves its thread.
final class Reactor {
    private struct Slot {
        var watched: (any Watched)?
        /// Counts the users of the slot, so that an event meant for an earlier one is recognized.
        var generation: UInt32 = 0
        var deadline = Int64.max
    }

    static let inputBytesMax = 64 * 1024
    /// A larger output buffer is not kept between answers.
    static let keptOutputBytesMax = 256 * 1024
    private static let eventsPerTurnMax = 256

    let loop: EventLoop
    let service: Service
    /// The time at which this turn began, in monotonic milliseconds.
    private(set) var now = Clock.monotonicMilliseconds()
    private(set) var isDraining = false
    /// Handlers that have not returned yet; their answers are awaited before the loop ends.
    var handlersInHand = 0
    /// What every connection reads into in turn.
    let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Reactor.inputBytesMax)
    private var spareOutput: [UInt8] = []
    private let events = UnsafeMutableBufferPointer<Poller.Event>.allocate(
        capacity: Reactor.eventsPerTurnMax)
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var timers = Timers()
    private var ebb = Ebb()
    private var isTicking = false
    private var isCut = false
    private var batch: [UnownedJob] = []
    private var dateText: [UInt8] = []
    private var dateEnd: Int64 = 0

    init(_ loop: EventLoop, _ service: Service) {
        self.loop = loop
        self.service = service
    }

    deinit {
        input.deallocate()
        events.deallocate()
    }

    /// Turns until a drain is over.
    func run() {
        while !isFinished { turn() }
    }

    private var isFinished: Bool {
        isDraining && (isCut || (slots.count == free.count && handlersInHand == 0))
    }

    private func turn() {
        let wait = loop.hasJobs ? 0 : timers.wait(from: now)
        let count = loop.poller.wait(into: events, milliseconds: wait)
        now = Clock.monotonicMilliseconds()
        for event in events.prefix(count) {
            dispatch(event.data.u64, Readiness(rawValue: event.events))
        }
        // Before the jobs, so that an answer given after the drain was asked for says so.
        if let deadline = loop.requestedDrain, !isDraining { drain(by: deadline) }
        loop.runJobs(&batch)
        while let action = timers.next(now) { action() }
    }

    func dispatch(_ token: UInt64, _ readiness: Readiness) {
        if token == EventLoop.wakeToken { return loop.quietWake() }
        guard let slot = slot(of: token) else { return }
        slots[slot].watched?.ready(readiness)
    }

    private func drain(by deadline: Int64) {
        isDraining = true
        at(deadline) { [weak self] in self?.cut() }
        for slot in slots.indices { slots[slot].watched?.drain() }
    }

    private func cut() {
        isCut = true
        for slot in slots.indices { slots[slot].watched?.cut() }
    }

    /// The value of Date, made anew when the second is over.
    var date: [UInt8] {
        if now >= dateEnd {
            let wall = Clock.wallMilliseconds()
            dateText = httpDate(seconds: wall / 1000)
            dateEnd = now + 1000 - wall % 1000
        }
        return dateText
    }
}

/// What connections and listeners ask of their loop.
extension Reactor {
    /// Watches a descriptor.
    /// - Returns: the token it has from now on; nil when the system has no room.
    func add(_ watched: any Watched, _ descriptor: Int32, for readiness: Readiness) -> UInt64? {
        let index = free.popLast() ?? slots.count
        if index == slots.count { slots.append(Slot()) }
        let token = UInt64(slots[index].generation) << 32 | UInt64(index)
        guard loop.poller.add(descriptor, for: readiness, token: token) else {
            free.append(index)
            return nil
        }
        ebb.rise(to: slots.count - free.count)
        slots[index].watched = watched
        slots[index].deadline = .max
        return token
    }

    /// Gives a token back; events that are still on their way are dropped.
    func remove(_ token: UInt64) {
        guard let index = slot(of: token) else { return }
        slots[index].watched = nil
        slots[index].deadline = .max
        slots[index].generation &+= 1
        free.append(index)
        if ebb.fall(to: slots.count - free.count) {
            at(now + Int64(Ebb.settleMilliseconds)) { Ebb.giveMemoryBack() }
        }
    }

    /// Who has the token; nil once it was given back.
    func watched(_ token: UInt64) -> (any Watched)? {
        slot(of: token).flatMap { slots[$0].watched }
    }

    /// Sets when `expired` is called, give or take a tick; nil for never.
    func setDeadline(_ token: UInt64, afterMilliseconds milliseconds: Int?) {
        guard let index = slot(of: token) else { return }
        guard let milliseconds else {
            slots[index].deadline = .max
            return
        }
        slots[index].deadline = now + Int64(milliseconds)
        tick()
    }

    /// An empty buffer to write an answer into, which connections use in turn.
    func takeOutput() -> [UInt8] {
        var output: [UInt8] = []
        swap(&output, &spareOutput)
        return output
    }

    /// Takes the buffer back, unless an answer made it larger than is worth keeping.
    func giveBack(output: consuming [UInt8]) {
        guard output.capacity <= Reactor.keptOutputBytesMax else { return }
        output.removeAll(keepingCapacity: true)
        spareOutput = output
    }

    /// Calls `action` at a time of the monotonic clock.
    func at(_ time: Int64, _ action: @escaping () -> Void) {
        timers.add(at: time, action)
    }

    private func slot(of token: UInt64) -> Int? {
        let index = Int(token & 0xffff_ffff)
        guard index < slots.count, slots[index].watched != nil,
            slots[index].generation == UInt32(token >> 32)
        else { return nil }
        return index
    }

    /// Looks through the deadlines from time to time while there are any: one comparison per
    /// connection and tick, instead of a timer that moves with every byte.
    private func tick() {
        guard !isTicking else { return }
        isTicking = true
        at(now + Int64(service.limits.tickMilliseconds)) { [weak self] in self?.lookThrough() }
    }

    private func lookThrough() {
        isTicking = false
        for index in slots.indices where slots[index].deadline <= now {
            slots[index].deadline = .max
            slots[index].watched?.expired()
        }
        if slots.contains(where: { $0.deadline != .max }) { tick() }
    }
}
