import Runs
import Synchronization
import Testing

@testable import RunEngine

/// Reads a stream of events to its end and remembers what it was given.
final class Follower: Sendable {
    private let given = Mutex<[EventFollower.Item]>([])

    func read(_ source: EventFollower) async {
        for await item in source { given.withLock { $0.append(item) } }
    }

    var items: [EventFollower.Item] { given.withLock { $0 } }

    var events: [Event] {
        items.flatMap { item in
            if case .events(let events) = item { return events }
            return []
        }
    }

    /// What was done, in order.
    final class Order: Sendable {
        private let numbers = Mutex<[Int]>([])
        var all: [Int] { numbers.withLock { $0 } }
        func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    /// What there was beside events, in short: `reset 7`, `end cancelled`, `end gone`.
    var signs: [String] {
        items.compactMap { item in
            switch item {
            case .events: nil
            case .reset(let newest): "reset \(newest)"
            case .end(let state): "end \(state?.rawValue ?? "gone")"
            }
        }
    }
}

extension Stage {
    /// A run of two steps, the first of them in hand.
    func busyRun(as caller: Caller? = nil) async throws -> (run: RunID, task: ClaimedTask) {
        try await workflow(Shape.pair, as: caller)
        let run = try await start("pair", as: caller).id
        return (run, try #require(try await claim(as: caller).first))
    }

    /// Has a worker report so often, each of which is an event.
    func report(progress count: Int, on task: ClaimedTask, as caller: Caller? = nil) async throws {
        for number in 0..<count {
            try await report(.heartbeat(progress: "\(number)"), task, as: caller)
        }
    }

    /// Lets others go on until so many followers have seen everything and wait.
    func untilFollowersWait(
        _ count: Int = 1, _ location: SourceLocation = #_sourceLocation
    ) async {
        for _ in 0..<5_000_000 {
            if engine.feed.counts.waiting == count { return }
            await Task.yield()
        }
        Issue.record("they do not wait", sourceLocation: location)
        engine.releaseWaiters()
    }
}
