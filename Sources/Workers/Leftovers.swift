import CLinux
import Glibc

/// What an earlier server left behind.
package struct Leftovers: Hashable, Sendable {
    /// Processes of its commands that still ran.
    package let killed: Int
    /// Attempts that its workers held.
    package let lost: Int

    static let taskVariable = "SIGNALBOX_TASK"
    static let storeVariable = "SIGNALBOX_STORE"
    /// How often to look again whether all are gone, and how long after: 2 seconds in all.
    static let looksMax = 100
    static let lookPauseMilliseconds: Int64 = 20

    /// Kills every process that carries the mark of a command of this store, with its group;
    /// returns when they are gone, or when what is left cannot be killed.
    /// - Returns: how many there were.
    static func kill(store: String) -> Int {
        var found: Set<pid_t> = []
        let pause = Bell()
        for _ in 0..<looksMax {
            let processes = marked(store: store)
            if processes.isEmpty { break }
            for (number, group) in processes {
                found.insert(number)
                Glibc.kill(-group, SIGKILL)
                Glibc.kill(number, SIGKILL)
            }
            pause.wait(milliseconds: lookPauseMilliseconds)
        }
        return found.count
    }

    /// The processes that were started by a command of this store, and the groups they are in. Ours
    /// stays out of it: a command may have started this very server.
    private static func marked(store: String) -> [(number: pid_t, group: pid_t)] {
        let storeMark = Array("\(storeVariable)=\(store)".utf8)
        let taskMark = Array("\(taskVariable)=".utf8)
        return ProcessTable.numbers().compactMap { number in
            guard let variables = ProcessTable.variables(of: number),
                variables.contains(where: { $0.elementsEqual(storeMark) }),
                variables.contains(where: { $0.starts(with: taskMark) }),
                let status = ProcessTable.status(of: number), !status.hasEnded,
                status.group > 1, status.group != getpgrp()
            else { return nil }
            return (number, status.group)
        }
    }
}
