import Dispatch
import Glibc
import Runs
import SQLite
import Synchronization

@testable import RunStore

/// A folder of its own for one test's database, removed with it.
final class Folder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/signalbox-store-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CannotMakeFolder(errno: errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for suffix in Self.suffixes { unlink(database + suffix) }
        rmdir(path)
    }

    static let suffixes = ["", "-wal", "-shm", "-journal"]
    var database: String { path + "/signalbox.db" }

    struct CannotMakeFolder: Error {
        let errno: Int32
    }
}

/// A monotonic clock that moves when the test says so.
final class HandClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_000_000)

    func advance(_ more: Int64) { milliseconds.withLock { $0 += more } }

    var environment: Environment {
        Environment(
            now: { Timestamp(milliseconds: 1_767_323_045_000) },
            monotonicMilliseconds: { [self] in milliseconds.withLock { $0 } },
            random: { count in (0..<count).map { UInt8(truncatingIfNeeded: 7 &* $0 &+ 3) } })
    }
}

/// A store in a folder of its own; closed with it.
final class Shelf: Sendable {
    let folder: Folder
    let clock: HandClock
    let store: Store
    let fatalities: Fatalities

    init(_ folder: Folder? = nil, _ clock: HandClock = HandClock()) throws {
        let folder = try folder ?? Folder()
        self.folder = folder
        self.clock = clock
        let box = Fatalities()
        store = try Store(
            path: folder.database, environment: clock.environment, onFatal: { box.add($0) })
        fatalities = box
    }

    deinit { store.close() }

    /// What the store said it cannot go on after.
    final class Fatalities: Sendable {
        private let errors = Mutex<[SQLiteError]>([])
        var all: [SQLiteError] { errors.withLock { $0 } }
        func add(_ error: SQLiteError) { errors.withLock { $0.append(error) } }
    }

    /// Holds the writer until the gate is opened, so that a batch can be gathered behind it.
    func hold() -> Gate {
        let gate = Gate()
        store.writer.submit(isUrgent: true, { _ in gate.wait() }, then: { _ in })
        gate.untilEntered()
        return gate
    }

    /// Adds an idempotency row, the simplest there is, under the number.
    static func add(_ number: Int64, body: [UInt8] = [], _ transaction: Transaction) throws {
        let answer = StoredAnswer(
            fingerprint: [UInt8](repeating: 1, count: 32), status: 200, body: body,
            createdAt: Timestamp(milliseconds: 0))
        try transaction.store(answer, scope: scope(number), workspace: 1)
    }

    static func scope(_ number: Int64) -> [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * min($0, 7))) }
    }

    func has(_ number: Int64) throws -> Bool { try Self.has(number, store) }

    /// For the writer's thread, which must not be the last to hold a shelf: that closes the store.
    static func has(_ number: Int64, _ store: Store) throws -> Bool {
        try store.read { try $0.answer(scope: Self.scope(number), workspace: 1) != nil }
    }

    func count() throws -> Int { try number("SELECT count(*) FROM idempotency") }

    func number(_ sql: String) throws -> Int {
        try store.read { snapshot in
            try snapshot.connection.first(text: sql) { row in Int(row.int(0)) } ?? -1
        }
    }
}

/// Something that the writer waits at.
final class Gate: Sendable {
    private let entered = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    func wait() {
        entered.signal()
        opened.wait()
    }

    func untilEntered() { entered.wait() }
    func open() { opened.signal() }
}

/// What came of operations, in the order in which their callers were told.
final class Outcomes: Sendable {
    private let told = Mutex<[(Int64, String)]>([])
    private let arrival = DispatchSemaphore(value: 0)

    func note(_ number: Int64, _ result: Result<Void, any Error>) {
        let word =
            switch result {
            case .success: "done"
            case .failure(let error as StoreError): word(error)
            case .failure(let error): "\(error)"
            }
        told.withLock { $0.append((number, word)) }
        arrival.signal()
    }

    private func word(_ error: StoreError) -> String {
        switch error {
        case .overloaded: "overloaded"
        case .full: "full"
        case .unavailable: "unavailable"
        case .unusable: "unusable"
        case .sqlite: "sqlite"
        }
    }

    var now: [Int64: String] {
        told.withLock { Dictionary($0, uniquingKeysWith: { _, _ in "told twice" }) }
    }

    /// Waits until so many callers were told.
    func wait(for count: Int) -> [Int64: String] {
        for _ in 0..<count { arrival.wait() }
        return now
    }
}
