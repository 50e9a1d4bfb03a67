/// The tenant above workspaces. Only used to tell its identifiers apart from others.
package struct Organization: Hashable, Sendable {
    package let id: OrganizationID
    /// `[a-z0-9-]{1,63}`; Kubiya's slug.
    package let name: String

    package init(id: OrganizationID, name: String) {
        self.id = id
        self.name = name
    }
}

/// The tenant that keys, workflows and runs belong to.
package struct Workspace: Hashable, Sendable {
    /// The number that rows of this workspace carry; never on the wire.
    package let number: Int64
    package let id: WorkspaceID
    /// `[a-z0-9-]{1,63}`, unique in its organization.
    package let name: String

    package init(number: Int64, id: WorkspaceID, name: String) {
        self.number = number
        self.id = id
        self.name = name
    }
}

/// What a key may do in its workspace.
/// - Source: decisions.md, section 3.
package enum Role: String, CaseIterable, Sendable {
    case owner
    case admin
    case `operator`
    case worker
    case viewer
}

/// What a route needs of the key that calls it.
package enum Right: String, CaseIterable, Sendable {
    /// Look at workflows, runs, receipts, events.
    case read
    /// Start runs and signal them.
    case operate
    /// Claim tasks and report on them.
    case work
    /// Make and change workflows.
    case configure
    /// Make, list and revoke keys.
    case keys
}

extension Role {
    /// The whole matrix of roles and rights. What is not listed is refused.
    package static let rights: [Role: Set<Right>] = [
        .owner: [.read, .operate, .work, .configure, .keys],
        .admin: [.read, .operate, .work, .configure, .keys],
        .operator: [.read, .operate, .work],
        .worker: [.work],
        .viewer: [.read],
    ]

    /// Whether the role grants the right.
    package func grants(_ right: Right) -> Bool { Self.rights[self]?.contains(right) ?? false }
}

/// What a key reaches.
package enum KeyKind: String, CaseIterable, Sendable {
    /// Owner of the first workspace, and the right to create organizations, workspaces, keys.
    case instance
    /// Every workspace of one organization; each request says which.
    case organization
    case workspace
}

/// Who calls: an authenticated key with the workspace that the call is about.
package struct Caller: Sendable {
    /// The public part of the key; the actor in receipts and logs.
    package let keyID: String
    package let kind: KeyKind
    package let role: Role
    package let organization: Organization
    package let workspace: Workspace

    package init(
        keyID: String, kind: KeyKind, role: Role, organization: Organization, workspace: Workspace
    ) {
        self.keyID = keyID
        self.kind = kind
        self.role = role
        self.organization = organization
        self.workspace = workspace
    }
}
