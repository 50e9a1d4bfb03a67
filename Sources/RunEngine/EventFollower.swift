import RunStore
import Runs

/// The events of a workspace or a run: first those on disk, then each as it happens, without gap or
/// repeat (reliability T8). It ends when the run is over, the key does not hold any more, the
/// server drains, or the task is cancelled.
package struct EventFollower: AsyncSequence, Sendable {
    /// What a follower is given.
    package enum Item: Sendable {
        /// In order, never none.
        case events([Event])
        /// The event that was named as the last one seen is not there: what follows comes after
        /// this number.
        case reset(newest: Int64)
        /// The run has ended in this state, or was deleted: nil. Nothing follows.
        case end(RunState?)
    }

    /// Where to begin.
    struct Start: Sendable {
        /// The number of the last event seen: in the run where one is followed, else over all.
        var sequence: Int64
        var isReset = false
        /// The number over all up to which nothing is left to be read. Nil when what came before
        /// has to be read from disk: the feed may have events of runs that are deleted.
        var seen: Int64?
    }

    /// Events of one item, at most.
    static let itemMax = 256

    let engine: RunEngine
    let membership: EventFeed.Membership
    let caller: Caller
    /// As it was at the start; nil for all runs of the caller's workspace.
    let run: Run?
    let start: Start

    /// Begins at the start, each time.
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    /// Goes through the events once.
    package struct AsyncIterator: AsyncIteratorProtocol {
        private let source: EventFollower
        private let topic: EventFeed.Topic
        /// The number of the last event given.
        private var sequence: Int64
        /// The number over all up to which nothing is left to be read.
        private var seen: Int64
        private var isResetDue: Bool
        /// Whether the run has ended or gone: what it logged by then is given before the end.
        private var isAtEnd = false
        private var isOver = false

        fileprivate init(_ source: EventFollower) {
            self.source = source
            topic = EventFeed.Topic(
                workspace: source.caller.workspace.number, run: source.run?.number)
            sequence = source.start.sequence
            seen = source.start.seen ?? -1
            isResetDue = source.start.isReset
        }

        /// The next item, waited for.
        package mutating func next() async -> Item? {
            if isResetDue {
                isResetDue = false
                return .reset(newest: sequence)
            }
            let engine = source.engine
            while !isOver, engine.mayGoOn(source.caller) {
                switch engine.feed.look(topic, after: seen) {
                case .nothingNew where isAtEnd:
                    isOver = true
                    return .end(source.endState)
                case .nothingNew:
                    await engine.feed.wait(topic, after: seen, keyID: source.caller.keyID)
                case .events(let entries, let upTo):
                    seen = upTo
                    if let item = take(entries) { return item }
                case .behind(let newest):
                    guard let page = await source.page(after: sequence) else { return nil }
                    if let item = take(page, newest: newest) { return item }
                }
            }
            return nil
        }

        private mutating func take(_ entries: [LoggedEvent]) -> Item? {
            if source.run != nil, entries.contains(where: \.isEnd) { isAtEnd = true }
            return give(entries.map(\.event))
        }

        private mutating func take(_ page: Page, newest: Int64) -> Item? {
            let item = give(page.events)
            if source.run == nil { sequence = Swift.max(sequence, page.next ?? 0) }
            if page.next == nil {
                isAtEnd = page.isEnd
                seen = Swift.max(seen, newest, page.events.last?.sequence ?? 0)
            } else if source.run == nil, seen >= 0 {
                seen = sequence
            }
            return item
        }

        private mutating func give(_ events: [Event]) -> Item? {
            let isOfRun = source.run != nil
            let fresh = events.filter { (isOfRun ? $0.runSequence : $0.sequence) > sequence }
            guard let last = fresh.last else { return nil }
            sequence = isOfRun ? last.runSequence : last.sequence
            return .events(fresh)
        }
    }
}

extension EventFollower {
    /// Events read from disk.
    struct Page {
        var events: [Event]
        /// Where to go on; nil when nothing is left.
        var next: Int64?
        /// Whether the run has ended or is gone.
        var isEnd = false
    }

    /// Reads what follows a number; nil when it cannot be read now.
    func page(after sequence: Int64) async -> Page? {
        await engine.readings.take()
        defer { engine.readings.give() }
        guard var page = try? await wholePage(after: sequence) else { return nil }
        var room = EventFeed.pageBytesMax
        let count = page.events.prefix { event in
            room -= event.data.utf8.count
            return room >= 0
        }.count
        if count < page.events.count {
            page.events.removeLast(page.events.count - Swift.max(1, count))
            let last = page.events.last
            page.next = run == nil ? last?.sequence : last?.runSequence
        }
        return page
    }

    private func wholePage(after sequence: Int64) async throws(RunError) -> Page {
        guard let run else {
            let page = try await engine.events(after: sequence, limit: Self.itemMax, caller)
            return Page(events: page.events, next: page.next)
        }
        return try await engine.scan { snapshot in
            let now = try snapshot.run(run.id, workspace: run.workspace)
            guard let now else { return Page(events: [], isEnd: true) }
            let events = try snapshot.events(of: now, after: sequence, limit: Self.itemMax)
                .map(Event.init)
            let next = events.count == Self.itemMax ? events.last?.runSequence : nil
            return Page(events: events, next: next, isEnd: now.state.hasEnded)
        }
    }

    /// The state that the run ended in; nil when it is gone.
    fileprivate var endState: RunState? {
        guard let run else { return nil }
        return try? engine.read { try $0.run(run.id, workspace: run.workspace)?.state }
    }
}
