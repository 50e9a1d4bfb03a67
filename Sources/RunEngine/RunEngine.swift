import Digest
import Dispatch
import RunStore
import Runs
import Synchronization

/// The run-state engine: every command is one transaction that loads, asks the tables, saves, logs
/// and, after its commit, wakes who waits. It knows no HTTP.
package final class RunEngine: Sendable {
    let store: Store
    let environment: Environment
    let limits: EngineLimits
    let keys = KeyRing()
    let definitions: Definitions
    let alarm: Alarm
    let hub: Hub
    let feed = EventFeed()
    /// Readings of events on disk that run or wait their turn, so that many followers who are
    /// behind leave room for others.
    let readings = Turns(max: 32)
    let polls = Polls()
    let queued = QueuedRuns()
    /// Where the cause of an internal failure goes: one line, without data of clients.
    let report: @Sendable (_ cause: String) -> Void

    /// - Parameter report: told the cause whenever a caller gets `internalFailure`.
    /// - Throws: what the store says when the keys cannot be read.
    package init(
        store: Store, environment: Environment, limits: EngineLimits = EngineLimits(),
        report: @escaping @Sendable (_ cause: String) -> Void = { _ in }
    ) throws {
        self.store = store
        self.environment = environment
        self.limits = limits
        self.report = report
        alarm = Alarm(environment: environment)
        definitions = Definitions(bytesMax: limits.definitionBytesMax)
        hub = Hub(waitersMax: limits.waitersMax, alarm: alarm)
        keys.replace(try store.read { try $0.keys() })
        try writeAndWait { [queued] transaction in
            queued.replace(try transaction.snapshot.queuedRuns())
        }
    }

    var context: RunChange.Context {
        RunChange.Context(limits: limits, hub: hub, feed: feed, alarm: alarm, queued: queued)
    }

    /// Runs a command of the engine itself and waits for its commit on the calling thread, which
    /// must be none of an event loop.
    @discardableResult
    func writeAndWait<T: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> T
    ) throws -> T {
        let result = Mutex<Result<T, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        store.writer.submit(isUrgent: true, body) { outcome in
            result.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        guard let outcome = result.withLock({ $0 }) else { throw RunError.unavailable }
        return try outcome.get()
    }

    /// Looks something up by key, on the calling thread.
    func read<T>(_ body: (Snapshot) throws -> T) throws(RunError) -> T {
        do {
            return try store.read(body)
        } catch {
            throw runError(error)
        }
    }

    /// Looks through many rows, on a reader's thread.
    func scan<T: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws -> T
    ) async throws(RunError) -> T {
        do {
            return try await store.scan(body)
        } catch {
            throw runError(error)
        }
    }

    /// What the caller is told of any error: the one place where the store's errors become ours.
    func runError(_ error: any Error) -> RunError {
        switch error {
        case let error as RunError: return error
        case StoreError.overloaded: return .overloaded
        case StoreError.full: return .storageFull
        case StoreError.unavailable: return .unavailable
        default:
            report("\(error)")
            return .internalFailure
        }
    }

    /// Stops waiting calls from waiting and ends event streams, for a drain; later ones answer at
    /// once.
    package func releaseWaiters() {
        hub.close()
        feed.close()
    }

    /// Whether the writer gets on: false while one batch takes longer than 5 s (reliability X3).
    package var isWriting: Bool { store.writer.busyMilliseconds <= 5_000 }
}
