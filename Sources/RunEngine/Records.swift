import Runs

/// A row of the run's log.
package struct Event: Sendable {
    /// Over all runs; only rises.
    package let sequence: Int64
    /// 1, 2, 3, ... within the run.
    package let runSequence: Int64
    package let run: RunID
    /// Such as `run.cancel_requested` or `step.started`.
    package let kind: String
    package let at: Timestamp
    /// A JSON object.
    package let data: String
}

/// What a stop did to each step; what is left of a deleted run.
package struct Receipt: Sendable {
    package let run: RunID
    package let state: RunState
    package let how: How?
    /// Nil for a run that was not stopped.
    package let stop: Stop?
    package let endedAt: Timestamp?
    /// In the order of the workflow; empty for a deleted run.
    package let steps: [StepRecord]
    /// How many steps ended in which way.
    package let counts: [How: Int]
    /// Only of a deleted run.
    package let deletion: Deletion?

    /// One line of a receipt.
    package struct StepRecord: Sendable {
        package let name: String
        package let step: Step
    }

    /// Who removed a run, and when.
    package struct Deletion: Sendable {
        package let at: Timestamp
        package let author: Author
        package let reason: String?
    }
}

/// A key as it is listed: never its secret.
package struct KeyRecord: Sendable {
    package let id: String
    package let kind: KeyKind
    package let role: Role
    package let organization: Organization
    /// Nil for a key of a whole organization.
    package let workspace: Workspace?
    package let createdAt: Timestamp
    package let expiresAt: Timestamp?
    package let revokedAt: Timestamp?
    /// The end of the token, to tell keys apart.
    package let lastFour: String
}

/// A key to make. Organization and workspace are made when they are not there, which only an
/// instance key may; other callers make keys of their own workspace.
package struct KeyRequest: Sendable {
    /// Nil for the caller's.
    package var organization: String?
    /// Nil for the caller's workspace, or a key of a whole organization, by `kind`.
    package var workspace: String?
    package var kind: KeyKind
    package var role: Role
    package var expiresAt: Timestamp?

    package init(kind: KeyKind = .workspace, role: Role) {
        self.kind = kind
        self.role = role
    }
}

/// An authenticated key, before it is known which workspace the request is about.
package struct Principal: Sendable {
    package let key: KeyRecord
}
