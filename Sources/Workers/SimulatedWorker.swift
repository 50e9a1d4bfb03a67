import Glibc
import JSON
import RunEngine
import Runs
import Synchronization

/// A built-in worker that takes the tasks of every queue and does nothing but let time pass: a run
/// goes through its whole life with no other worker installed. One thread claims, one reports.
package final class SimulatedWorker: Sendable {
    /// How many tasks it holds at once.
    package static let tasksMax = 1_000
    /// How many it claims at once.
    static let claimMax = 100
    static let claimWaitMilliseconds: Int64 = 1_000
    /// How long handing everything back may take when the server ends.
    static let drainMilliseconds: Int64 = 10_000

    private struct Held {
        let task: ClaimedTask
        let beganAt: Int64
        let endsAt: Int64
        var heartbeatAt: Int64

        var dueAt: Int64 { min(endsAt, heartbeatAt) }
    }

    private struct State {
        var held: [String: Held] = [:]
        var told: [String] = []
        var isClaiming = false
        var isReporting = false
        /// By when the server's end no longer waits for us, in monotonic milliseconds.
        var drainsUntil: Int64?

        var isDraining: Bool { drainsUntil != nil }
    }

    private enum Action {
        case acknowledge(ClaimedTask)
        case release(ClaimedTask)
        case complete(ClaimedTask)
        case heartbeat(ClaimedTask, percent: Int64)
        case wait(milliseconds: Int64)
        case end
    }

    private let board: Board
    private let milliseconds: Int64
    private let state = Mutex(State())
    /// Rings when the reporting thread may have something to do.
    private let work = Bell()
    /// Rings when there is room for more tasks.
    private let room = Bell()
    private let ended = Bell()

    /// - Parameter milliseconds: how long each task takes.
    package init(board: Board, milliseconds: Int64) {
        self.board = board
        self.milliseconds = max(0, milliseconds)
    }

    /// Counts the attempts of an earlier server as lost: their tokens went with it.
    /// - Returns: how many there were.
    package func recover() -> Int {
        let held = board.held()
        board.lose(held)
        return held.count
    }

    /// Claims and reports from now on, on threads of its own.
    package func start() {
        state.withLock {
            $0.isClaiming = true
            $0.isReporting = true
        }
        board.onStop { [self] task, isRevoked in
            state.withLock { state in
                guard state.held[task] != nil else { return }
                if isRevoked { state.held[task] = nil } else { state.told.append(task) }
            }
            work.ring()
        }
        startThread(named: "simulate-claim") { [self] in claim() }
        startThread(named: "simulate") { [self] in report() }
    }

    /// Claims nothing more and hands every task back. Does not wait for it.
    package func beginDrain() {
        let end = now + Self.drainMilliseconds
        state.withLock { $0.drainsUntil = end }
        work.ring()
        room.ring()
    }

    /// Waits on the calling thread until all that `beginDrain` began is done, or its time is up.
    package func finishDrain() {
        guard let end = state.withLock({ $0.drainsUntil }) else { return }
        while state.withLock({ $0.isReporting }), now < end { ended.wait(milliseconds: end - now) }
    }

    /// How many tasks it has in hand.
    package var count: Int { state.withLock { $0.held.count } }

    private var now: Int64 { board.environment.monotonicMilliseconds() }

    private func claim() {
        while !state.withLock({ $0.isDraining }) {
            let free = Self.tasksMax - state.withLock { $0.held.count }
            if free > 0 {
                let wait = Self.claimWaitMilliseconds
                take(board.claim(min(free, Self.claimMax), waitMilliseconds: wait, bell: room))
            } else {
                room.wait(milliseconds: Self.claimWaitMilliseconds)
            }
        }
        state.withLock { $0.isClaiming = false }
        work.ring()
    }

    private func take(_ tasks: [ClaimedTask]) {
        let now = now
        state.withLock { state in
            for task in tasks {
                // The first heartbeat goes at once: a stop from before this line is in its answer.
                state.held[task.task] = Held(
                    task: task, beganAt: now, endsAt: now + milliseconds, heartbeatAt: now)
            }
        }
        work.ring()
    }

    private func report() {
        while true {
            switch nextAction() {
            case .acknowledge(let task): settle(task, .stopped)
            case .release(let task): settle(task, .release)
            case .complete(let task): settle(task, .complete(output: Self.output(of: task)))
            case .heartbeat(let task, let percent): heartbeat(task, percent)
            case .wait(let milliseconds): work.wait(milliseconds: milliseconds)
            case .end:
                state.withLock { $0.isReporting = false }
                return ended.ring()
            }
        }
    }

    private func nextAction() -> Action {
        let now = now
        return state.withLock { state in
            while let told = state.told.popLast() {
                if let held = state.held[told] { return .acknowledge(held.task) }
            }
            guard let next = state.held.values.min(by: { $0.dueAt < $1.dueAt }) else {
                let isOver = state.isDraining && !state.isClaiming
                return isOver ? .end : .wait(milliseconds: Self.claimWaitMilliseconds)
            }
            if state.isDraining { return .release(next.task) }
            if now >= next.endsAt { return .complete(next.task) }
            if now < next.heartbeatAt { return .wait(milliseconds: next.dueAt - now) }
            let pause = next.task.lease.heartbeatMilliseconds
            state.held[next.task.task]?.heartbeatAt = now + max(1, pause)
            return .heartbeat(next.task, percent: 100 * (now - next.beganAt) / milliseconds)
        }
    }

    private func heartbeat(_ task: ClaimedTask, _ percent: Int64) {
        do {
            let progress = #"{"percent":\#(percent)}"#
            let answer = try board.report(
                .heartbeat(progress: progress), task.task, task.lease.token)
            if answer.isTold { settle(task, .stopped) }
        } catch {
            if !error.isPassing { drop(task) }
        }
    }

    private func settle(_ task: ClaimedTask, _ report: TaskReport) {
        board.settle(task, report) { work.wait(milliseconds: $0) }
        drop(task)
    }

    private func drop(_ task: ClaimedTask) {
        state.withLock { $0.held[task.task] = nil }
        room.ring()
    }

    private static func output(of task: ClaimedTask) -> String {
        let output: JSONValue = [
            "simulated": true, "step": .string(task.step.name), "attempt": .int(task.attempt),
        ]
        return String(decoding: output.serialized(), as: UTF8.self)
    }
}
