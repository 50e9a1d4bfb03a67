import RunStore
import Runs
import Synchronization
import Testing

@testable import RunEngine

@Suite("The feed of events")
struct FeedTests {
    @Test("A stream ends within 15 s when its key is revoked, others go on")
    func revoked() async throws {
        let stage = try Stage()
        let (_, task) = try await stage.busyRun()
        let (key, token) = try await stage.key(.viewer, workspace: "default")
        let viewer = try stage.engine.caller(
            #require(stage.engine.authenticate(token)), workspace: nil)
        let (one, other) = (Follower(), Follower())
        let sources = try await (
            stage.engine.follow(after: nil, viewer), stage.engine.follow(after: nil, stage.caller)
        )
        async let reading: Void = one.read(sources.0)
        async let readingOn: Void = other.read(sources.1)
        await stage.untilFollowersWait(2)
        stage.tick(after: 1)
        try await stage.revoke(key.id)
        stage.tick(after: stage.engine.limits.recheckMilliseconds)
        await reading
        try await stage.report(progress: 1, on: task)
        await stage.untilFollowersWait(1)
        stage.engine.releaseWaiters()
        await readingOn
        #expect(one.events.isEmpty && other.events.map(\.kind) == ["step.progress"])
    }

    @Test("A cancelled task leaves the feed")
    func cancelled() async throws {
        let stage = try Stage()
        let (run, _) = try await stage.busyRun()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let isOfRun = number.isMultiple(of: 2)
                    let source =
                        isOfRun
                        ? try await stage.engine.follow(.id(run), after: nil, stage.caller)
                        : try await stage.engine.follow(after: nil, stage.caller)
                    if let source { await Follower().read(source) }
                }
            }
            await stage.untilFollowersWait(20)
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(stage.engine.feed.counts == (0, 0) && !stage.engine.feed.isFollowed)
    }

    @Test("What was to begin for one who has left does not begin for the next")
    func periods() async throws {
        let stage = try Stage()
        let (feed, workspace) = (stage.engine.feed, stage.caller.workspace.number)
        let follower = Mutex<EventFeed.Membership?>(feed.follow(workspace: workspace))
        try await stage.store.writer.write { transaction in
            feed.begin(workspace: workspace, with: transaction)
            follower.withLock { $0 = nil }
            follower.withLock { $0 = feed.follow(workspace: workspace) }
        }
        #expect(follower.withLock { $0 != nil } && !feed.hasBegun(workspace: workspace))
    }

    @Test("What a deleted run did is given to nobody who comes later", arguments: [true, false])
    func deleted(_ hasEnded: Bool) async throws {
        let stage = try Stage()
        let (run, task) = try await stage.busyRun()
        let early = try await stage.engine.follow(after: nil, stage.caller)
        try await stage.report(progress: 2, on: task)
        if hasEnded { try await stage.send(.terminate, to: run) }
        try await stage.send(.delete, to: run)
        let late = try await stage.engine.follow(after: early.start.sequence, stage.caller)
        let follower = Follower()
        async let reading: Void = follower.read(late)
        await stage.untilFollowersWait()
        let next = try await stage.start("pair").id
        await stage.untilFollowersWait()
        stage.engine.releaseWaiters()
        await reading
        #expect(follower.events.map(\.run) == [next])
    }

    @Test("A crowd is woken step by step, and everybody hears")
    func crowd() async throws {
        let stage = try Stage()
        let (_, task) = try await stage.busyRun()
        let followers = (0..<3 * EventFeed.stepMax + 1).map { _ in Follower() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for follower in followers {
                let source = try await stage.engine.follow(after: nil, stage.caller)
                group.addTask { await follower.read(source) }
            }
            for _ in 0..<3 {
                await stage.untilFollowersWait(followers.count)
                try await stage.report(progress: 2, on: task)
            }
            await stage.untilFollowersWait(followers.count)
            stage.engine.releaseWaiters()
            try await group.waitForAll()
        }
        #expect(followers.allSatisfy { $0.events.map(\.runSequence) == Array(3...8) })
    }

    @Test("Deadlines come in their order, without those that were cleared")
    func deadlines() {
        var deadlines = Deadlines()
        let moments = (0..<500).map { Int64(truncatingIfNeeded: mixed($0) >> 50) }
        for (number, moment) in moments.enumerated() {
            deadlines.add(.init(moment: moment, number: UInt64(number)))
        }
        deadlines.clear { $0.number % 3 != 0 }
        var seen: [Int64] = []
        while let first = deadlines.first {
            seen.append(first.moment)
            deadlines.removeFirst()
        }
        let kept = moments.enumerated().filter { $0.offset % 3 != 0 }.map(\.element)
        #expect(seen == kept.sorted() && deadlines.count == 0)
    }

    @Test("The ring keeps the latest events by number and by bytes")
    func ring() {
        func entry(_ number: Int64, _ bytes: Int = 1) -> LoggedEvent {
            let event = Event(
                sequence: number, runSequence: number, run: RunID(high: 0, low: 0), kind: "k",
                at: Timestamp(milliseconds: 0), data: String(repeating: "x", count: bytes))
            return LoggedEvent(event: event, run: 1, isEnd: false)
        }
        var ring = EventRing(floor: 10)
        #expect(ring.newest == 10 && ring.events(after: 10).isEmpty)
        ring.append(entry(9))
        #expect(ring.events(after: 10).isEmpty)
        let most = Int64(EventRing.eventsMax)
        for number in 11...(10 + most) { ring.append(entry(number)) }
        #expect(ring.floor == 10 && ring.events(after: 10).count == EventRing.eventsMax)
        for number in (11 + most)...(10 + 3 * most) { ring.append(entry(number)) }
        #expect(ring.floor == 10 + 2 * most && ring.newest == 10 + 3 * most)
        #expect(ring.events(after: 10 + 3 * most - 2).map(\.event.sequence).first == 9 + 3 * most)
        ring.append(entry(5000, EventRing.bytesMax - 1))
        #expect(ring.events(after: ring.floor).count == 2)
        ring.append(entry(5001, EventRing.bytesMax))
        #expect(ring.floor == 5000 && ring.events(after: 5000).count == 1)
    }

    @Test("What is given at once is bounded in bytes, live and from disk")
    func bytes() async throws {
        let stage = try Stage()
        let (run, task) = try await stage.busyRun()
        let text = "\"\(String(repeating: "x", count: 60_000))\""
        let live = try await stage.engine.follow(after: nil, stage.caller)
        for _ in 0..<9 { try await stage.report(.heartbeat(progress: text), task) }
        let stored = try #require(try await stage.engine.follow(.id(run), after: 2, stage.caller))
        for source in [live, stored] {
            var items = source.makeAsyncIterator()
            var sizes: [Int] = []
            while sizes.reduce(0, +) < 9, case .events(let events) = await items.next() {
                sizes.append(events.count)
            }
            #expect(sizes == [4, 4, 1])
        }
    }

    @Test("The end of a run comes behind all of its events, also those that do not fit in one page")
    func lastEvents() async throws {
        let stage = try Stage()
        let (run, _) = try await stage.busyRun()
        let source = try #require(try await stage.engine.follow(.id(run), after: 2, stage.caller))
        let (workspace, number) = (stage.caller.workspace.number, try #require(source.run?.number))
        let newest = stage.engine.feed.newest(workspace: workspace)
        let entries = (Int64(1)...5).map { step in
            let event = Event(
                sequence: newest + step, runSequence: 2 + step, run: run, kind: "k",
                at: Timestamp(milliseconds: 0), data: String(repeating: "x", count: 100_000))
            return LoggedEvent(event: event, run: number, isEnd: true)
        }
        stage.engine.feed.publish(entries, workspace: workspace, run: number)
        let follower = Follower()
        await follower.read(source)
        #expect(follower.events.map(\.runSequence) == [3, 4, 5, 6, 7])
        #expect(follower.signs == ["end running"])
    }

    @Test("A feed begins when what came before it is on disk")
    func beginning() async throws {
        let stage = try Stage()
        let (feed, workspace) = (stage.engine.feed, stage.caller.workspace.number)
        let membership = feed.follow(workspace: workspace)
        let hasBegun = try await stage.engine.store.writer.write { transaction in
            feed.begin(workspace: workspace, with: transaction)
            return feed.hasBegun(workspace: workspace)
        }
        #expect(!hasBegun && feed.hasBegun(workspace: workspace))
        withExtendedLifetime(membership) {}
    }

    @Test("A page of a workspace passes over a bounded number of rows of others")
    func slices() async throws {
        let stage = try Stage()
        let other = try await stage.caller(organization: "o", workspace: "w")
        let (_, task) = try await stage.busyRun(as: other)
        let rows = RunEngine.eventSliceRows
        let progress = rows + 100
        try await stage.report(progress: progress, on: task, as: other)
        _ = try await stage.busyRun()
        let first = try await stage.engine.events(after: 0, limit: 10, stage.caller)
        #expect(first.events.isEmpty && first.next == Int64(rows))
        let second = try await stage.engine.events(after: Int64(rows), limit: 10, stage.caller)
        #expect(second.events.map(\.runSequence) == [1, 2] && second.next == nil)
        let full = try await stage.engine.events(after: Int64(rows), limit: 2, stage.caller)
        #expect(full.events.count == 2 && full.next == full.events.last?.sequence)
    }

    @Test("Turns are handed on in order, a number at a time")
    func turns() async {
        let turns = Turns(max: 2)
        let order = Follower.Order()
        await turns.take()
        await turns.take()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<5 {
                group.addTask {
                    await turns.take()
                    order.add(number)
                    turns.give()
                }
            }
            while turns.waiting < 5 { await Task.yield() }
            #expect(order.all.isEmpty)
            turns.give()
            await group.waitForAll()
        }
        turns.give()
        #expect(order.all.sorted() == [0, 1, 2, 3, 4] && turns.waiting == 0)
    }
}
