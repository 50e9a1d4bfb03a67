import Dispatch

/// Something that blocks, done aside.
struct Work {
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue.global().async { [done] in
            body()
            done.signal()
        }
    }

    /// Waits for the end; false when it takes too long.
    func isDone() -> Bool {
        done.wait(timeout: .now() + Double(Client.patienceSeconds)) == .success
    }
}
