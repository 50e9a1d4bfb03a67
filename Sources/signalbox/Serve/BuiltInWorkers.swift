import Glibc
import RunEngine
import Runs
import Workers

/// The workers inside the server, each at a board of its own.
struct BuiltInWorkers: Sendable {
    private let commands: CommandWorker
    /// Commands run only where the operator allows them at all.
    private let runsCommands: Bool
    private let simulated: SimulatedWorker?

    /// - Parameter folder: the data folder, which tells this server's commands from another's.
    init(_ settings: ServeSettings, folder: String, engine: RunEngine) {
        commands = CommandWorker(
            board: Board(engine, worker: "builtin-commands", queue: .commands),
            store: absolutePath(folder))
        runsCommands = settings.allowsCommands || settings.workflows != nil
        simulated = settings.simulateMilliseconds.map { time in
            SimulatedWorker(
                board: Board(engine, worker: "builtin-simulated", queue: .everything),
                milliseconds: time)
        }
    }

    /// Ends what an earlier server's workers left behind. To be called before anything is claimed.
    /// - Returns: processes that were killed, attempts that were counted as lost.
    func recover() -> (killed: Int, lost: Int) {
        let leftovers = commands.recover()
        return (leftovers.killed, leftovers.lost + (simulated?.recover() ?? 0))
    }

    func start() {
        if runsCommands { commands.start() }
        simulated?.start()
    }

    /// Claims nothing more and hands everything back; waits on the calling thread.
    func drain() {
        if runsCommands { commands.drain() }
        simulated?.drain()
    }
}

extension Board {
    init(_ engine: RunEngine, worker: String, queue: BuiltInQueue) {
        self.init(
            claim: { tasksMax, waitMilliseconds in
                engine.claimBuiltIn(
                    worker: worker, queue: queue, max: tasksMax, waitMilliseconds: waitMilliseconds)
            },
            report: { report, task, token throws(RunError) in
                try engine.reportBuiltIn(report, task: task, token: token)
            },
            onStop: { engine.onStop($0) },
            held: { engine.heldBuiltIn(worker: worker).map(\.task) },
            lose: { engine.loseBuiltIn(task: $0) },
            environment: .live)
    }
}

/// The path without links and dots; as it is where the system does not know it.
private func absolutePath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
}
