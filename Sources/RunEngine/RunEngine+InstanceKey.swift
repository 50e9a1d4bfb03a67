import Digest
import RunStore
import Runs

/// The operator's own key: made at the first start, and anew when it was lost.
extension RunEngine {
    /// Makes organization `default`, workspace `default` and the instance key, where there is no
    /// key yet. Waits on the calling thread.
    /// - Parameter keep: stores the token before anything is committed, so that there is never a
    ///   server without a key that anybody has.
    package func bootstrap(keep: @escaping @Sendable (_ token: String) throws -> Void) throws {
        try writeAndWait { [self] transaction in
            guard try transaction.snapshot.keys().isEmpty else { return }
            let now = environment.now()
            let organization = Organization(id: environment.newIdentifier(), name: "default")
            try transaction.insert(organization, at: now)
            let workspace = try transaction.insertWorkspace(
                environment.newIdentifier(), name: "default", organization: organization.id,
                at: now)
            try insertInstanceKey(organization, workspace, transaction, keep)
        }
    }

    /// Makes a new instance key and revokes those before it, in one transaction: the way back for
    /// who may write the data but has no key any more. Waits on the calling thread.
    /// - Parameter keep: as in `bootstrap`. When the commit fails after it, the old key stays in
    ///   force and the kept one is worth nothing: to be done again.
    /// - Throws: `notFound(.key)` where there never was an instance key.
    package func resetInstanceKey(
        keep: @escaping @Sendable (_ token: String) throws -> Void
    ) throws {
        try writeAndWait { [self] transaction in
            let old = try transaction.snapshot.keys().filter { $0.kind == .instance }
            guard let first = old.first, let workspace = first.workspace else {
                throw RunError.notFound(.key)
            }
            for key in old { _ = try transaction.revokeKey(key.id, at: environment.now()) }
            try insertInstanceKey(first.organization, workspace, transaction, keep)
        }
    }

    private func insertInstanceKey(
        _ organization: Organization, _ workspace: Workspace, _ transaction: Transaction,
        _ keep: (_ token: String) throws -> Void
    ) throws {
        let token = KeyToken.make(.instance, random: environment.random)
        try transaction.insert(
            KeyRow(
                id: token.id, hash: token.hash, kind: .instance, role: .owner,
                organization: organization, workspace: workspace, createdAt: environment.now(),
                expiresAt: nil, lastFour: token.lastFour))
        try keep(token.text)
        try publishKeys(transaction)
    }
}
