import RunStore
import Runs

/// Reading the log of events, by pages and as it grows.
extension RunEngine {
    /// Rows of the log that one look at it passes over, at most: those of other workspaces are
    /// among them.
    static let eventSliceRows = 5_000

    /// The events of a run after a number, in order.
    /// - Parameter limit: 1 to 1,000.
    package func events(
        _ name: RunName, after runSequence: Int64, limit: Int, _ caller: Caller
    ) async throws(RunError) -> [Event] {
        try await scan { [self] snapshot in
            let run = try find(RunAddress(name), caller, snapshot)
            return try snapshot.events(of: run, after: runSequence, limit: limit).map(Event.init)
        }
    }

    /// The events of the caller's workspace after a number, in order.
    /// - Parameter limit: 1 to 1,000.
    /// - Returns: fewer than the limit, or none, also where more follow: then `next` is where to go
    ///   on.
    package func events(
        after sequence: Int64, limit: Int, _ caller: Caller
    ) async throws(RunError) -> EventPage {
        try await scan { snapshot in
            let end = try snapshot.endOfEvents(after: sequence, rows: Self.eventSliceRows)
            let events = try snapshot.events(
                ofWorkspace: caller.workspace.number, after: sequence, through: end ?? .max,
                limit: limit
            ).map(Event.init)
            let next = events.count == limit ? events.last?.sequence : end
            return EventPage(events: events, next: next)
        }
    }

    /// Follows the events of the caller's workspace.
    /// - Parameter sequence: the number of the last event seen; nil begins with the next one that
    ///   happens.
    /// - Throws: when the writer takes nothing.
    package func follow(
        after sequence: Int64?, _ caller: Caller
    ) async throws(RunError) -> EventFollower {
        let workspace = caller.workspace.number
        let membership = try await join(workspace)
        let newest = feed.newest(workspace: workspace)
        var start = EventFollower.Start(sequence: sequence ?? newest)
        if let sequence, sequence > newest {
            // The feed knows of this workspace only; the number may be of an event that it was told
            // before the feed was.
            let last = try await lastEvent()
            if sequence > last { start = EventFollower.Start(sequence: last, isReset: true) }
        }
        if start.sequence >= newest { start.seen = start.sequence }
        return EventFollower(
            engine: self, membership: membership, caller: caller, run: nil, start: start)
    }

    /// Follows the events of a run.
    /// - Parameter runSequence: the number of the last event seen; nil begins with the first.
    /// - Returns: nil when the run has ended and all of its events were seen.
    /// - Throws: `notFound(.run)`; when the writer takes nothing.
    package func follow(
        _ name: RunName, after runSequence: Int64?, _ caller: Caller
    ) async throws(RunError) -> EventFollower? {
        _ = try read { try find(RunAddress(name), caller, $0) }
        let membership = try await join(caller.workspace.number)
        let newest = feed.newest(workspace: caller.workspace.number)
        let run = try read { try find(RunAddress(name), caller, $0) }
        let isOver = run.state.hasEnded
        if isOver, runSequence == run.lastEvent { return nil }
        var start = EventFollower.Start(sequence: runSequence ?? 0)
        if start.sequence > run.lastEvent {
            start = EventFollower.Start(sequence: run.lastEvent, isReset: true)
        }
        // Who has seen all there is has nothing to read from disk.
        if start.sequence == run.lastEvent, !isOver { start.seen = newest }
        return EventFollower(
            engine: self, membership: membership, caller: caller, run: run, start: start)
    }

    /// Counts a follower in; from then on the feed is told of every event of the workspace.
    private func join(_ workspace: Int64) async throws(RunError) -> EventFeed.Membership {
        let membership = feed.follow(workspace: workspace)
        guard !feed.hasBegun(workspace: workspace) else { return membership }
        do {
            try await store.writer.write { [feed] transaction in
                feed.begin(workspace: workspace, with: transaction)
            }
        } catch {
            throw runError(error)
        }
        return membership
    }

    /// The number that the newest event of all has, or had.
    private func lastEvent() async throws(RunError) -> Int64 {
        do {
            return try await store.writer.write { $0.nextEvent - 1 }
        } catch {
            throw runError(error)
        }
    }
}

/// A page of a workspace's events.
package struct EventPage: Sendable {
    package let events: [Event]
    /// The number to go on after; nil when nothing is left.
    package let next: Int64?
}

extension Event {
    init(_ row: EventRow) {
        self.init(
            sequence: row.sequence, runSequence: row.runSequence, run: row.run, kind: row.kind,
            at: row.at, data: row.data)
    }
}
