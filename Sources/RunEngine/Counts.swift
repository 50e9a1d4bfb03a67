import Synchronization

/// How many runs of each workspace wait for their start: counted after each commit, because
/// counting rows takes longer the more there are.
final class QueuedRuns: Sendable {
    private let counts = Mutex<[Int64: Int]>([:])

    func replace(_ new: [Int64: Int]) {
        counts.withLock { $0 = new }
    }

    func add(_ more: Int, workspace: Int64) {
        counts.withLock { $0[workspace, default: 0] += more }
    }

    func count(workspace: Int64) -> Int {
        counts.withLock { $0[workspace] ?? 0 }
    }
}

/// The claims that wait, by worker: each may have few at a time (reliability L7).
final class Polls: Sendable {
    /// A worker of a workspace.
    struct Worker: Hashable, Sendable {
        let workspace: Int64
        let name: String
    }

    private let open = Mutex<[Worker: Int]>([:])

    /// - Returns: false when the worker has `max` claims waiting.
    func enter(_ worker: Worker, max: Int) -> Bool {
        open.withLock { open in
            guard open[worker, default: 0] < max else { return false }
            open[worker, default: 0] += 1
            return true
        }
    }

    func leave(_ worker: Worker) {
        open.withLock { open in
            let left = open[worker, default: 0] - 1
            open[worker] = left > 0 ? left : nil
        }
    }
}
