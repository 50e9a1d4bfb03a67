import CLinux
import Glibc

/// A call to the system that failed.
struct SystemError: Error, Hashable {
    let code: Int32

    /// Such as `No such file or directory`.
    var text: String { String(cString: strerror(code)) }
}

/// A descriptor of the system that closes when its owner lets go of it.
struct Descriptor: ~Copyable {
    /// -1 when it is closed, which `poll` passes over.
    private(set) var number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { if number >= 0 { close(number) } }

    var isOpen: Bool { number >= 0 }

    mutating func shut() {
        if number >= 0 { close(number) }
        number = -1
    }

    /// Reads once, without waiting.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        Transfer(count: Glibc.read(number, buffer.baseAddress, buffer.count))
    }

    /// Writes once, without waiting.
    func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        Transfer(count: Glibc.write(number, bytes.baseAddress, bytes.count))
    }

    func makeNonblocking() {
        let flags = fcntl(number, F_GETFL)
        _ = fcntl(number, F_SETFL, flags | O_NONBLOCK)
    }

    /// The same file under a number that is none of the three standard ones, and that no child
    /// inherits unasked.
    consuming func movedUp() throws(SystemError) -> Descriptor {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw SystemError(code: errno) }
        return Descriptor(owning: copy)
    }
}

/// What one read or write did.
enum Transfer {
    case bytes(Int)
    /// Not now: the pipe is empty, or full.
    case nothing
    /// Nobody is at the other end.
    case end

    init(count: Int) {
        if count > 0 {
            self = .bytes(count)
        } else if count < 0, errno == EAGAIN || errno == EINTR {
            self = .nothing
        } else {
            self = .end
        }
    }
}

/// Both ends of a pipe, whatever of the three standard descriptors the server has closed.
struct Pipe: ~Copyable {
    var reading: Descriptor
    var writing: Descriptor

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemError(code: errno) }
        let low = Descriptor(owning: ends[0])
        let next = Descriptor(owning: ends[1])
        let first = try low.movedUp()
        let second = try next.movedUp()
        reading = first
        writing = second
    }
}

/// Wakes a thread that waits in `poll`, from any other thread. Rings that nobody heard count once.
final class Bell: Sendable {
    /// Readable from a ring until `hush`.
    let number: Int32

    /// Where the system has no descriptor left the bell stays silent: who waits for it, waits until
    /// its time is up.
    init() {
        number = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
    }

    deinit { if number >= 0 { close(number) } }

    func ring() { eventfd_write(number, 1) }

    func hush() {
        var count: eventfd_t = 0
        eventfd_read(number, &count)
    }

    /// Returns when the bell rings, or has rung before, or the time is up.
    func wait(milliseconds: Int64) {
        var slot = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        if poll(&slot, 1, Int32(clamping: max(0, milliseconds))) > 0 { hush() }
    }
}
