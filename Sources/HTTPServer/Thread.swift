import Glibc

/// A thread of the system, which must be joined once.
struct Thread: Sendable {
    private let handle: pthread_t

    /// Starts a thread with this body.
    init(_ body: @escaping @Sendable () -> Void) throws(ServerError) {
        let box = Unmanaged.passRetained(Body(body))
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
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
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }
}
