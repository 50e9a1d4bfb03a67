import Glibc

/// A thread of the system, which must be joined once.
struct Thread: Sendable {
    private let handle: pthread_t

    /// Starts a thread with this body.
    /// - Parameter name: what the kernel shows, at most 15 bytes.
    init(named name: String, _ body: @escaping @Sendable () -> Void) throws(ServerError) {
        let box = Unmanaged.passRetained(Body(name, body))
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { pointer in
                guard let pointer else { return nil }
                let body = Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue()
                showName(body.name)
                body.run()
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw .system(call: "pthread_create", code: code)
        }
        self.handle = handle
    }

    /// Waits until the body has returned.
    func join() {
        pthread_join(handle, nil)
    }

    /// A number that no other running thread has; never 0.
    static func currentNumber() -> UInt { UInt(pthread_self()) }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(_ name: String, _ run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}

/// Gives the calling thread a name: `pthread_setname_np` needs _GNU_SOURCE, a file does not.
private func showName(_ name: String) {
    let flags = O_WRONLY | O_CLOEXEC
    guard let file = Descriptor(owning: open("/proc/thread-self/comm", flags)) else { return }
    _ = Array(name.utf8.prefix(15)).withUnsafeBytes {
        write(file.number, $0.baseAddress, $0.count)
    }
}
