import Runs

/// What a run follows.
package enum Plan: Hashable, Sendable {
    /// The newest version of a workflow.
    case workflow(WorkflowName)
    /// One task on a queue: a workflow named after the queue, made when it is not there.
    case task(queue: String)
}

/// A run to start.
package struct StartRequest: Sendable {
    package var plan: Plan
    /// JSON text, kept byte for byte.
    package var input: String
    package var labels: [Label] = []
    /// The caller's own id; taken or deleted before is `conflict(.run)`.
    package var id: RunID?
    /// Agno's free-text id; a run of that name in the workspace is `conflict(.run)`.
    package var alias: String?
    package var session: String?
    package var startAt: Timestamp?
    /// 0 to 3,600,000; nil for the workflow's, else the server's.
    package var graceMilliseconds: Int64?

    package init(plan: Plan, input: String) {
        self.plan = plan
        self.input = input
    }
}

/// A stop to make: cancel or terminate.
package struct StopRequest: Sendable {
    package var mode: StopMode
    /// At most 64 KiB.
    package var reason: String?
    /// 0 to 3,600,000; nil for the run's, the workflow's, the server's, in that order.
    package var graceMilliseconds: Int64?

    package init(_ mode: StopMode, reason: String? = nil, graceMilliseconds: Int64? = nil) {
        self.mode = mode
        self.reason = reason
        self.graceMilliseconds = graceMilliseconds
    }
}

/// What a signal did. Made inside the transaction, so that the answer can be built there.
package struct Outcome {
    /// False for a repeat.
    package let changed: Bool
    /// The run as it stands now; of a deleted run, as it was left.
    package let run: Run
    private let load: () throws -> RunDetails

    init(changed: Bool, run: Run, load: @escaping () throws -> RunDetails) {
        self.changed = changed
        self.run = run
        self.load = load
    }

    /// The run with what it carries: one more look-up. Not for a deleted run.
    package func details() throws -> RunDetails { try load() }
}

/// Which runs of the workspace to list, and in which order.
package struct RunQuery: Sendable {
    /// By which time runs are ordered; ties by the order of creation.
    package enum Order: String, Sendable {
        case created, updated
    }

    package var workflow: WorkflowName?
    /// Nil for every state.
    package var states: Set<RunState>?
    /// Each has to be there.
    package var labels: [Label] = []
    package var session: String?
    package var createdAfter: Timestamp?
    package var createdBefore: Timestamp?
    package var order = Order.created
    package var isAscending = false
    /// 0 to 1,000.
    package var limit = 50
    /// Runs to pass over, for styles that page so; 0 to 1,000,000.
    package var offset = 0
    /// `RunPage.nextCursor` of a query that differs in nothing else than this and the limit; any
    /// other text is `invalid(field: "cursor", ...)`.
    package var cursor: String?
    /// Whether to count all that match.
    package var wantsTotal = false

    package init() {}
}

/// A page of runs. It ends early when what its runs carry is more than `EngineLimits.pageBytesMax`.
package struct RunPage: Sendable {
    package let runs: [RunDetails]
    /// Nil on the last page.
    package let nextCursor: String?
    /// Only when asked for.
    package let total: Int?
}

/// A page of workflows, newest version each.
package struct WorkflowPage: Sendable {
    package let workflows: [Workflow]
    package let nextCursor: String?
    package let total: Int
}

/// A workflow to make, or its next version.
package struct WorkflowRequest: Sendable {
    package var name: String
    /// The JSON text it came as, kept unchanged.
    package var document: String
    package var definition: WorkflowDefinition

    package init(name: String, document: String, definition: WorkflowDefinition) {
        self.name = name
        self.document = document
        self.definition = definition
    }
}
