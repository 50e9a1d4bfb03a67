import Dispatch
import Runs
import SQLite
import Synchronization

/// The one thread that writes: it takes what waits, runs each operation in its own savepoint inside
/// one transaction, commits once, and only then lets every caller go on.
/// - Source: reliability.md, S3, S9, S10, T1 to T4.
package final class Writer: Sendable {
    /// Operations in one transaction, at most.
    static let batchMax = 256
    /// Operations that wait for the next transaction, at most.
    static let queueMax = 1_024
    /// How long an operation may wait before it is refused instead of done.
    static let waitMillisecondsMax: Int64 = 5_000

    private struct Job: Sendable {
        let submittedAt: Int64
        /// Runs inside the transaction; what it gives back is called after the commit.
        let perform: @Sendable (Transaction) -> Finish
        let refuse: @Sendable (StoreError) -> Void
    }

    /// Hands out the result; an error is that of the commit.
    private typealias Finish = (StoreError?) -> Void

    private struct Queue {
        var jobs: [Job] = []
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let arrival = DispatchSemaphore(value: 0)
    private let closed = DispatchSemaphore(value: 0)
    private let environment: Environment
    private let onFatal: @Sendable (SQLiteError) -> Void
    /// When the batch in hand was begun, by the monotonic clock; 0 between batches.
    private let busySince = Atomic<Int64>(0)

    /// How long the batch in hand takes by now, in milliseconds; 0 between batches.
    package var busyMilliseconds: Int64 {
        let since = busySince.load(ordering: .relaxed)
        return since == 0 ? 0 : environment.monotonicMilliseconds() - since
    }

    init(
        environment: Environment, onFatal: @escaping @Sendable (SQLiteError) -> Void,
        open: @escaping @Sendable () throws -> Transaction
    ) throws {
        self.environment = environment
        self.onFatal = onFatal
        let opened = Mutex<Result<Void, any Error>?>(nil)
        let ready = DispatchSemaphore(value: 0)
        let isStarted = startThread(named: "writer") { [self] in
            do {
                let transaction = try open()
                opened.withLock { $0 = .success(()) }
                ready.signal()
                work(on: transaction)
            } catch {
                opened.withLock { $0 = .failure(error) }
                ready.signal()
            }
        }
        guard isStarted else { throw StoreError.unavailable }
        ready.wait()
        try opened.withLock { $0 }?.get()
    }

    /// Queues an operation. `then` is called on the writer's thread after the commit, or at once on
    /// the caller's when the queue is full or closed.
    /// - Parameter isUrgent: the engine's own work, which the limit of the queue does not hold.
    package func submit<T>(
        isUrgent: Bool = false, _ body: @escaping @Sendable (Transaction) throws -> T,
        then: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        let job = Job(
            submittedAt: isUrgent ? .max : environment.monotonicMilliseconds(),
            perform: { transaction in
                let result = Result { try transaction.inSavepoint { try body(transaction) } }
                return { error in then(error.map { .failure($0) } ?? result) }
            },
            refuse: { error in then(.failure(error)) })
        let refusal: StoreError? = queue.withLock { queue in
            if queue.isClosed { return .unavailable }
            if queue.jobs.count >= Self.queueMax, !isUrgent { return .overloaded }
            queue.jobs.append(job)
            if queue.jobs.count == 1 { arrival.signal() }
            return nil
        }
        if let refusal { job.refuse(refusal) }
    }

    /// Runs an operation and waits for its commit without holding a thread.
    package func write<T: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> T
    ) async throws -> T {
        try await withUnsafeThrowingContinuation { continuation in
            submit(body) { continuation.resume(with: $0) }
        }
    }

    /// Does what is queued, then closes the database. Later operations are refused.
    package func close() {
        queue.withLock { $0.isClosed = true }
        arrival.signal()
        closed.wait()
        closed.signal()
    }

    private func work(on transaction: Transaction) {
        while true {
            let batch = take()
            if batch.isEmpty {
                if queue.withLock({ $0.isClosed && $0.jobs.isEmpty }) { break }
                arrival.wait()
            } else {
                busySince.store(environment.monotonicMilliseconds(), ordering: .relaxed)
                commit(batch, on: transaction)
                busySince.store(0, ordering: .relaxed)
            }
        }
        transaction.checkpoint()
        closed.signal()
    }

    private func take() -> [Job] {
        queue.withLock { queue in
            if queue.jobs.count <= Self.batchMax {
                defer { queue.jobs = [] }
                return queue.jobs
            }
            let batch = Array(queue.jobs.prefix(Self.batchMax))
            queue.jobs.removeFirst(Self.batchMax)
            return batch
        }
    }

    private func commit(_ jobs: [Job], on transaction: Transaction) {
        let oldest = environment.monotonicMilliseconds() - Self.waitMillisecondsMax
        let batch = jobs.filter { job in
            if job.submittedAt < oldest { job.refuse(.overloaded) }
            return job.submittedAt >= oldest
        }
        var finishes: [Finish] = []
        finishes.reserveCapacity(batch.count)
        do {
            try transaction.begin()
            for job in batch {
                finishes.append(job.perform(transaction))
                if let trouble = transaction.trouble { throw trouble }
            }
            try transaction.commit()
            // Before anyone is answered: who is told of a new key, or of a revoked one, may use it.
            transaction.runAfterCommit()
            for finish in finishes { finish(nil) }
        } catch {
            let failure = transaction.abandon(after: error)
            for finish in finishes { finish(failure) }
            for job in batch.dropFirst(finishes.count) { job.refuse(failure) }
            if let cause = error as? SQLiteError, cause.isFatal { onFatal(cause) }
        }
    }
}
