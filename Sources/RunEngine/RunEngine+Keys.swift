import Digest
import RunStore
import Runs

extension RunEngine {
    /// The key of a token; nil when it is unknown, expired or revoked. Looks in memory only.
    package func authenticate(_ token: String) -> Principal? {
        keys.key(token, now: environment.now()).map { Principal(key: record($0)) }
    }

    /// The caller, once it is known which workspace the request is about.
    /// - Parameter workspace: what the request says. Optional for a key of one workspace, which it
    ///   has to name then.
    /// - Throws: `notFound(.workspace)` for one outside the key's reach; `invalid(field:
    ///   "workspace")` when a key of an organization says none.
    package func caller(
        _ principal: Principal, workspace name: WorkspaceName?
    ) throws(RunError) -> Caller {
        let key = principal.key
        let workspace: Workspace
        if let own = key.workspace {
            if let name, !matches(own, name) { throw .notFound(.workspace) }
            workspace = own
        } else {
            guard let name else { throw .invalid(field: "workspace", reason: "is required") }
            let all = try read { try $0.workspaces(of: key.organization.id) }
            let found = all.filter { matches($0, name) }
            guard let only = found.first, found.count == 1 else { throw .notFound(.workspace) }
            workspace = only
        }
        return Caller(
            keyID: key.id, kind: key.kind, role: key.role, organization: key.organization,
            workspace: workspace)
    }

    /// The keys that a caller may see: those of its workspace, or of its whole organization when
    /// the caller's key is one of an organization.
    package func keys(_ caller: Caller) -> [KeyRecord] {
        keys.all().filter { isInReach($0, of: caller) }.map(record)
    }

    /// Makes a key; the token is in the answer and nowhere else afterwards.
    /// - Throws: `notFound(.workspace)` when the caller may not make keys there; `invalid` for a
    ///   name of the wrong form.
    package func createKey(
        _ request: KeyRequest, _ call: Call,
        reply: @escaping @Sendable (_ key: KeyRecord, _ token: String) throws -> Reply
    ) async throws(RunError) -> Reply {
        try await write(call) { [self] transaction in
            let place = try tenant(request, call.caller, transaction)
            let token = KeyToken.make(
                place.workspace == nil ? .organization : .workspace, random: environment.random)
            let row = KeyRow(
                id: token.id, hash: token.hash,
                kind: place.workspace == nil ? .organization : .workspace, role: request.role,
                organization: place.organization, workspace: place.workspace,
                createdAt: environment.now(), expiresAt: request.expiresAt,
                lastFour: token.lastFour)
            try transaction.insert(row)
            try publishKeys(transaction)
            return try reply(record(row), token.text)
        }
    }

    /// Revokes a key; a revoked one is revoked again without a change.
    /// - Throws: `notFound(.key)`; `lastInstanceKey` when no other instance key is in force.
    package func revokeKey(
        _ id: String, _ call: Call, reply: @escaping @Sendable (KeyRecord) throws -> Reply
    ) async throws(RunError) -> Reply {
        try await write(call) { [self] transaction in
            func visible() throws -> KeyRow? {
                try transaction.snapshot.keys().first {
                    $0.id == id && isInReach($0, of: call.caller)
                }
            }
            guard let key = try visible() else { throw RunError.notFound(.key) }
            let inForce = try instanceKeysInForce(transaction)
            if key.revokedAt == nil, inForce.map(\.id) == [id] { throw RunError.lastInstanceKey }
            _ = try transaction.revokeKey(id, at: environment.now())
            guard let row = try visible() else { throw RunError.internalFailure }
            try publishKeys(transaction)
            return try reply(record(row))
        }
    }

    func publishKeys(_ transaction: Transaction) throws {
        let all = try transaction.snapshot.keys()
        transaction.afterCommit { [keys] in keys.replace(all) }
    }

    /// The instance keys that are neither revoked nor expired.
    private func instanceKeysInForce(_ transaction: Transaction) throws -> [KeyRow] {
        let now = environment.now()
        return try transaction.snapshot.keys().filter { key in
            key.kind == .instance && key.revokedAt == nil && key.expiresAt.map { $0 > now } ?? true
        }
    }

    private func matches(_ workspace: Workspace, _ name: WorkspaceName) -> Bool {
        switch name {
        case .id(let id): workspace.id == id
        case .range(let range): range.contains(workspace.id)
        case .name(let text): Array(workspace.name.utf8) == Array(text.utf8)
        }
    }

    private func isInReach(_ key: KeyRow, of caller: Caller) -> Bool {
        guard caller.kind != .instance else { return true }
        guard key.organization.id == caller.organization.id else { return false }
        return caller.kind == .organization || key.workspace?.id == caller.workspace.id
    }

    /// Where a new key belongs; an instance key may make what is not there.
    private func tenant(
        _ request: KeyRequest, _ caller: Caller, _ transaction: Transaction
    ) throws -> (organization: Organization, workspace: Workspace?) {
        let organization = try self.organization(request, caller, transaction)
        if request.kind == .organization {
            guard caller.kind != .workspace, request.workspace == nil else {
                throw RunError.notFound(.workspace)
            }
            return (organization, nil)
        }
        guard let name = request.workspace else {
            let isOwn = organization.id == caller.organization.id
            if isOwn { return (organization, caller.workspace) }
            throw RunError.invalid(field: "workspace", reason: "is required")
        }
        let all = try transaction.snapshot.workspaces(of: organization.id)
        if let found = all.first(where: { matches($0, WorkspaceName(text: name)) }) {
            guard caller.kind != .workspace || found.id == caller.workspace.id else {
                throw RunError.notFound(.workspace)
            }
            return (organization, found)
        }
        guard caller.kind == .instance else { throw RunError.notFound(.workspace) }
        try checkTenantName(name, field: "workspace")
        let made = try transaction.insertWorkspace(
            environment.newIdentifier(), name: name, organization: organization.id,
            at: environment.now())
        return (organization, made)
    }

    private func organization(
        _ request: KeyRequest, _ caller: Caller, _ transaction: Transaction
    ) throws -> Organization {
        let own = caller.organization
        guard let name = request.organization, Array(name.utf8) != Array(own.name.utf8) else {
            return own
        }
        guard caller.kind == .instance else { throw RunError.notFound(.workspace) }
        if let found = try transaction.snapshot.organization(named: name) { return found }
        try checkTenantName(name, field: "organization")
        let made = Organization(id: environment.newIdentifier(), name: name)
        try transaction.insert(made, at: environment.now())
        return made
    }

    private func checkTenantName(_ name: String, field: String) throws(RunError) {
        let isGood = name.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard isGood, (1...63).contains(name.utf8.count) else {
            throw .invalid(field: field, reason: "must match [a-z0-9-]{1,63}")
        }
    }

    private func record(_ row: KeyRow) -> KeyRecord {
        KeyRecord(
            id: row.id, kind: row.kind, role: row.role, organization: row.organization,
            workspace: row.workspace, createdAt: row.createdAt, expiresAt: row.expiresAt,
            revokedAt: row.revokedAt, lastFour: row.lastFour)
    }
}
