/// What a step does.
package enum StepKind: Hashable, Sendable {
    /// Handed to a worker that claims from the queue of this name.
    case queue(String)
    /// A local process: the program and its arguments.
    case command([String])
    /// A timer, in milliseconds.
    case sleep(milliseconds: Int64)
    /// Asks a person this question.
    case approval(String)
}

/// How often a failed step is tried, and how long after.
package struct Retry: Hashable, Sendable {
    /// Attempts in all that may fail, 1 to 100.
    package var attemptsMax: Int
    /// Milliseconds before the second attempt; doubled before each further one.
    package var backoffMilliseconds: Int64

    package init(attemptsMax: Int = 1, backoffMilliseconds: Int64 = 0) {
        self.attemptsMax = attemptsMax
        self.backoffMilliseconds = backoffMilliseconds
    }
}

/// A node of a workflow's graph.
package struct StepDefinition: Hashable, Sendable {
    /// Unique in its workflow, 1 to 255 bytes.
    package var name: String
    package var kind: StepKind
    /// Positions of the steps that have to succeed first.
    package var needs: [Int]
    /// Milliseconds one attempt may take; nil for no limit.
    package var timeoutMilliseconds: Int64?
    package var retry: Retry
    /// Whether it belongs to the cleanup that follows the other steps.
    package var isCleanup: Bool

    package init(
        name: String, kind: StepKind, needs: [Int] = [], timeoutMilliseconds: Int64? = nil,
        retry: Retry = Retry(), isCleanup: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.needs = needs
        self.timeoutMilliseconds = timeoutMilliseconds
        self.retry = retry
        self.isCleanup = isCleanup
    }

    /// The queue that a worker claims it from; nil for a timer and an approval.
    package var queue: String? {
        switch kind {
        case .queue(let name): name
        case .command: Self.commandQueue
        case .sleep, .approval: nil
        }
    }

    /// The queue of `command` steps: no name that a client may claim from.
    package static let commandQueue = "$command"
}

/// One version of a workflow: the graph that its runs follow.
package struct WorkflowDefinition: Hashable, Sendable {
    /// Milliseconds between a stop and its enforcement; nil for the server's default.
    package var graceMilliseconds: Int64?
    /// Milliseconds a run may take; nil for no limit.
    package var timeoutMilliseconds: Int64?
    /// The steps in the order of the document, then the cleanup steps.
    package var steps: [StepDefinition]

    package init(
        graceMilliseconds: Int64? = nil, timeoutMilliseconds: Int64? = nil,
        steps: [StepDefinition]
    ) {
        self.graceMilliseconds = graceMilliseconds
        self.timeoutMilliseconds = timeoutMilliseconds
        self.steps = steps
    }

    /// Why a name cannot be that of a workflow; nil when it can. Names are looked up, in paths too:
    /// they are ASCII, and no path segment or id of ours (decisions.md, section 2; reliability N2).
    package static func refusal(ofName name: String) -> String? {
        guard name.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            return "must be printable ASCII"
        }
        if name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }) {
            return "must not contain / or \\"
        }
        if name.utf8.first == UInt8(ascii: " ") || name.utf8.last == UInt8(ascii: " ") {
            return "must not begin or end with a space"
        }
        let isReserved = ["ws", "executions", ".", ".."].contains(name)
        return isReserved || WorkflowID(name) != nil ? "is taken by the API itself" : nil
    }

    /// What runs when no steps are known: one task on one queue.
    package static func single(queue: String = "default") -> WorkflowDefinition {
        WorkflowDefinition(steps: [StepDefinition(name: queue, kind: .queue(queue))])
    }
}

/// A workflow as it stands: its newest version, or the one a run follows.
package struct Workflow: Sendable {
    /// The number that rows of this version carry; never on the wire.
    package let versionNumber: Int64
    package let id: WorkflowID
    /// Unique in its workspace, 1 to 255 bytes.
    package let name: String
    /// 1, 2, 3, ...
    package let version: Int
    /// The JSON text it was made from, unchanged.
    package let document: String
    package let definition: WorkflowDefinition
    package let createdAt: Timestamp
    /// When this version was made.
    package let updatedAt: Timestamp

    package init(
        versionNumber: Int64, id: WorkflowID, name: String, version: Int, document: String,
        definition: WorkflowDefinition, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.versionNumber = versionNumber
        self.id = id
        self.name = name
        self.version = version
        self.document = document
        self.definition = definition
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
