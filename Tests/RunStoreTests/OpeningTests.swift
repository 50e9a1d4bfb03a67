import Glibc
import Runs
import SQLite
import Testing

@testable import RunStore

@Suite("Opening the database")
struct OpeningTests {
    @Test(
        "The writer's settings are what they have to be",
        arguments: [
            ("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"),
            ("busy_timeout", "5000"), ("trusted_schema", "0"), ("cell_size_check", "1"),
            ("temp_store", "2"), ("cache_size", "-32000"), ("wal_autocheckpoint", "1000"),
            ("journal_size_limit", "67108864"), ("mmap_size", "0"), ("auto_vacuum", "2"),
            ("user_version", "1"),
        ])
    func settings(_ setting: (name: String, value: String)) async throws {
        let shelf = try Shelf()
        let value = try await shelf.store.writer.write { transaction in
            try transaction.connection.pragma(setting.name)
        }
        #expect(value == setting.value)
    }

    @Test("Readers cannot write, and checkpoint nothing")
    func readers() async throws {
        let shelf = try Shelf()
        let golden = [("query_only", "1"), ("wal_autocheckpoint", "0"), ("mmap_size", "0")]
        for (name, value) in golden {
            #expect(try shelf.store.read { try $0.connection.pragma(name) } == value)
            #expect(try await shelf.store.scan { try $0.connection.pragma(name) } == value)
        }
        #expect(throws: (any Error).self) {
            try shelf.store.read { try $0.connection.run("DELETE FROM idempotency") }
        }
        await #expect(throws: (any Error).self) {
            try await shelf.store.scan { try $0.connection.run("DELETE FROM idempotency") }
        }
    }

    @Test("Every file is for its owner alone")
    func modes() async throws {
        let shelf = try Shelf()
        try await shelf.store.writer.write { try Shelf.add(1, $0) }
        #expect(try shelf.has(1))
        for suffix in ["", "-wal", "-shm"] {
            var status = stat()
            try #require(stat(shelf.folder.database + suffix, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600, "\(suffix)")
        }
    }

    @Test("Each start is counted; the cursor secret is made once")
    func boots() throws {
        let folder = try Folder()
        var secrets: Set<[UInt8]> = []
        for count in 1...3 {
            let shelf = try Shelf(folder)
            #expect(shelf.store.bootCount == Int64(count))
            secrets.insert(shelf.store.cursorSecret)
        }
        #expect(secrets.count == 1 && secrets.first?.count == 32)
    }

    @Test("A clean stop leaves an empty log behind")
    func checkpoint() async throws {
        let folder = try Folder()
        let store = try Store(path: folder.database, environment: HandClock().environment)
        try await store.writer.write { try Shelf.add(1, $0) }
        store.close()
        var status = stat()
        #expect(stat(folder.database + "-wal", &status) != 0 || status.st_size == 0)
        #expect(try Shelf(folder).has(1))
    }

    /// What stands in the file before the store opens it.
    @Test(
        "A file that is newer, or no database, is refused as it is",
        arguments: [
            "newer", "no database", "half a database", "a folder", "nowhere",
        ])
    func unusable(_ what: String) throws {
        let folder = try Folder()
        var path = folder.database
        switch what {
        case "newer":
            let connection = try Connection(path: path, mode: .readWrite)
            try connection.execute("CREATE TABLE future (x); PRAGMA user_version = 2")
        case "a folder": path = folder.path
        case "nowhere": path = folder.path + "/none/signalbox.db"
        default: try write(what == "no database" ? 5_000 : 60, to: path)
        }
        let error = #expect(throws: StoreError.self) {
            try Store(path: path, environment: HandClock().environment)
        }
        guard case .unusable(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!reason.isEmpty)
        guard what == "newer" else { return }
        let connection = try Connection(path: path, mode: .readOnly)
        let tables = try connection.query("SELECT name FROM sqlite_schema") { row in row.text(0) }
        #expect(try tables == ["future"] && connection.pragma("user_version") == "2")
    }

    private func write(_ count: Int, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        for byte in 0..<count { fputc(Int32(byte % 251 + 1), file) }
        fclose(file)
    }

    @Test("A migration that fails leaves nothing of itself")
    func migration() throws {
        let folder = try Folder()
        do {
            let connection = try Connection(path: folder.database, mode: .readWrite)
            try connection.execute("CREATE TABLE tombstone (x)")
        }
        #expect(throws: (any Error).self) {
            try Store(path: folder.database, environment: HandClock().environment)
        }
        let connection = try Connection(path: folder.database, mode: .readOnly)
        let tables = try connection.query("SELECT name FROM sqlite_schema") { row in row.text(0) }
        #expect(try tables == ["tombstone"] && connection.pragma("user_version") == "0")
    }

    @Test("A look-up that grows into a scan is cut, and its connection works on")
    func stepLimit() throws {
        let shelf = try Shelf()
        let endless = """
            WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)
            SELECT count(*) FROM (SELECT x FROM c LIMIT 100000000)
            """
        for _ in 0..<2 {
            let error = #expect(throws: StoreError.self) { try shelf.number(endless) }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try shelf.count() == 0)
        }
    }
}
