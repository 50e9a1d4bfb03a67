import RunStore
import Runs
import Testing

@testable import RunEngine

/// Callers beside the instance key.
extension Stage {
    /// Makes a key and gives back its token.
    func key(_ request: KeyRequest, as caller: Caller? = nil) async throws -> (KeyRecord, String) {
        let made = Box<(KeyRecord, String)>()
        _ = try await engine.createKey(request, call(caller)) { key, token in
            made.reply((key, token))
        }
        return try made.value
    }

    func key(
        _ role: Role = .owner, organization: String? = nil, workspace: String? = nil,
        kind: KeyKind = .workspace, as caller: Caller? = nil
    ) async throws -> (KeyRecord, String) {
        var request = KeyRequest(kind: kind, role: role)
        request.organization = organization
        request.workspace = workspace
        return try await key(request, as: caller)
    }

    /// A caller of a workspace, which is made when it is not there.
    func caller(organization: String, workspace: String) async throws -> Caller {
        let (_, token) = try await key(organization: organization, workspace: workspace)
        return try engine.caller(try #require(engine.authenticate(token)), workspace: nil)
    }

    @discardableResult
    func revoke(_ id: String, as caller: Caller? = nil) async throws -> KeyRecord {
        let box = Box<KeyRecord>()
        _ = try await engine.revokeKey(id, call(caller)) { box.reply($0) }
        return try box.value
    }
}
