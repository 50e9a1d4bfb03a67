import CLinux
import Glibc

/// What a descriptor is ready for, or what it is watched for.
struct Readiness: OptionSet, Sendable {
    let rawValue: UInt32

    static let read = Readiness(EPOLLIN)
    static let write = Readiness(EPOLLOUT)
    /// The peer will send no more.
    static let readHangUp = Readiness(EPOLLRDHUP)
    /// The connection is over in both directions; reported whether watched for or not.
    static let hangUp = Readiness(EPOLLHUP)
    /// Reported whether watched for or not.
    static let error = Readiness(EPOLLERR)
    /// Of several loops that watch one listener, not all are woken.
    static let exclusive = Readiness(EPOLLEXCLUSIVE)

    init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(_ event: EPOLL_EVENTS) { rawValue = event.rawValue }
}

/// The one place that knows epoll: level-triggered, each descriptor with a token of its owner's.
struct Poller: ~Copyable, Sendable {
    /// What is reported of one descriptor.
    typealias Event = epoll_event

    private let epoll: Descriptor

    init() throws(ServerError) {
        guard let epoll = Descriptor(owning: epoll_create1(Int32(EPOLL_CLOEXEC))) else {
            throw .system(call: "epoll_create1", code: errno)
        }
        self.epoll = epoll
    }

    /// Starts to watch a descriptor; false when the system has no room for it.
    func add(_ descriptor: Int32, for readiness: Readiness, token: UInt64) -> Bool {
        control(EPOLL_CTL_ADD, descriptor, readiness, token)
    }

    /// Changes what a descriptor is watched for.
    func change(_ descriptor: Int32, to readiness: Readiness, token: UInt64) -> Bool {
        control(EPOLL_CTL_MOD, descriptor, readiness, token)
    }

    /// Stops watching; a descriptor that is closed needs no call.
    func remove(_ descriptor: Int32) {
        _ = control(EPOLL_CTL_DEL, descriptor, [], 0)
    }

    /// Waits until something is ready, at most `milliseconds` (-1: for ever).
    /// - Returns: how many places of `events` were filled; 0 also after a signal.
    func wait(into events: UnsafeMutableBufferPointer<Event>, milliseconds: Int32) -> Int {
        let count = epoll_wait(
            epoll.number, events.baseAddress, Int32(events.count), milliseconds)
        return Int(max(0, count))
    }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ readiness: Readiness, _ token: UInt64
    ) -> Bool {
        var event = epoll_event()
        event.events = readiness.rawValue
        event.data.u64 = token
        return epoll_ctl(epoll.number, operation, descriptor, &event) == 0
    }
}
