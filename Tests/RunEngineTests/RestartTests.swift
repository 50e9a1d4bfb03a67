import Runs
import Testing

@testable import RunEngine

@Suite("Restarts")
struct RestartTests {
    @Test("A restart changes nothing, in any state", arguments: RunState.allCases)
    func states(_ state: RunState) async throws {
        var stage = try Stage()
        let given = try await stage.given(state)
        let before = try stage.details(given.run)
        let recorded = try await stage.events(given.run)
        stage = try stage.restarted()
        let after = try stage.details(given.run)
        #expect(after.run.state == state && after.run.steps == before.run.steps)
        #expect(after.run.stop == before.run.stop && after.run.how == before.run.how)
        #expect(
            after.run.deadline == before.run.deadline && after.run.lastEvent == before.run.lastEvent
        )
        #expect(after.data.input == before.data.input && after.data.error == before.data.error)
        let events = try await stage.events(given.run)
        #expect(events.map(\.sequence) == recorded.map(\.sequence))
        #expect(events.map(\.data) == recorded.map(\.data))
    }

    @Test(
        "A worker goes on with its token over a restart",
        arguments: [
            RunState.running, .paused, .stopping, .failing,
        ])
    func workers(_ state: RunState) async throws {
        var stage = try Stage()
        let given = try await stage.given(state)
        stage = try stage.restarted()
        let held = try #require(given.held.last)
        let answer = try await stage.report(.heartbeat(progress: nil), held)
        #expect(answer.isTold == (state == .stopping || state == .failing))
        #expect(try await stage.complete(held).isRefused == answer.isTold)
        #expect(await refusal { try await stage.complete(held) } == .leaseLost)
        stage = try stage.restarted()
        #expect(await refusal { try await stage.complete(held) } == .leaseLost)
    }

    @Test("What came due while the server was down is done at the first look")
    func due() async throws {
        var stage = try Stage()
        let stopping = try await stage.given(.stopping).run
        try await stage.workflow(Shape.timer)
        let timer = try await stage.start("timer").id
        let later = try await stage.start("pair") {
            $0.startAt = stage.clock.now.adding(milliseconds: 30_000)
        }.id
        stage.tick()
        stage.clock.advance(3_600_000)
        stage = try stage.restarted()
        stage.tick()
        #expect(try stage.state(stopping) == .cancelled && stage.run(stopping).how == .lost)
        #expect(try stage.state(timer) == .succeeded)
        #expect(try stage.steps(later) == ["queued", "queued"])
    }

    @Test("A deletion is finished after a restart")
    func sweeping() async throws {
        var stage = try Stage()
        let given = try await stage.given(.running)
        let number = try stage.run(given.run).number
        try await stage.send(.delete, to: given.run)
        stage = try stage.restarted()
        #expect(try stage.rowsLeft(of: number) > 0)
        for _ in 0..<3 { stage.tick() }
        #expect(try stage.rowsLeft(of: number) == 0)
        #expect(try stage.receipt(given.run).deletion != nil)
    }
}
