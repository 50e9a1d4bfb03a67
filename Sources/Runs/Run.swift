import JSON

/// How a stop was asked for.
package enum StopMode: String, CaseIterable, Sendable {
    case cancel
    case terminate
    case delete
}

/// Who asked, in which style, by which request.
package struct Author: Hashable, Sendable {
    /// The id of the key, or `engine`.
    package var actor: String
    package var style: Style
    package var requestID: String

    package init(actor: String, style: Style, requestID: String) {
        self.actor = actor
        self.style = style
        self.requestID = requestID
    }
}

/// The one stop of a run: the first decides, later ones are counted.
package struct Stop: Hashable, Sendable {
    /// Where the run stood when it was stopped.
    package var fromState: RunState
    package var mode: StopMode
    package var reason: String?
    package var author: Author
    package var requestedAt: Timestamp
    package var graceMilliseconds: Int64
    /// When a terminate followed a cancel.
    package var escalatedAt: Timestamp?
    package var escalatedBy: String?
    /// How many stops came after the first.
    package var repeats: Int

    package init(
        fromState: RunState, mode: StopMode, reason: String?, author: Author,
        requestedAt: Timestamp, graceMilliseconds: Int64, escalatedAt: Timestamp? = nil,
        escalatedBy: String? = nil, repeats: Int = 0
    ) {
        self.fromState = fromState
        self.mode = mode
        self.reason = reason
        self.author = author
        self.requestedAt = requestedAt
        self.graceMilliseconds = graceMilliseconds
        self.escalatedAt = escalatedAt
        self.escalatedBy = escalatedBy
        self.repeats = repeats
    }
}

/// Where one step of a run stands. Its place in the run is its place in the definition.
package struct Step: Hashable, Sendable {
    package var state: StepState
    /// Attempts begun.
    package var attempt = 0
    /// Attempts that failed.
    package var failures = 0
    /// Attempts that were lost with their worker.
    package var losses = 0
    /// Queued: claimable from then on. A timer: when it ends. An attempt: when its time is over.
    package var dueAt: Timestamp?
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?
    package var how: How?
    /// When its worker was told to stop.
    package var toldAt: Timestamp?
    package var acknowledgedAt: Timestamp?
    /// Whether a result came after the stop and was dropped.
    package var isLate = false
    package var worker: String?
    /// Why the last attempt failed.
    package var error: String?

    package init(state: StepState = .pending) {
        self.state = state
    }
}

/// One execution of one version of a workflow: all that decides what happens to it next.
package struct Run: Sendable {
    /// The number that its rows carry; never on the wire.
    package var number: Int64
    package var id: RunID
    package var workspace: Int64
    package var workflowVersion: Int64
    package var state: RunState
    /// The worst of its steps; only when cancelled.
    package var how: How?
    /// The style it was started in.
    package var origin: Style
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?
    package var updatedAt: Timestamp
    /// No step begins before.
    package var startAt: Timestamp?
    /// Milliseconds of grace asked for at the start; nil for the workflow's.
    package var graceMilliseconds: Int64?
    /// When a run that winds down is ended by force.
    package var deadline: Timestamp?
    /// When the run's time is over.
    package var timeoutAt: Timestamp?
    package var stop: Stop?
    package var steps: [Step]
    /// The number of its newest event; events count from 1 without a gap.
    package var lastEvent: Int64

    /// A run as it is made: everything that comes later is unset.
    package init(
        number: Int64, id: RunID, workspace: Int64, workflowVersion: Int64, state: RunState,
        origin: Style, createdAt: Timestamp, steps: [Step]
    ) {
        self.number = number
        self.id = id
        self.workspace = workspace
        self.workflowVersion = workflowVersion
        self.state = state
        self.origin = origin
        self.createdAt = createdAt
        self.updatedAt = createdAt
        self.steps = steps
        lastEvent = 0
    }

    /// The end that Feather, Wexa and Kubiya show: that of a stopped run is the moment of the stop.
    /// - Source: decisions.md, section 1, rule 7.
    package var shownEnd: Timestamp? { stop?.requestedAt ?? endedAt }

    /// A step as those three vendors show it: cancelled as soon as the run is stopped.
    package func shownState(of step: Step) -> StepState {
        stop != nil && !step.state.hasEnded ? .cancelled : step.state
    }
}

/// What a run carries and does not decide anything: kept apart from the row that a stop touches.
package struct RunData: Sendable {
    /// JSON text. For a run started in a vendor's style, the body of its create call, unchanged.
    package var input: String
    package var labels: [Label]
    /// JSON text; nil while there is none.
    package var output: String?
    /// Why the run failed.
    package var error: String?
    /// A session that runs share, as Agno has it.
    package var session: String?
    /// JSON text that a style keeps and replaces on its own, such as Feather's metadata.
    package var annotation: String?

    package init(
        input: String, labels: [Label] = [], output: String? = nil, error: String? = nil,
        session: String? = nil, annotation: String? = nil
    ) {
        self.input = input
        self.labels = labels
        self.output = output
        self.error = error
        self.session = session
        self.annotation = annotation
    }
}

/// A name and a value that runs are found by.
package struct Label: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A run with what it carries and the workflow it follows: enough for any style to speak of it.
package struct RunDetails: Sendable {
    package let run: Run
    package let data: RunData
    package let workflow: Workflow
    /// The free text that its starter named it by, as Agno allows; nil for the run's id.
    package let alias: String?

    package init(run: Run, data: RunData, workflow: Workflow, alias: String? = nil) {
        self.run = run
        self.data = data
        self.workflow = workflow
        self.alias = alias
    }

    /// The input as anyone may read it, JSON text. What an Extend create call says in confidence,
    /// its `secrets` and the passwords of its files, gets to the workers and to nobody else
    /// (Extend contract, sections 3 and 4.1).
    package var shownInput: String {
        guard run.origin == .extend, var body = (try? JSONValue(parsing: data.input))?.asObject
        else { return data.input }
        body.remove("secrets")
        return String(decoding: Self.withoutPasswords(.object(body)).serialized(), as: UTF8.self)
    }

    /// Cuts `settings.password` wherever it stands. As deep as the parser lets a document be.
    private static func withoutPasswords(_ value: JSONValue) -> JSONValue {
        if let items = value.asArray { return .array(items.map(withoutPasswords)) }
        guard let object = value.asObject else { return value }
        var kept = JSONObject()
        for member in object.members {
            var value = member.value
            if member.name == "settings", var settings = value.asObject {
                settings.remove("password")
                value = .object(settings)
            }
            kept.append(member.name, withoutPasswords(value))
        }
        return .object(kept)
    }
}
