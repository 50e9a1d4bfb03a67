import Digest
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

    /// The names that they hold tasks under begin with `$`, so that no client can take one: a
    /// restart counts what is held under them as lost.
    /// - Parameter folder: the data folder, which tells this server's commands from another's.
    init(_ settings: ServeSettings, folder: String, engine: RunEngine) {
        commands = CommandWorker(
            board: Board(
                engine: engine, worker: "$commands", queue: .commands, environment: .live),
            store: Self.mark(of: folder), folder: settings.workflows.map(absolutePath))
        runsCommands = settings.allowsCommands || settings.workflows != nil
        simulated = settings.simulateMilliseconds.map { time in
            SimulatedWorker(
                board: Board(
                    engine: engine, worker: "$simulate", queue: .everything, environment: .live),
                milliseconds: time)
        }
    }

    /// Tells this server's commands from another's without saying where its data is.
    private static func mark(of folder: String) -> String {
        Hex.encode(Array(SHA256.hash("signalbox commands of " + absolutePath(folder))[..<16]))
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

    /// Tasks in hand.
    var count: Int { commands.count + (simulated?.count ?? 0) }

    /// Claims nothing more and hands everything back; waits on the calling thread. All hear of it
    /// before any is waited for: the slowest takes the time of none of the others.
    func drain() {
        if runsCommands { commands.beginDrain() }
        simulated?.beginDrain()
        if runsCommands { commands.finishDrain() }
        simulated?.finishDrain()
    }
}

/// The path without links and dots; as it is where the system does not know it.
private func absolutePath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
}
