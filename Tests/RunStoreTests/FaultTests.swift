import Runs
import SQLite
import Testing

@testable import RunStore

@Suite("A full disk, a broken file")
struct FaultTests {
    /// Limits the file to so many pages more than it has.
    private func limit(_ shelf: Shelf, pages: Int?) async throws {
        try await shelf.store.writer.write { transaction in
            let count = Int(try transaction.connection.pragma("page_count")) ?? 0
            let most = pages.map { count + $0 } ?? 1_000_000
            _ = try transaction.connection.pragma("max_page_count = \(most)")
        }
    }

    @Test("A full disk fails the batch, nothing of it stays, and space brings the writes back")
    func full() async throws {
        let shelf = try Shelf()
        try await shelf.store.writer.write { try Shelf.add(0, $0) }
        try await limit(shelf, pages: 4)
        for round in 0..<3 as Range<Int64> {
            let outcomes = Outcomes()
            let gate = shelf.hold()
            for number in 1...5 as ClosedRange<Int64> {
                let body = [UInt8](repeating: 1, count: number == 3 ? 1_000_000 : 1)
                shelf.store.writer.submit { transaction in
                    try Shelf.add(round * 10 + number, body: body, transaction)
                } then: {
                    outcomes.note(number, $0)
                }
            }
            gate.open()
            #expect(outcomes.wait(for: 5).values.allSatisfy { $0 == "full" })
            #expect(try shelf.count() == 1)
        }
        try await limit(shelf, pages: nil)
        try await shelf.store.writer.write { transaction in
            try Shelf.add(99, body: [UInt8](repeating: 1, count: 1_000_000), transaction)
        }
        #expect(try shelf.count() == 2 && shelf.fatalities.all.isEmpty)
    }

    @Test("What small work is left room for is done on a full disk")
    func small() async throws {
        let shelf = try Shelf()
        try await limit(shelf, pages: 2)
        let big = [UInt8](repeating: 1, count: 100_000)
        let error = await #expect(throws: StoreError.self) {
            try await shelf.store.writer.write { try Shelf.add(1, body: big, $0) }
        }
        guard case .full = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        try await shelf.store.writer.write { try Shelf.add(2, $0) }
        #expect(try !shelf.has(1) && shelf.has(2))
    }

    @Test(
        "After a fatal error the batch is answered and the server told, once",
        arguments: [
            (11, true), (26, true), (8, true), (14, true), (10 | 4 << 8, true), (19, false),
            (1, false),
        ] as [(Int32, Bool)])
    func fatal(_ row: (code: Int32, isFatal: Bool)) async throws {
        let shelf = try Shelf()
        let outcomes = Outcomes()
        let gate = shelf.hold()
        for number in 0..<3 as Range<Int64> {
            shelf.store.writer.submit { transaction in
                try Shelf.add(number, transaction)
                if number == 1 { throw SQLiteError(code: row.code, message: "played") }
            } then: {
                outcomes.note(number, $0)
            }
        }
        gate.open()
        let told = outcomes.wait(for: 3)
        try await shelf.store.writer.write { _ in }
        if row.isFatal {
            #expect(told.values.allSatisfy { $0 == "unavailable" })
            #expect(try shelf.count() == 0 && shelf.fatalities.all.map(\.code) == [row.code])
        } else {
            #expect(told == [0: "done", 1: "sqlite", 2: "done"])
            #expect(try shelf.count() == 2 && shelf.fatalities.all.isEmpty)
        }
    }

    @Test("A run that changed under its writer is not written")
    func conditional() async throws {
        let shelf = try Shelf()
        let moment = Timestamp(milliseconds: 0)
        let run = try await shelf.store.writer.write { transaction in
            let organization = Organization(id: OrganizationID(high: 1, low: 1), name: "o")
            try transaction.insert(organization, at: moment)
            let workspace = try transaction.insertWorkspace(
                WorkspaceID(high: 1, low: 2), name: "w", organization: organization.id, at: moment)
            let id = WorkflowID(high: 1, low: 3)
            let workflow = try #require(
                try transaction.insertWorkflow(
                    id, name: "f", document: "{}", workspace: workspace.number, at: moment))
            let run = Run(
                number: 0, id: RunID(high: 1, low: 4), workspace: workspace.number,
                workflowVersion: workflow.versionNumber, state: .queued, origin: .native,
                createdAt: moment, steps: [])
            return try #require(
                try transaction.insert(run, workflow: id, session: nil, wakeAt: nil))
        }
        var changed = run
        changed.state = .running
        let other = changed
        await #expect(throws: (any Error).self) {
            try await shelf.store.writer.write { transaction in
                try transaction.update(other, before: .paused, wakeAt: nil)
            }
        }
        #expect(try shelf.store.read { try $0.run(number: run.number)?.state } == .queued)
        #expect(shelf.fatalities.all.isEmpty)
        try await shelf.store.writer.write { transaction in
            try transaction.update(other, before: .queued, wakeAt: nil)
        }
        #expect(try shelf.store.read { try $0.run(number: run.number)?.state } == .running)
    }
}
