import Glibc
import RunEngine
import Synchronization

/// A command step in hand, as all threads know it: what is wanted of it, and which processes are to
/// hear that. An order reaches the processes on the thread that gives it, so no wait of the
/// command's own thread can hold it up.
final class CommandAttempt: Sendable {
    /// What the engine or the server wants, once each.
    struct Orders {
        /// The run stops: end in time, and say so.
        var isTold = false
        /// The server ends: hand the attempt back.
        var isDraining = false
        /// The attempt is not ours any more: end at once, and say nothing.
        var isRevoked = false

        var isAny: Bool { isTold || isDraining || isRevoked }
    }

    private struct State {
        var orders = Orders()
        var group: ProcessGroup?
    }

    let task: ClaimedTask
    /// Rings at each order.
    let bell = Bell()
    private let state = Mutex(State())

    init(_ task: ClaimedTask) { self.task = task }

    var orders: Orders { state.withLock { $0.orders } }

    func tell() { order { $0.isTold = true } }

    func drain() { order { $0.isDraining = true } }

    func revoke() { order { $0.isRevoked = true } }

    /// The processes that orders reach from now on, those given before included.
    func began(_ group: ProcessGroup) {
        state.withLock { state in
            state.group = group
            Self.signal(group, state.orders, before: Orders())
        }
    }

    /// Kills whatever of the processes still runs.
    func kill() { state.withLock { $0.group?.send(SIGKILL) } }

    /// Reaps the leader, which has ended: nothing is signalled any more.
    func reap() -> Ending {
        state.withLock { state in
            defer { state.group = nil }
            return state.group?.reap() ?? .unknown
        }
    }

    private func order(_ change: (inout Orders) -> Void) {
        state.withLock { state in
            let before = state.orders
            change(&state.orders)
            if let group = state.group { Self.signal(group, state.orders, before: before) }
        }
        bell.ring()
    }

    private static func signal(_ group: ProcessGroup, _ now: Orders, before: Orders) {
        if now.isRevoked {
            if !before.isRevoked { group.send(SIGKILL) }
        } else if now.isAny, !before.isAny {
            group.askToEnd()
        }
    }
}
