import Runs
import Testing

@testable import RunEngine

@Suite("Streams of events")
struct EventTests {
    @Test("Stored events come first, then each that happens, to the end of the run")
    func storedThenLive() async throws {
        let stage = try Stage()
        let (run, task) = try await stage.busyRun()
        let stored = try await stage.events(run).count
        let source = try #require(try await stage.engine.follow(.id(run), after: nil, stage.caller))
        let follower = Follower()
        async let reading: Void = follower.read(source)
        await stage.untilFollowersWait()
        #expect(follower.events.count == stored)
        try await stage.report(progress: 3, on: task)
        try await stage.send(.cancel, to: run)
        try await stage.report(.stopped, task)
        await reading
        let all = try await stage.events(run)
        #expect(follower.events.map(\.runSequence) == Array(1...Int64(all.count)))
        #expect(follower.events.map(\.kind) == all.map(\.kind))
        #expect(follower.events.map(\.sequence) == all.map(\.sequence))
        #expect(follower.events.map(\.data) == all.map(\.data))
        #expect(follower.signs == ["end cancelled"])
        #expect(stage.causes.all == [])
    }

    @Test("Who follows a workspace sees what happens from now on, or after a number")
    func workspace() async throws {
        let stage = try Stage()
        let (run, _) = try await stage.busyRun()
        let (other, stranger) = (
            try await stage.caller(organization: "o", workspace: "w"), Follower()
        )
        let (live, whole) = (Follower(), Follower())
        let sources = try await (
            stage.engine.follow(after: nil, stage.caller),
            stage.engine.follow(after: 0, stage.caller),
            stage.engine.follow(after: 0, other)
        )
        async let reading: Void = live.read(sources.0)
        async let readingWhole: Void = whole.read(sources.1)
        async let readingNothing: Void = stranger.read(sources.2)
        await stage.untilFollowersWait(3)
        try await stage.send(.cancel, to: run)
        try await stage.busyRunOf(other)
        try await stage.send(.delete, to: run)
        await stage.untilFollowersWait(3)
        stage.engine.releaseWaiters()
        _ = await (reading, readingWhole, readingNothing)
        #expect(live.events.first?.kind == "run.cancel_requested")
        #expect(live.events.last?.kind == "run.cancelled")
        #expect(Set(live.events.map(\.run)) == [run])
        #expect(whole.events.map(\.runSequence) == Array(1...Int64(whole.events.count)))
        #expect(whole.events.suffix(live.events.count).map(\.kind) == live.events.map(\.kind))
        #expect(stranger.events.map(\.kind) == ["run.created", "step.started"])
        #expect(!stranger.events.contains { $0.run == run })
    }

    @Test("Who falls behind the latest events reads them from disk, without gap or repeat")
    func behind() async throws {
        let stage = try Stage()
        let (run, task) = try await stage.busyRun()
        let ofRun = try #require(try await stage.engine.follow(.id(run), after: 2, stage.caller))
        let ofAll = try await stage.engine.follow(after: nil, stage.caller)
        try await stage.report(progress: 2 * EventRing.eventsMax + 10, on: task)
        let (one, all) = (Follower(), Follower())
        async let reading: Void = one.read(ofRun)
        async let readingAll: Void = all.read(ofAll)
        await stage.untilFollowersWait(2)
        try await stage.report(progress: 5, on: task)
        await stage.untilFollowersWait(2)
        stage.engine.releaseWaiters()
        _ = await (reading, readingAll)
        let last = Int64(2 * EventRing.eventsMax + 15 + 2)
        #expect(one.events.map(\.runSequence) == Array(3...last))
        #expect(all.events.map(\.runSequence) == Array(3...last))
    }

    @Test("A number beyond the newest event is answered with a reset, and the stream goes on there")
    func reset() async throws {
        let stage = try Stage()
        let (run, task) = try await stage.busyRun()
        let ofRun = try #require(try await stage.engine.follow(.id(run), after: 9, stage.caller))
        let ofAll = try await stage.engine.follow(after: 999, stage.caller)
        let (one, all) = (Follower(), Follower())
        async let reading: Void = one.read(ofRun)
        async let readingAll: Void = all.read(ofAll)
        await stage.untilFollowersWait(2)
        try await stage.report(progress: 1, on: task)
        await stage.untilFollowersWait(2)
        stage.engine.releaseWaiters()
        _ = await (reading, readingAll)
        #expect(one.signs == ["reset 2"] && one.events.map(\.runSequence) == [3])
        #expect(all.signs == ["reset 2"] && all.events.map(\.sequence) == [3])
    }

    @Test("After a restart both go on where they were")
    func restart() async throws {
        let before = try Stage()
        let (run, task) = try await before.busyRun()
        try await before.report(progress: 4, on: task)
        let stage = try before.restarted()
        let (one, all) = (Follower(), Follower())
        let ofRun = try #require(try await stage.engine.follow(.id(run), after: 4, stage.caller))
        let ofAll = try await stage.engine.follow(after: 6, stage.caller)
        async let reading: Void = one.read(ofRun)
        async let readingAll: Void = all.read(ofAll)
        await stage.untilFollowersWait(2)
        try await stage.report(progress: 1, on: task)
        await stage.untilFollowersWait(2)
        stage.engine.releaseWaiters()
        _ = await (reading, readingAll)
        #expect(one.events.map(\.runSequence) == [5, 6, 7] && one.signs == [])
        #expect(all.events.map(\.runSequence) == [7] && all.signs == [])
    }

    @Test("Of a run that has ended there is what was not seen yet, and then nothing")
    func ended() async throws {
        let stage = try Stage()
        let (run, task) = try await stage.busyRun()
        try await stage.send(.terminate, to: run)
        let last = try await stage.events(run).count
        let source = try #require(try await stage.engine.follow(.id(run), after: 3, stage.caller))
        let follower = Follower()
        await follower.read(source)
        #expect(follower.events.map(\.runSequence) == Array(4...Int64(last)))
        #expect(follower.signs == ["end cancelled"])
        let seen = Int64(last)
        let again = try await stage.engine.follow(.id(run), after: seen, stage.caller)
        #expect(again.map(\.start.sequence) == nil)
        #expect(await refusal { try await stage.report(.stopped, task) } == .leaseLost)
    }

    @Test(
        "A stream ends when its run is deleted, also where that was not seen", arguments: [0, 600])
    func deleted(_ progress: Int) async throws {
        let stage = try Stage()
        let (run, task) = try await stage.busyRun()
        let source = try #require(try await stage.engine.follow(.id(run), after: 2, stage.caller))
        try await stage.report(progress: progress, on: task)
        try await stage.send(.delete, to: run)
        let follower = Follower()
        await follower.read(source)
        let kinds = follower.events.map(\.kind)
        #expect(progress == 0 ? kinds.last == "run.cancelled" : kinds.isEmpty)
        #expect(follower.signs == ["end gone"])
        let gone = await refusal {
            try await stage.engine.follow(.id(run), after: nil, stage.caller)
        }
        #expect(gone == .notFound(.run))
    }
}

extension Stage {
    fileprivate func busyRunOf(_ caller: Caller) async throws {
        _ = try await busyRun(as: caller)
    }
}
