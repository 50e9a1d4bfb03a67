import Dispatch
import Runs
import SQLite
import Synchronization

/// Read-only connections for look-ups by key, which run on the thread that asks.
final class PointReaders: Sendable {
    /// Steps of SQLite's machine that a look-up may take, about 20 ms; what takes more belongs to
    /// the scan threads.
    static let stepsMax = 1_000_000
    /// Connections that are kept while nobody uses them.
    static let keptMax = 8

    private let path: String
    private let idle = Mutex<[ReadConnection]>([])
    private let onDamage: @Sendable (SQLiteError) -> Void

    /// - Parameter onDamage: told when a page that was read makes no sense (reliability S9).
    init(path: String, onDamage: @escaping @Sendable (SQLiteError) -> Void) {
        self.path = path
        self.onDamage = onDamage
    }

    func read<T>(_ body: (Snapshot) throws -> T) throws -> T {
        let reader =
            try idle.withLock { $0.popLast() } ?? ReadConnection(path: path, onDamage: onDamage)
        defer {
            idle.withLock { idle in
                if idle.count < Self.keptMax { idle.append(reader) }
            }
        }
        return try reader.read { connection in
            try connection.withStepLimit(Self.stepsMax) {
                try body(Snapshot(connection: connection))
            }
        }
    }
}

/// Threads for lists, counts and pages, so that no event loop waits for them.
final class ScanThreads: Sendable {
    static let millisecondsMax: Int64 = 2_000
    static let queueMax = 256
    /// How long a scan may wait for a thread before it is refused instead of done.
    static let waitMillisecondsMax: Int64 = 5_000

    private typealias Scan = @Sendable (Result<ReadConnection, any Error>) -> Void

    private struct Queue {
        var scans: [Scan] = []
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let arrival = DispatchSemaphore(value: 0)
    private let environment: Environment

    /// - Parameter onDamage: told when a page that was read makes no sense (reliability S9).
    init(
        path: String, count: Int, environment: Environment,
        onDamage: @escaping @Sendable (SQLiteError) -> Void
    ) {
        self.environment = environment
        for index in 1...count {
            startThread(named: "reader-\(index)") { [self] in
                work { try ReadConnection(path: path, onDamage: onDamage) }
            }
        }
    }

    func read<T: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws -> T
    ) async throws -> T {
        let latest = environment.monotonicMilliseconds() + Self.waitMillisecondsMax
        return try await withUnsafeThrowingContinuation { continuation in
            let scan: Scan = { [environment] reader in
                continuation.resume(
                    with: Result { () throws -> T in
                        if environment.monotonicMilliseconds() > latest {
                            throw StoreError.overloaded
                        }
                        return try reader.get().read { connection in
                            try connection.withDeadline(milliseconds: Self.millisecondsMax) {
                                try body(Snapshot(connection: connection))
                            }
                        }
                    })
            }
            let refusal: StoreError? = queue.withLock { queue in
                if queue.isClosed { return .unavailable }
                if queue.scans.count >= Self.queueMax { return .overloaded }
                queue.scans.append(scan)
                return nil
            }
            if let refusal {
                continuation.resume(throwing: refusal)
            } else {
                arrival.signal()
            }
        }
    }

    func close() {
        queue.withLock { $0.isClosed = true }
        arrival.signal()
    }

    private func work(_ open: () throws -> ReadConnection) {
        var connection: ReadConnection?
        while true {
            arrival.wait()
            let (scan, isClosed) = queue.withLock { queue in
                (queue.scans.isEmpty ? nil : queue.scans.removeFirst(), queue.isClosed)
            }
            if let scan {
                let opened = Result { try connection ?? open() }
                connection = try? opened.get()
                scan(opened)
            } else if isClosed {
                arrival.signal()
                return
            }
        }
    }
}

/// One read-only connection.
/// `@unchecked`: it is used by one thread at a time, because whoever takes it out of the pool or
/// owns it as its thread is the only one to hold it.
final class ReadConnection: @unchecked Sendable {
    private let connection: Connection
    private let onDamage: @Sendable (SQLiteError) -> Void

    init(path: String, onDamage: @escaping @Sendable (SQLiteError) -> Void) throws {
        self.onDamage = onDamage
        do {
            connection = try Connection(path: path, mode: .readOnly)
            for setting in ["query_only = 1", "wal_autocheckpoint = 0", "mmap_size = 0"] {
                _ = try connection.pragma(setting)
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Reads one snapshot, which is over before this returns (reliability S12).
    func read<T>(_ body: (Connection) throws -> T) throws -> T {
        do {
            try connection.run("BEGIN")
            defer { _ = try? connection.run("COMMIT") }
            return try body(connection)
        } catch let error as SQLiteError {
            if error.isDamage { onDamage(error) }
            throw StoreError(error)
        }
    }
}
