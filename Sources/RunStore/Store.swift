import Glibc
import Runs
import SQLite

/// The database: one connection that writes, on its own thread, and read-only ones beside it.
package final class Store: Sendable {
    /// Threads for lists and counts.
    static let scanThreads = 2

    package let writer: Writer
    /// 32 random bytes made at the first start: what page cursors are sealed with.
    package let cursorSecret: [UInt8]
    /// How often the server was started on this file.
    package let bootCount: Int64
    private let points: PointReaders
    private let scans: ScanThreads

    /// Opens the file, makes it when it is not there, and migrates it.
    /// - Parameter onFatal: called on the writer's thread when the file cannot be trusted any more
    ///   (reliability S9); the process has to end.
    /// - Throws: `StoreError.unusable` for a newer or damaged file; what SQLite says for the rest.
    package init(
        path: String, environment: Environment,
        onFatal: @escaping @Sendable (SQLiteError) -> Void = { _ in }
    ) throws {
        try createPrivateFile(path)
        let secret = environment.random(32)
        writer = try Writer(environment: environment, onFatal: onFatal) {
            try openForWriting(path: path, secret: secret)
        }
        points = PointReaders(path: path, onDamage: onFatal)
        scans = ScanThreads(
            path: path, count: Self.scanThreads, environment: environment, onDamage: onFatal)
        (cursorSecret, bootCount) = try points.read { try $0.serverRow() }
    }

    /// Looks something up on the calling thread: by key only, 20 ms at most.
    package func read<T>(_ body: (Snapshot) throws -> T) throws -> T {
        try points.read(body)
    }

    /// Looks something up on a thread for lists and counts: 2 s at most.
    package func scan<T: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws -> T
    ) async throws -> T {
        try await scans.read(body)
    }

    /// Finishes what is queued and empties the write-ahead log. Nothing works afterwards.
    package func close() {
        scans.close()
        writer.close()
    }
}

extension Snapshot {
    fileprivate func serverRow() throws -> (secret: [UInt8], boots: Int64) {
        let row = try connection.first("SELECT cursor_secret, boot_count FROM server") {
            (row) throws(SQLiteError) in (row.bytes(0), row.int(1))
        }
        guard let row else { throw StoreError.unusable("the server row is missing") }
        return row
    }
}

/// Makes the file with mode 0600 before SQLite would make it 0644; its `-wal` and `-shm` follow it.
/// Nothing of this process has the file open yet, so no lock is lost by closing it (S8).
private func createPrivateFile(_ path: String) throws {
    let descriptor = open(path, O_CREAT | O_EXCL | O_CLOEXEC | O_WRONLY, 0o600)
    if descriptor >= 0 {
        close(descriptor)
    } else if errno != EEXIST {
        throw StoreError.unusable("\(path): \(String(cString: strerror(errno)))")
    }
}

/// The settings of the writer, each read back (reliability S4): what to set, and what SQLite then
/// has to say.
private let writerSettings: [(set: String, expected: String)] = [
    ("auto_vacuum = INCREMENTAL", "2"), ("journal_mode = WAL", "wal"), ("synchronous = FULL", "2"),
    ("foreign_keys = ON", "1"), ("busy_timeout = 5000", "5000"), ("trusted_schema = OFF", "0"),
    ("cell_size_check = ON", "1"), ("temp_store = MEMORY", "2"), ("cache_size = -32000", "-32000"),
    ("wal_autocheckpoint = 1000", "1000"), ("journal_size_limit = 67108864", "67108864"),
    ("mmap_size = 0", "0"),
]

private func openForWriting(path: String, secret: [UInt8]) throws -> Transaction {
    do {
        let connection = try Connection(path: path, mode: .readWrite)
        for (setting, expected) in writerSettings {
            _ = try connection.pragma(setting)
            let name = String(setting.prefix { $0 != " " })
            let value = try connection.pragma(name)
            guard value == expected else {
                throw StoreError.unusable("the setting \(name) is \(value), not \(expected)")
            }
        }
        try migrate(connection)
        if connection.isReadOnly { throw StoreError.unusable("the database is read-only") }
        let (nextEvent, nextVersion) = try boot(connection, secret: secret)
        return Transaction(
            connection: connection, nextEvent: nextEvent, nextVersion: nextVersion)
    } catch let error as SQLiteError where error.isDamage || error.isUnopenable {
        throw StoreError.unusable(error.message)
    }
}

private func migrate(_ connection: Connection) throws {
    let version = Int64(try connection.pragma("user_version")) ?? 0
    guard version <= Schema.version else {
        throw StoreError.unusable(
            "the file has schema \(version), and this program knows \(Schema.version)")
    }
    for (index, script) in Schema.migrations.enumerated().dropFirst(Int(version)) {
        try connection.run("BEGIN IMMEDIATE")
        do {
            try connection.execute(script)
            try connection.execute("PRAGMA user_version = \(index + 1)")
            try connection.run("COMMIT")
        } catch {
            if !connection.isAutocommit { _ = try? connection.run("ROLLBACK") }
            throw error
        }
    }
}

/// A real committed write before anything is called ready (reliability S5).
/// - Returns: the numbers that the next event and the next version of a workflow get.
private func boot(
    _ connection: Connection, secret: [UInt8]
) throws -> (event: Int64, version: Int64) {
    try connection.run(
        """
        INSERT INTO server(id, boot_count, event_floor, cursor_secret) VALUES (1, 1, 1, ?)
        ON CONFLICT (id) DO UPDATE SET boot_count = boot_count + 1
        """, [.blob(secret)])
    return try connection.first(
        """
        SELECT max(event_floor, coalesce((SELECT max(n) + 1 FROM event), 1)),
            coalesce((SELECT max(n) + 1 FROM workflow_version), 1)
        FROM server
        """
    ) { (row) throws(SQLiteError) in (row.int(0), row.int(1)) } ?? (1, 1)
}
