import RunStore
import Runs

/// What a built-in worker takes tasks from.
package enum BuiltInQueue: Sendable {
    /// The `command` steps.
    case commands
    /// Every queue that external workers may claim from.
    case everything
}

/// The doors of the built-in workers. They are those of external workers, but for two things: they
/// reach over every workspace, and they wait on a thread of their own.
extension RunEngine {
    /// Tasks for a built-in worker; waits on the calling thread, which must be none of an event
    /// loop.
    /// - Returns: none when the time is up or the server drains.
    package func claimBuiltIn(
        worker: String, queue: BuiltInQueue, max: Int, waitMilliseconds: Int64
    ) -> [ClaimedTask] {
        let deadline = environment.monotonicMilliseconds() + waitMilliseconds
        while !hub.isClosed {
            let ticket = hub.enter([.anyQueue], isOurs: true)
            defer { if let ticket { hub.leave(ticket) } }
            do {
                let tasks = try claimEverywhere(worker: worker, queue: queue, max: max)
                let isOver = environment.monotonicMilliseconds() >= deadline
                guard tasks.isEmpty, !isOver, let ticket else { return tasks }
                hub.block(ticket, until: deadline)
            } catch {
                report("claim: \(error)")
                return []
            }
        }
        return []
    }

    private func claimEverywhere(
        worker: String, queue: BuiltInQueue, max: Int
    ) throws -> [ClaimedTask] {
        let filter: QueueFilter =
            switch queue {
            case .commands: .named(StepDefinition.commandQueue)
            case .everything: .everyExternal
            }
        let now = environment.now()
        @Sendable func claimable(_ snapshot: Snapshot, limit: Int) throws -> [TaskRow] {
            try snapshot.workspaces(of: nil).flatMap { workspace in
                try snapshot.claimable(filter, workspace: workspace.number, by: now, limit: limit)
            }
        }
        guard try !read({ try claimable($0, limit: 1) }).isEmpty else { return [] }
        return try writeAndWait { [self] transaction in
            let tasks = try claimable(transaction.snapshot, limit: max)
            return try hold(tasks, max: max, worker: worker, transaction)
        }
    }

    /// Reports on an attempt, waiting on the calling thread for the commit.
    /// - Throws: as `report(_:task:token:_:reply:)`.
    package func reportBuiltIn(
        _ report: TaskReport, task: String, token: String
    ) throws(RunError) -> TaskAnswer {
        guard let name = TaskName(task) else { throw .notFound(.task) }
        do {
            return try writeAndWait { [self] transaction in
                guard let run = try transaction.snapshot.run(anywhere: name.run) else {
                    throw RunError.leaseLost
                }
                return try take(report, name, of: run, token: token, transaction)
            }
        } catch {
            throw runError(error)
        }
    }

    /// Calls back, on the writer's thread, after the commit that told an attempt to stop or took it
    /// away (terminate, delete, expiry, time-out). The callback must not wait.
    package func onStop(
        _ handler: @escaping @Sendable (_ task: String, _ isRevoked: Bool) -> Void
    ) {
        hub.onStop(handler)
    }

    /// The attempts that a built-in worker holds according to the store, after a restart.
    package func heldBuiltIn(worker: String) -> [String] {
        do {
            return try read { snapshot in
                try snapshot.heldTasks(worker: worker).compactMap { row in
                    try snapshot.run(number: row.run).map { run in
                        TaskName(run: run.id, step: row.step, attempt: row.attempt).text
                    }
                }
            }
        } catch {
            report("held tasks: \(error)")
            return []
        }
    }

    /// Ends attempts as lost at once, after a restart; those that are not in hand are passed over.
    package func loseBuiltIn(tasks: [String]) {
        let names = tasks.compactMap(TaskName.init)
        for start in stride(from: 0, to: names.count, by: Self.dueRunsMax) {
            let slice = Array(names[start..<min(start + Self.dueRunsMax, names.count)])
            do {
                try writeAndWait { [self] transaction in
                    for name in slice { try lose(name, transaction) }
                }
            } catch {
                report("lost tasks: \(error)")
            }
        }
    }

    private func lose(_ name: TaskName, _ transaction: Transaction) throws {
        guard let run = try transaction.snapshot.run(anywhere: name.run),
            let row = try transaction.snapshot.task(
                run: run.number, step: name.step, attempt: name.attempt),
            row.state == .held
        else { return }
        try lose(row, environment.now(), transaction)
    }
}
