import Runs
import SQLite

/// A key as it is stored.
package struct KeyRow: Sendable {
    package let id: String
    /// SHA-256 of the whole token.
    package let hash: [UInt8]
    package let kind: KeyKind
    package let role: Role
    package let organization: Organization
    package let workspace: Workspace?
    package let createdAt: Timestamp
    package let expiresAt: Timestamp?
    package let revokedAt: Timestamp?
    package let lastFour: String

    package init(
        id: String, hash: [UInt8], kind: KeyKind, role: Role, organization: Organization,
        workspace: Workspace?, createdAt: Timestamp, expiresAt: Timestamp?, lastFour: String
    ) {
        self.id = id
        self.hash = hash
        self.kind = kind
        self.role = role
        self.organization = organization
        self.workspace = workspace
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = nil
        self.lastFour = lastFour
    }

    fileprivate init(_ row: borrowing Row) throws(SQLiteError) {
        id = row.text(0)
        hash = row.bytes(1)
        kind = try row.word(2)
        role = try row.word(3)
        createdAt = row.timestamp(4)
        expiresAt = row.optionalTimestamp(5)
        revokedAt = row.optionalTimestamp(6)
        lastFour = row.text(7)
        organization = Organization(id: try row.identifier(8), name: row.text(9))
        workspace =
            row.isNull(10)
            ? nil
            : Workspace(number: row.int(10), id: try row.identifier(11), name: row.text(12))
    }
}

extension Snapshot {
    /// Every key of the server, revoked ones too.
    package func keys() throws -> [KeyRow] {
        try connection.query(
            """
            SELECT k.id, k.hash, k.kind, k.role, k.created_at, k.expires_at, k.revoked_at,
                k.last_four, o.id, o.name, w.n, w.id, w.name
            FROM api_key k JOIN organization o ON o.n = k.organization_n
            LEFT JOIN workspace w ON w.n = k.workspace_n ORDER BY k.created_at, k.id
            """
        ) { (row) throws(SQLiteError) in try KeyRow(row) }
    }

    /// The organization of this name.
    package func organization(named name: String) throws -> Organization? {
        try connection.first(
            "SELECT id, name FROM organization WHERE name = ?", [.text(name)]
        ) { (row) throws(SQLiteError) in
            Organization(id: try row.identifier(0), name: row.text(1))
        }
    }

    /// Every workspace of an organization; of all organizations when it is nil.
    package func workspaces(of organization: OrganizationID?) throws -> [Workspace] {
        try connection.query(
            """
            SELECT w.n, w.id, w.name FROM workspace w JOIN organization o ON o.n = w.organization_n
            WHERE ?1 IS NULL OR o.id = ?1 ORDER BY w.n
            """, [.blob(orNull: organization?.bytes)]
        ) { (row) throws(SQLiteError) in
            Workspace(number: row.int(0), id: try row.identifier(1), name: row.text(2))
        }
    }
}

extension Transaction {
    /// Adds an organization. The caller has looked that the name is free.
    package func insert(_ organization: Organization, at: Timestamp) throws {
        try connection.run(
            "INSERT INTO organization(id, name, created_at) VALUES (?, ?, ?)",
            [.identifier(organization.id), .text(organization.name), .timestamp(at)])
    }

    /// Adds a workspace. The caller has looked that the name is free.
    package func insertWorkspace(
        _ id: WorkspaceID, name: String, organization: OrganizationID, at: Timestamp
    ) throws -> Workspace {
        try connection.run(
            """
            INSERT INTO workspace(organization_n, id, name, created_at)
            SELECT n, ?, ?, ? FROM organization WHERE id = ?
            """, [.identifier(id), .text(name), .timestamp(at), .identifier(organization)])
        return Workspace(number: connection.lastInsertRowID, id: id, name: name)
    }

    /// Adds a key.
    package func insert(_ key: KeyRow) throws {
        try connection.run(
            """
            INSERT INTO api_key(id, hash, kind, role, organization_n, workspace_n, created_at,
                expires_at, last_four)
            SELECT ?, ?, ?, ?, n, ?, ?, ?, ? FROM organization WHERE id = ?
            """,
            [
                .text(key.id), .blob(key.hash), .text(key.kind.rawValue), .text(key.role.rawValue),
                .integer(orNull: key.workspace?.number), .timestamp(key.createdAt),
                .timestamp(orNull: key.expiresAt), .text(key.lastFour),
                .identifier(key.organization.id),
            ])
    }

    /// Notes when keys were used last.
    package func noteUse(of keys: [String: Timestamp]) throws {
        for (id, moment) in keys {
            try connection.run(
                "UPDATE api_key SET last_used_at = ? WHERE id = ?", [.timestamp(moment), .text(id)])
        }
    }

    /// Revokes a key.
    /// - Returns: false when there is none of this id or it was revoked before.
    package func revokeKey(_ id: String, at: Timestamp) throws -> Bool {
        try connection.run(
            "UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
            [.timestamp(at), .text(id)]) == 1
    }
}
