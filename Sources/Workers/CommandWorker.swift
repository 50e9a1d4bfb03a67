import Glibc
import RunEngine
import Runs
import Synchronization

/// The built-in worker for `command` steps: local processes, one group and one thread each.
///
/// A command gets the folder of the workflow files, the run's input on standard input, the server's
/// `PATH`, `HOME` and `LANG`, and `SIGNALBOX_TASK`, `_RUN`, `_STEP`, `_ATTEMPT` and `_STORE`. When
/// its run stops, its group gets SIGTERM at once and SIGKILL at the end of the grace period; when
/// the attempt is taken away (terminate, delete, the step's time is over), SIGKILL at once. A
/// process that leaves the group (`setsid`) is out of reach until a restart finds it by these
/// variables.
/// - Source: decisions.md, section 6.
package final class CommandWorker: Sendable {
    /// How many commands run at once.
    package static let commandsMax = 64
    /// How long one claim waits, and so how late the end of the server is noticed at most.
    static let claimWaitMilliseconds: Int64 = 1_000
    /// How long an attempt is kept back when the system has run out of what it needs.
    static let shortageMilliseconds: Int64 = 1_000
    /// How long to wait for processes that were killed and for their last reports.
    static let lastMilliseconds: Int64 = 2_000

    private struct State {
        var running: [String: CommandAttempt] = [:]
        var isClaiming = false
        /// By when the server's end no longer waits for us, in monotonic milliseconds.
        var drainsUntil: Int64?

        var isDraining: Bool { drainsUntil != nil }
    }

    private let board: Board
    private let store: String
    private let folder: String?
    private let drainMilliseconds: Int64
    private let variables: [String]
    private let state = Mutex(State())
    /// Rings when there may be room for another command.
    private let room = Bell()
    /// Rings when there may be nothing left to wait for.
    private let ended = Bell()

    /// - Parameters:
    ///   - store: tells this server's commands from those of another on the machine. Commands see
    ///     it in their environment, so it has to say nothing else.
    ///   - folder: where commands begin; nil for the server's working directory.
    ///   - drainMilliseconds: how long commands may take to end when the server does.
    package init(
        board: Board, store: String, folder: String? = nil, drainMilliseconds: Int64 = 10_000
    ) {
        self.board = board
        self.store = store
        self.folder = folder
        self.drainMilliseconds = drainMilliseconds
        variables =
            ["PATH=\(serverVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin")"]
            + ["HOME", "LANG"].compactMap { name in serverVariable(name).map { "\(name)=\($0)" } }
    }

    /// Ends what an earlier server left behind: kills every process that its commands still have,
    /// then counts the attempts as lost. Also those whose run goes on are killed: their pipes went
    /// with the server, nobody can take them over, and the next attempt must not run beside them.
    /// To be called before the server is ready.
    package func recover() -> Leftovers {
        let killed = Leftovers.kill(store: store)
        let held = board.held()
        board.lose(held)
        return Leftovers(killed: killed, lost: held.count)
    }

    /// Claims and runs commands from now on, on threads of its own.
    package func start() {
        state.withLock { $0.isClaiming = true }
        board.onStop { [self] task, isRevoked in
            guard let attempt = state.withLock({ $0.running[task] }) else { return }
            if isRevoked { attempt.revoke() } else { attempt.tell() }
        }
        startThread(named: "commands") { [self] in claim() }
    }

    /// Claims nothing more, ends every command and hands its step back. Does not wait for it.
    package func beginDrain() {
        let end = now + drainMilliseconds + Self.lastMilliseconds
        let running = state.withLock { state in
            state.drainsUntil = end
            return state.running.values
        }
        for attempt in running { attempt.drain() }
        room.ring()
    }

    /// Waits on the calling thread until all that `beginDrain` began is done, a little longer than
    /// `drainMilliseconds` from then on at most.
    package func finishDrain() {
        guard let end = state.withLock({ $0.drainsUntil }) else { return }
        while state.withLock({ $0.isClaiming || !$0.running.isEmpty }), now < end {
            ended.wait(milliseconds: end - now)
        }
    }

    /// How many commands it has in hand.
    package var count: Int { state.withLock { $0.running.count } }

    private var now: Int64 { board.environment.monotonicMilliseconds() }

    private func claim() {
        while true {
            let (isDraining, free) = state.withLock {
                ($0.isDraining, Self.commandsMax - $0.running.count)
            }
            if isDraining { break }
            if free > 0 {
                let wait = Self.claimWaitMilliseconds
                for task in board.claim(free, waitMilliseconds: wait, bell: room) { begin(task) }
            } else {
                room.wait(milliseconds: Self.claimWaitMilliseconds)
            }
        }
        state.withLock { $0.isClaiming = false }
        ended.ring()
    }

    private func begin(_ task: ClaimedTask) {
        let attempt = CommandAttempt(task)
        let isDraining = state.withLock { state in
            state.running[task.task] = attempt
            return state.isDraining
        }
        if isDraining { attempt.drain() }
        let isStarted = startThread(named: "command") { [self] in
            run(attempt)
            end(attempt)
        }
        guard !isStarted else { return }
        // No thread is to be had: the attempt goes back uncounted, a little later.
        room.wait(milliseconds: Self.shortageMilliseconds)
        _ = try? board.report(.release, task.task, task.lease.token)
        end(attempt)
    }

    private func end(_ attempt: CommandAttempt) {
        state.withLock { $0.running[attempt.task.task] = nil }
        room.ring()
        ended.ring()
    }

    private func run(_ attempt: CommandAttempt) {
        blockBrokenPipeSignal()
        guard let report = isWanted(attempt) ? carryOut(attempt) : early(attempt) else { return }
        board.settle(attempt.task, report) { attempt.bell.wait(milliseconds: $0) }
    }

    /// Sends the first heartbeat: an order that came between the claim and its registration is seen
    /// in the answer, before anything was started.
    private func isWanted(_ attempt: CommandAttempt) -> Bool {
        do {
            let task = attempt.task
            let answer = try board.report(.heartbeat(progress: nil), task.task, task.lease.token)
            if answer.isTold { attempt.tell() }
        } catch {
            if !error.isPassing { attempt.revoke() }
        }
        return !attempt.orders.isAny
    }

    /// What to report of an attempt that never began.
    private func early(_ attempt: CommandAttempt) -> TaskReport? {
        let orders = attempt.orders
        return orders.isRevoked ? nil : orders.isTold ? .stopped : .release
    }

    private func carryOut(_ attempt: CommandAttempt) -> TaskReport? {
        guard case .command(let command) = attempt.task.step.kind, let program = command.first
        else {
            return .fail(error: "the step names no program", isRetryable: false)
        }
        do {
            let process = try CommandProcess(
                starting: command, variables: own(attempt.task) + variables, folder: folder)
            return CommandWatch(
                process, of: attempt, board: board, drainMilliseconds: drainMilliseconds
            ).run()
        } catch  where error.isPassing {
            // Not the step's fault: it goes back uncounted, a little later.
            attempt.bell.wait(milliseconds: Self.shortageMilliseconds)
            return .release
        } catch {
            return .fail(
                error: "cannot start \(program): \(error.text)", isRetryable: false)
        }
    }

    private func own(_ task: ClaimedTask) -> [String] {
        [
            "\(Leftovers.taskVariable)=\(task.task)", "\(Leftovers.storeVariable)=\(store)",
            "SIGNALBOX_RUN=\(task.run.text)", "SIGNALBOX_STEP=\(task.step.name)",
            "SIGNALBOX_ATTEMPT=\(task.attempt)",
        ]
    }
}

/// A command may close its input before it has read it: that is an error of `write`, not our end.
private func blockBrokenPipeSignal() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
}

private func serverVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
