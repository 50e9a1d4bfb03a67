import Runs

/// The run-state engine: every command is one transaction that loads, asks the tables, saves, logs
/// and, after its commit, wakes who waits. It knows no HTTP.
package final class RunEngine: Sendable {
    package init() {}
}

extension RunEngine {
    package func authenticate(_ token: String) -> Principal? { nil }
    package func caller(_ principal: Principal, workspace: WorkspaceName?) throws(RunError) -> Caller { throw .unavailable }
    package func details(_ address: RunAddress, _ caller: Caller) throws(RunError) -> RunDetails { throw .unavailable }
    package func isForeign(_ name: RunName, to caller: Caller) throws(RunError) -> Bool { false }
    package func runs(_ query: RunQuery, _ call: Call) async throws(RunError) -> RunPage { throw .unavailable }
    package func start(_ request: StartRequest, _ call: Call, reply: @escaping @Sendable (RunDetails) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    package func stop(_ address: RunAddress, _ request: StopRequest, _ call: Call, reply: @escaping @Sendable (Outcome) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    package func pause(_ address: RunAddress, _ call: Call, reply: @escaping @Sendable (Outcome) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    package func resume(_ address: RunAddress, _ call: Call, reply: @escaping @Sendable (Outcome) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    package func delete(_ address: RunAddress, reason: String?, _ call: Call, reply: @escaping @Sendable (Outcome) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    /// approves (true) or rejects a waiting step; step nil = the only one waiting
    package func decide(_ address: RunAddress, step: String?, isApproved: Bool, _ call: Call, reply: @escaping @Sendable (Outcome) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    package func annotate(_ address: RunAddress, _ text: String, _ call: Call, reply: @escaping @Sendable (Outcome) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    package func receipt(_ name: RunName, _ caller: Caller) throws(RunError) -> Receipt { throw .unavailable }
    package func events(_ name: RunName, after runSequence: Int64, limit: Int, _ caller: Caller) async throws(RunError) -> [Event] { throw .unavailable }
    /// returns when the run has ended or is gone, the time is up, or the task is cancelled
    package func waitForEnd(of run: RunID, _ caller: Caller, milliseconds: Int64) async {}
    package func createWorkflow(_ request: WorkflowRequest, _ call: Call, reply: @escaping @Sendable (Workflow) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    package func updateWorkflow(_ name: WorkflowName, _ request: WorkflowRequest, _ call: Call, reply: @escaping @Sendable (Workflow) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    package func workflow(_ name: WorkflowName, _ caller: Caller) throws(RunError) -> Workflow { throw .unavailable }
    package func workflows(limit: Int, offset: Int, cursor: String?, _ call: Call) async throws(RunError) -> WorkflowPage { throw .unavailable }
    package func claim(_ request: ClaimRequest, _ call: Call) async throws(RunError) -> [ClaimedTask] { throw .unavailable }
    package func report(_ report: TaskReport, task: String, token: String, _ call: Call, reply: @escaping @Sendable (TaskAnswer) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    package func createKey(_ request: KeyRequest, _ call: Call, reply: @escaping @Sendable (_ key: KeyRecord, _ token: String) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    package func revokeKey(_ id: String, _ call: Call, reply: @escaping @Sendable (KeyRecord) throws -> Reply) async throws(RunError) -> Reply { throw .unavailable }
    package func keys(_ caller: Caller) -> [KeyRecord] { [] }
}
