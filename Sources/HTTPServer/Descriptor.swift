import Glibc

/// A file descriptor that is closed once, when its owner lets go of it.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    /// Takes over what a system call returned; nil when the call failed.
    init?(owning number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    // Never retried: after EINTR the number may already belong to someone else.
    deinit { _ = close(number) }
}

/// Why a server could not start.
package enum ServerError: Error, Sendable {
    /// A system call failed, with its `errno`.
    case system(call: String, code: Int32)
    /// Not an address this machine could listen on.
    case address(String)
}
