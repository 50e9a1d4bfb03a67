import Runs
import SQLite
import Synchronization
import Testing

@testable import RunStore

@Suite("Group commit")
struct WriterTests {
    struct Bad: Error {}

    /// Submits operations that each add the row of their number.
    private func submit(
        _ numbers: Range<Int64>, to shelf: Shelf, bad: Int64? = nil, _ outcomes: Outcomes
    ) {
        for number in numbers {
            shelf.store.writer.submit { transaction in
                try Shelf.add(number, transaction)
                if number == bad { throw Bad() }
            } then: {
                outcomes.note(number, $0)
            }
        }
    }

    @Test("One bad among fifty: it leaves nothing, its neighbours are on disk")
    func oneBad() throws {
        let shelf = try Shelf()
        let outcomes = Outcomes()
        let gate = shelf.hold()
        submit(0..<50, to: shelf, bad: 25, outcomes)
        #expect(outcomes.now.isEmpty)
        gate.open()
        let told = outcomes.wait(for: 50)
        for number in 0..<50 as Range<Int64> {
            #expect(told[number] == (number == 25 ? "Bad()" : "done"))
            #expect(try shelf.has(number) == (number != 25))
        }
    }

    @Test("Nobody is told before the commit, and what follows it comes first")
    func order() throws {
        let shelf = try Shelf()
        let store = shelf.store
        let seen = Mutex<[String]>([])
        let outcomes = Outcomes()
        let gate = shelf.hold()
        for number in 0..<3 as Range<Int64> {
            store.writer.submit { transaction in
                transaction.afterCommit { seen.withLock { $0.append("after \(number)") } }
                try Shelf.add(number, transaction)
                if number == 1 { throw Bad() }
            } then: { result in
                let isThere = (try? Shelf.has(number, store)) == true
                seen.withLock { $0.append("told \(number) \(isThere)") }
                outcomes.note(number, result)
            }
        }
        gate.open()
        _ = outcomes.wait(for: 3)
        let expected = ["after 0", "after 2", "told 0 true", "told 1 false", "told 2 true"]
        #expect(seen.withLock { $0 } == expected)
    }

    @Test("A batch is at most 256 operations")
    func batches() throws {
        let shelf = try Shelf()
        let outcomes = Outcomes()
        let gate = shelf.hold()
        let counts = Mutex((performed: 0, commits: [Int]()))
        for number in 0..<600 as Range<Int64> {
            shelf.store.writer.submit { transaction in
                counts.withLock { $0.performed += 1 }
                transaction.afterCommit {
                    counts.withLock { counts in
                        if counts.commits.last != counts.performed {
                            counts.commits.append(counts.performed)
                        }
                    }
                }
            } then: {
                outcomes.note(number, $0)
            }
        }
        gate.open()
        _ = outcomes.wait(for: 600)
        #expect(counts.withLock { $0.commits } == [256, 512, 600])
    }

    @Test("A full queue refuses at once; the engine's own work is still taken")
    func fullQueue() throws {
        let shelf = try Shelf()
        let outcomes = Outcomes()
        let gate = shelf.hold()
        submit(0..<1_030, to: shelf, outcomes)
        #expect(
            outcomes.now
                == Dictionary(
                    (1_024..<1_030).map { ($0, "overloaded") }, uniquingKeysWith: { one, _ in one })
        )
        shelf.store.writer.submit(isUrgent: true) {
            try Shelf.add(2_000, $0)
        } then: {
            outcomes.note(2_000, $0)
        }
        gate.open()
        let told = outcomes.wait(for: 1_031)
        #expect(told.values.filter { $0 == "done" }.count == 1_025)
        #expect(try shelf.count() == 1_025 && shelf.has(2_000) && !shelf.has(1_024))
    }

    @Test("What waited over five seconds is refused, not done")
    func oldWork() throws {
        let shelf = try Shelf()
        let outcomes = Outcomes()
        let gate = shelf.hold()
        submit(0..<1, to: shelf, outcomes)
        shelf.store.writer.submit(isUrgent: true) {
            try Shelf.add(1, $0)
        } then: {
            outcomes.note(1, $0)
        }
        shelf.clock.advance(1)
        submit(2..<3, to: shelf, outcomes)
        shelf.clock.advance(5_000)
        submit(3..<4, to: shelf, outcomes)
        gate.open()
        let told = outcomes.wait(for: 4)
        #expect(told == [0: "overloaded", 1: "done", 2: "done", 3: "done"])
        #expect(try !shelf.has(0) && shelf.count() == 3)
    }

    @Test("A savepoint within an operation undoes its own part only")
    func nested() async throws {
        let shelf = try Shelf()
        let effects = Outcomes()
        try await shelf.store.writer.write { transaction in
            try Self.add(1, effects, transaction)
            do {
                try transaction.inSavepoint {
                    try Self.add(2, effects, transaction)
                    throw Bad()
                }
            } catch is Bad {}
            try transaction.inSavepoint { try Self.add(3, effects, transaction) }
        }
        #expect(try shelf.has(1) && !shelf.has(2) && shelf.has(3))
        #expect(effects.now == [1: "done", 3: "done"])
    }

    private static func add(
        _ number: Int64, _ effects: Outcomes, _ transaction: Transaction
    ) throws {
        try Shelf.add(number, transaction)
        transaction.afterCommit { effects.note(number, .success(())) }
    }

    @Test("Sixty-four writers at once all commit")
    func concurrent() async throws {
        let shelf = try Shelf()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<64 as Range<Int64> {
                group.addTask {
                    for count in 0..<20 as Range<Int64> {
                        try await shelf.store.writer.write { transaction in
                            try Shelf.add(writer * 1_000 + count, transaction)
                        }
                        #expect(try shelf.has(writer * 1_000 + count))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try shelf.count() == 64 * 20)
    }

    @Test("Closing does what is queued and refuses the rest")
    func closing() async throws {
        let folder = try Folder()
        let outcomes = Outcomes()
        do {
            let shelf = try Shelf(folder)
            let gate = shelf.hold()
            submit(0..<300, to: shelf, outcomes)
            gate.open()
            shelf.store.close()
            #expect(outcomes.now.values.allSatisfy { $0 == "done" } && outcomes.now.count == 300)
            submit(300..<301, to: shelf, outcomes)
            #expect(outcomes.now[300] == "unavailable")
            await #expect(throws: StoreError.self) {
                try await shelf.store.scan { _ in }
            }
        }
        #expect(try Shelf(folder).count() == 300)
    }
}
