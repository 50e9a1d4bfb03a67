import CLinux
import Glibc
import Synchronization

/// The executor of the tasks that belong to one loop's connections, and the door through which
/// other threads reach that loop. Jobs run on the loop's thread between two polls.
///
/// What the loop owns lives in its `Reactor`, made inside the thread and known to nobody else.
final class EventLoop: TaskExecutor {
    /// The token under which the loop watches its own wake descriptor.
    static let wakeToken = UInt64.max

    let poller: Poller
    private let wakeDescriptor: Descriptor
    private let jobs = Mutex<[UnownedJob]>([])
    /// The time by which the drain that was asked for must end; 0 when none was.
    private let drainDeadline = Atomic<Int64>(0)
    private let thread = Atomic<UInt>(0)

    init() throws(ServerError) {
        poller = try Poller()
        let flags = Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC)
        guard let descriptor = Descriptor(owning: eventfd(0, flags)) else {
            throw .system(call: "eventfd", code: errno)
        }
        wakeDescriptor = descriptor
        guard poller.add(wakeDescriptor.number, for: .read, token: EventLoop.wakeToken) else {
            throw .system(call: "epoll_ctl", code: errno)
        }
    }

    /// Takes a job from any thread. The first of a batch wakes the loop, unless it is the loop's
    /// own: that one looks for jobs before it polls.
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        guard !isCurrent else { return jobs.withLock { $0.append(job) } }
        // As soon as the job is in, a loop that is awake may run it, end with it and be let go of:
        // it and its descriptor have to be there still when it is woken.
        let held = Unmanaged.passRetained(self)
        let isFirst = jobs.withLock { jobs in
            jobs.append(job)
            return jobs.count == 1
        }
        if isFirst { wake() }
        held.release()
    }

    /// Asks the loop to drain and end; from any thread. A second call may only shorten the time.
    func drain(by deadline: Int64) {
        drainDeadline.store(deadline, ordering: .releasing)
        wake()
    }

    /// Whether the caller is on the loop's thread.
    var isCurrent: Bool { thread.load(ordering: .relaxed) == Thread.currentNumber() }

    func checkIsolated() {
        precondition(isCurrent, "this belongs to the thread of a loop")
    }

    private func wake() {
        eventfd_write(wakeDescriptor.number, 1)
    }
}

/// The side of the loop's own thread.
extension EventLoop {
    /// Makes the calling thread the loop's.
    func takeThread() {
        thread.store(Thread.currentNumber(), ordering: .relaxed)
    }

    var hasJobs: Bool { jobs.withLock { !$0.isEmpty } }

    /// When the drain that was asked for must end; nil when none was.
    var requestedDrain: Int64? {
        let deadline = drainDeadline.load(ordering: .acquiring)
        return deadline == 0 ? nil : deadline
    }

    /// Runs one batch: what the jobs enqueue themselves waits for the next turn, so that a handler
    /// that keeps yielding cannot starve the sockets.
    /// - Parameter batch: an empty array whose storage is used again and again.
    func runJobs(_ batch: inout [UnownedJob]) {
        jobs.withLock { swap(&$0, &batch) }
        let executor = asUnownedTaskExecutor()
        for job in batch {
            // Not as a serial executor too: then every call of an async function would be a job of
            // its own, because such a function is isolated to none.
            job.runSynchronously(on: executor)
        }
        batch.removeAll(keepingCapacity: true)
    }

    /// Takes the signal of `wake` out of the descriptor.
    func quietWake() {
        var count: eventfd_t = 0
        eventfd_read(wakeDescriptor.number, &count)
    }
}

/// A value that belongs to one loop, in the hands of a task that comes back to that loop.
///
/// `@unchecked`: the compiler does not know that the tasks of an executor share one thread; that
/// they do is checked at every access.
struct Confined<Value: AnyObject>: @unchecked Sendable {
    private let value: Value
    private let loop: EventLoop

    init(_ value: Value, to loop: EventLoop) {
        self.value = value
        self.loop = loop
    }

    /// The value; the caller must be on the loop's thread.
    var onLoop: Value {
        loop.checkIsolated()
        return value
    }
}
