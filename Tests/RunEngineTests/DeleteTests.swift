import RunStore
import Runs
import Testing

@testable import RunEngine

@Suite("Deletion")
struct DeleteTests {
    /// What the tombstone says of a run deleted in a state.
    struct Row: Sendable {
        let given: RunState
        let ended: RunState
        var how: How?
        /// The first stop: how it was asked for and from where.
        var stop: (mode: StopMode, from: RunState)?
        var isEscalated = false
        var counts: [How: Int] = [:]
    }

    @Test(arguments: [
        Row(
            given: .queued, ended: .cancelled, how: .clean, stop: (.delete, .queued),
            counts: [.unstarted: 2]),
        Row(
            given: .running, ended: .cancelled, how: .forced, stop: (.delete, .running),
            counts: [.forced: 1, .unstarted: 1]),
        Row(
            given: .waiting, ended: .cancelled, how: .clean, stop: (.delete, .waiting),
            counts: [.clean: 1]),
        Row(
            given: .paused, ended: .cancelled, how: .forced, stop: (.delete, .paused),
            counts: [.forced: 1, .unstarted: 1]),
        Row(
            given: .failing, ended: .cancelled, how: .lost, stop: (.delete, .failing),
            counts: [.lost: 1]),
        Row(
            given: .stopping, ended: .cancelled, how: .lost, stop: (.cancel, .running),
            isEscalated: true, counts: [.lost: 1, .unstarted: 1]),
        Row(given: .succeeded, ended: .succeeded),
        Row(given: .failed, ended: .failed, counts: [.clean: 1]),
        Row(
            given: .cancelled, ended: .cancelled, how: .clean, stop: (.cancel, .queued),
            counts: [.unstarted: 2]),
    ])
    func states(_ row: Row) async throws {
        let stage = try Stage()
        let given = try await stage.given(row.given)
        let before = try stage.run(given.run)
        let seen = try await stage.send(.delete, to: given.run, reason: "gone")
        #expect(seen.changed && seen.run.state == row.ended)
        for swept in [false, true] {
            if swept { for _ in 0..<3 { stage.tick() } }
            let receipt = try stage.receipt(given.run)
            #expect(receipt.state == row.ended && receipt.how == row.how)
            #expect(receipt.counts == row.counts && receipt.steps.isEmpty)
            #expect(receipt.endedAt == before.endedAt ?? receipt.deletion?.at)
            #expect(receipt.deletion?.reason == "gone")
            #expect(receipt.deletion?.author == stage.call().author)
            #expect(receipt.stop?.mode == row.stop?.mode)
            #expect(receipt.stop?.fromState == row.stop?.from)
            #expect((receipt.stop?.escalatedAt != nil) == row.isEscalated)
            try await expectGone(given, stage)
        }
        #expect(stage.causes.all == [])
    }

    /// Nothing finds the run any more, nobody can bring it back, and its id is not given again.
    private func expectGone(_ given: Given, _ stage: Stage) async throws {
        #expect(await refusal { try stage.run(given.run) } == .notFound(.run))
        #expect(await refusal { try await stage.events(given.run) } == .notFound(.run))
        #expect(await refusal { try await stage.decide(given.run, true) } == .notFound(.run))
        for signal in [Signal.pause, .resume, .cancel, .terminate, .delete] {
            let refused = await refusal { try await stage.send(signal, to: given.run) }
            #expect(refused == .notFound(.run))
        }
        for task in given.held {
            #expect(await refusal { try await stage.complete(task) } == .leaseLost)
        }
        #expect(try await stage.claim(max: 9).isEmpty)
        #expect(try await stage.engine.runs(RunQuery(), stage.call()).runs.isEmpty)
        let workflow = given.held.isEmpty ? try await stage.anyWorkflow() : "pair"
        let again = await refusal { try await stage.start(workflow) { $0.id = given.run } }
        #expect(again == .conflict(.run))
    }

    @Test("Sweeping leaves nothing but the tombstone, in slices")
    func sweeping() async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.single)
        let run = try await stage.start("single") {
            $0.labels = [Label(name: "k", value: "v")]
            $0.alias = "mine"
            $0.session = "s"
        }.id
        let task = try await stage.claimOne()
        for count in 0..<1_200 {
            try await stage.report(.heartbeat(progress: "\(count)"), task)
        }
        try await stage.complete(task, output: "1")
        let number = try stage.run(run).number
        try await stage.send(.delete, to: run)
        #expect(try stage.rowsLeft(of: number) > 1_200)
        var left = try stage.rowsLeft(of: number)
        for _ in 0..<5 where left > 0 {
            stage.tick()
            let now = try stage.rowsLeft(of: number)
            #expect(now < left && left - now <= 510)
            left = now
        }
        #expect(left == 0)
        let renamed = try await stage.start("single") { $0.alias = "mine" }
        #expect(try stage.details(renamed.id).alias == "mine")
        #expect(renamed.number > number)
    }

    @Test("Event numbers rise over deletions and restarts")
    func eventNumbers() async throws {
        var stage = try Stage()
        try await stage.workflow(Shape.single)
        let first = try await stage.start("single").id
        let highest = try #require(try await stage.events(first).last?.sequence)
        try await stage.send(.delete, to: first)
        for _ in 0..<3 { stage.tick() }
        stage = try stage.restarted()
        let second = try await stage.start("single").id
        #expect(try #require(try await stage.events(second).first?.sequence) > highest)
    }
}

extension Stage {
    /// The name of some workflow that was made.
    fileprivate func anyWorkflow() async throws -> String {
        let page = try await engine.workflows(limit: 1, offset: 0, cursor: nil, call())
        return try #require(page.workflows.first).name
    }
}
