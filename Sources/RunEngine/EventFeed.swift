import RunStore
import Runs
import Synchronization

/// Where the events of each commit meet those who follow them. While nobody follows, a commit costs
/// the feed one look at a counter.
final class EventFeed: Sendable {
    /// What is followed: a workspace, or one run of it.
    struct Topic: Hashable, Sendable {
        let workspace: Int64
        /// Nil for every run.
        let run: Int64?
    }

    /// What the feed can tell somebody who has seen everything up to a number.
    enum Sight: Sendable {
        /// What came since, in order, not everything when it is much; and the number up to which
        /// everything has been seen then.
        case events([LoggedEvent], seen: Int64)
        case nothingNew
        /// What came since has to be read from disk, which has everything up to this number.
        case behind(newest: Int64)
    }

    /// Bytes of data that are given at once, but for one event that is longer.
    static let pageBytesMax = 256 << 10

    /// Watchers that are woken at a time: each that was wakes the next, so that a crowd keeps
    /// neither the writer nor a loop from what else they have to do.
    static let stepMax = 64

    private struct Watcher {
        /// Told whether to wake the next one.
        let continuation: UnsafeContinuation<Bool, Never>
        let keyID: String
    }

    /// A workspace that somebody follows.
    private struct Followed {
        /// Tells it from when it was followed before: in between events went by untold.
        let period: UInt64
        var followers = 0
        /// Nil until the writer has said where it begins.
        var ring: EventRing?
    }

    private struct Room {
        var workspaces: [Int64: Followed] = [:]
        var watchers: [Topic: [UInt64: Watcher]] = [:]
        /// Those who are to be woken, from `crowdStart` on, and how many are on their way.
        var crowd: [Watcher] = []
        var crowdStart = 0
        var stepping = 0
        var nextNumber: UInt64 = 0
        var isClosed = false
    }

    private let room = Mutex(Room())
    private let followers = Atomic<Int>(0)

    /// Whether the writer has to tell of its events.
    var isFollowed: Bool { followers.load(ordering: .relaxed) > 0 }

    // MARK: Following

    /// Counts a follower of a workspace in, until what is given back is let go.
    func follow(workspace: Int64) -> Membership {
        room.withLock { room in
            // Under the lock: while a ring is there the writer tells of every event.
            followers.add(1, ordering: .relaxed)
            room.nextNumber += 1
            room.workspaces[workspace, default: Followed(period: room.nextNumber)].followers += 1
        }
        return Membership(feed: self, workspace: workspace)
    }

    /// A follower, who is counted out with the last reference.
    final class Membership: Sendable {
        private let feed: EventFeed
        private let workspace: Int64

        fileprivate init(feed: EventFeed, workspace: Int64) {
            self.feed = feed
            self.workspace = workspace
        }

        deinit { feed.leave(workspace) }
    }

    private func leave(_ workspace: Int64) {
        room.withLock { room in
            followers.subtract(1, ordering: .relaxed)
            room.workspaces[workspace]?.followers -= 1
            if room.workspaces[workspace]?.followers == 0 { room.workspaces[workspace] = nil }
        }
    }

    /// Whether the ring of a workspace has begun.
    func hasBegun(workspace: Int64) -> Bool {
        room.withLock { $0.workspaces[workspace]?.ring != nil }
    }

    /// Has every later event told of, once this operation of the writer is on disk: only then is
    /// what the ring does not hold to be found there.
    func begin(workspace: Int64, with transaction: Transaction) {
        let newest = transaction.nextEvent - 1
        let period = room.withLock { $0.workspaces[workspace]?.period }
        transaction.afterCommit { [self] in
            room.withLock { room in
                guard let followed = room.workspaces[workspace], followed.ring == nil,
                    followed.period == period
                else { return }
                room.workspaces[workspace]?.ring = EventRing(floor: newest)
            }
        }
    }

    /// The number of the newest event on disk, of those who follow a workspace.
    func newest(workspace: Int64) -> Int64 {
        room.withLock { $0.workspaces[workspace]?.ring?.newest ?? 0 }
    }

    /// What came after a number.
    func look(_ topic: Topic, after seen: Int64) -> Sight {
        room.withLock { Self.look($0, topic, after: seen) }
    }

    private static func look(_ room: Room, _ topic: Topic, after seen: Int64) -> Sight {
        guard let ring = room.workspaces[topic.workspace]?.ring else { return .behind(newest: 0) }
        guard seen >= ring.floor else { return .behind(newest: ring.newest) }
        var events: [LoggedEvent] = []
        var bytes = 0
        for entry in ring.events(after: seen) where topic.run.map({ $0 == entry.run }) ?? true {
            bytes += entry.event.data.utf8.count
            if bytes > pageBytesMax, let last = events.last {
                return .events(events, seen: last.event.sequence)
            }
            events.append(entry)
        }
        return events.isEmpty ? .nothingNew : .events(events, seen: ring.newest)
    }

    // MARK: Waiting

    /// Waits until there is something to look at, the key does not hold any more, the feed is
    /// closed or the task is cancelled.
    func wait(_ topic: Topic, after seen: Int64, keyID: String) async {
        let number = room.withLock { room in
            room.nextNumber += 1
            return room.nextNumber
        }
        let isStep = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let isWaiting = room.withLock { room in
                    guard !room.isClosed, case .nothingNew = Self.look(room, topic, after: seen)
                    else { return false }
                    room.watchers[topic, default: [:]][number] = Watcher(
                        continuation: continuation, keyID: keyID)
                    return true
                }
                guard isWaiting else { return continuation.resume(returning: false) }
                if Task.isCancelled { wake(number, of: topic) }
            }
        } onCancel: {
            wake(number, of: topic)
        }
        if isStep { step(isArrival: true) }
    }

    private func wake(_ number: UInt64, of topic: Topic) {
        let watcher = room.withLock { room in
            let watcher = room.watchers[topic]?.removeValue(forKey: number)
            if room.watchers[topic]?.isEmpty == true { room.watchers[topic] = nil }
            return watcher
        }
        watcher?.continuation.resume(returning: false)
    }

    // MARK: Waking

    /// Takes what one operation logged, in order, once it is on disk; on the writer's thread.
    func publish(_ entries: [LoggedEvent], workspace: Int64, run: Int64) {
        room.withLock { room in
            guard room.workspaces[workspace]?.ring != nil else { return }
            for entry in entries { room.workspaces[workspace]?.ring?.append(entry) }
            for run in [nil, run] {
                let topic = Topic(workspace: workspace, run: run)
                if let watchers = room.watchers.removeValue(forKey: topic) {
                    room.crowd += watchers.values
                }
            }
        }
        step(isArrival: false)
    }

    /// Wakes as many of the crowd as may be on their way.
    /// - Parameter isArrival: whether the caller was one of them.
    private func step(isArrival: Bool) {
        let woken = room.withLock { room in
            if isArrival { room.stepping -= 1 }
            let end = min(room.crowd.count, room.crowdStart + Self.stepMax - room.stepping)
            let woken = Array(room.crowd[room.crowdStart..<max(end, room.crowdStart)])
            room.stepping += woken.count
            room.crowdStart += woken.count
            // What was woken is let go at the end, or when it is the most of what is kept.
            if room.crowdStart > room.crowd.count / 2 {
                room.crowd.removeFirst(room.crowdStart)
                room.crowdStart = 0
            }
            return woken
        }
        for watcher in woken { watcher.continuation.resume(returning: true) }
    }

    /// Wakes those whose key does not hold any more (reliability K4).
    func wakeRefused(_ holds: (_ keyID: String) -> Bool) {
        let refused = room.withLock { room in
            room.watchers.flatMap { topic, watchers in
                watchers.filter { !holds($0.value.keyID) }.map { (topic, $0.key) }
            }
        }
        for (topic, number) in refused { wake(number, of: topic) }
    }

    /// Wakes everyone; from now on nobody waits.
    func close() {
        let woken = room.withLock { room in
            room.isClosed = true
            defer {
                room.watchers = [:]
                room.crowd = []
                room.crowdStart = 0
            }
            return room.watchers.values.flatMap(\.values) + room.crowd[room.crowdStart...]
        }
        for watcher in woken { watcher.continuation.resume(returning: false) }
    }

    /// How many wait now, and how many follow.
    var counts: (waiting: Int, following: Int) {
        room.withLock { room in
            (
                room.watchers.values.reduce(0) { $0 + $1.count },
                room.workspaces.values.reduce(0) { $0 + $1.followers }
            )
        }
    }
}
