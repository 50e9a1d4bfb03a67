import RunStore
import Runs

/// Looking at runs.
extension RunEngine {
    /// The run of an address with what it carries.
    /// - Throws: `notFound(.workflow)`, `notFound(.run)`.
    package func details(
        _ address: RunAddress, _ caller: Caller
    ) throws(RunError) -> RunDetails {
        try read { snapshot in try details(find(address, caller, snapshot), snapshot) }
    }

    /// The state of one step and its output, JSON text; nil while there is none.
    /// - Throws: `notFound(.run)`; `invalid(field: "step", ...)` for a name that no step has.
    package func output(
        ofStep name: String, _ address: RunAddress, _ caller: Caller
    ) throws(RunError) -> (state: StepState, output: String?) {
        try read { snapshot in
            let run = try find(address, caller, snapshot)
            let workflow = try definitions.workflow(versionNumber: run.workflowVersion, snapshot)
            let step = workflow.definition.steps.firstIndex {
                $0.name.utf8.elementsEqual(name.utf8)
            }
            guard let step else {
                throw RunError.invalid(field: "step", reason: "names no step of the run")
            }
            return (run.steps[step].state, try snapshot.output(ofStep: step, of: run))
        }
    }

    /// Whether a run is another organization's. Only for Kubiya's terminate, which tells so.
    package func isForeign(_ name: RunName, to caller: Caller) throws(RunError) -> Bool {
        try read { snapshot in
            switch name {
            case .id(let id): try snapshot.isForeign(id...id, to: caller.organization.id)
            case .range(let range): try snapshot.isForeign(range, to: caller.organization.id)
            case .alias: false
            }
        }
    }

    /// What a stop did to each step of the run, or what is left of a deleted run.
    package func receipt(_ name: RunName, _ caller: Caller) throws(RunError) -> Receipt {
        try read { snapshot in
            if let run = try self.run(name, caller, snapshot) {
                let workflow = try definitions.workflow(
                    versionNumber: run.workflowVersion, snapshot)
                return Receipt(of: run, workflow)
            }
            let workspace = caller.workspace.number
            let tombstone: Tombstone? =
                switch name {
                case .id(let id): try snapshot.tombstone(id, workspace: workspace)
                case .range(let range): try snapshot.tombstone(in: range, workspace: workspace)
                case .alias: nil
                }
            guard let tombstone else { throw RunError.notFound(.run) }
            return Receipt(of: tombstone)
        }
    }

    /// Waits until the run has ended or is gone, the time is up, the server drains, or the calling
    /// task is cancelled.
    package func waitForEnd(of id: RunID, _ caller: Caller, milliseconds: Int64) async {
        let workspace = caller.workspace.number
        let deadline = environment.monotonicMilliseconds()
            .addingReportingOverflow(max(0, milliseconds)).partialValue
        while environment.monotonicMilliseconds() < deadline, mayGoOn(caller) {
            guard let run = try? read({ try $0.run(id, workspace: workspace) }),
                !run.state.hasEnded, let ticket = hub.enter([.run(run.number)])
            else { return }
            defer { hub.leave(ticket) }
            // It may have ended between the look and the ticket.
            guard let now = try? read({ try $0.run(id, workspace: workspace) }),
                !now.state.hasEnded
            else { return }
            let recheck = environment.monotonicMilliseconds() + limits.recheckMilliseconds
            await hub.wait(ticket, until: min(deadline, recheck))
        }
    }

    // MARK: Finding

    /// The run of an address, which has to be a run of the workflow when the address says one.
    func find(
        _ address: RunAddress, _ caller: Caller, _ snapshot: Snapshot
    ) throws -> Run {
        let workflow = try address.workflow.map { try findWorkflow($0, caller, snapshot) }
        guard let run = try run(address.run, caller, snapshot) else {
            throw RunError.notFound(.run)
        }
        if let workflow {
            let own = try definitions.workflow(versionNumber: run.workflowVersion, snapshot)
            guard own.id == workflow.id else { throw RunError.notFound(.run) }
        }
        return run
    }

    private func run(
        _ name: RunName, _ caller: Caller, _ snapshot: Snapshot
    ) throws -> Run? {
        let workspace = caller.workspace.number
        switch name {
        case .id(let id): return try snapshot.run(id, workspace: workspace)
        case .range(let range): return try snapshot.run(in: range, workspace: workspace)
        case .alias(let text): return try snapshot.run(alias: text, workspace: workspace)
        }
    }

    /// A run with what it carries.
    func details(_ run: Run, _ snapshot: Snapshot) throws -> RunDetails {
        guard let (data, alias) = try snapshot.data(ofRun: run.number) else {
            throw RunError.notFound(.run)
        }
        let workflow = try definitions.workflow(versionNumber: run.workflowVersion, snapshot)
        return RunDetails(run: run, data: data, workflow: workflow, alias: alias)
    }
}

extension Receipt {
    fileprivate init(of run: Run, _ workflow: Workflow) {
        self.run = run.id
        state = run.state
        how = run.how
        stop = run.stop
        endedAt = run.endedAt
        steps = zip(workflow.definition.steps, run.steps).map { definition, step in
            StepRecord(name: definition.name, step: step)
        }
        counts = Dictionary(run.steps.compactMap(\.how).map { ($0, 1) }, uniquingKeysWith: +)
        deletion = nil
    }

    fileprivate init(of tombstone: Tombstone) {
        run = tombstone.run
        state = tombstone.state
        how = tombstone.how
        stop = tombstone.stop
        endedAt = tombstone.endedAt
        steps = []
        counts = tombstone.counts
        deletion = Deletion(
            at: tombstone.deletedAt, author: tombstone.author, reason: tombstone.reason)
    }
}
