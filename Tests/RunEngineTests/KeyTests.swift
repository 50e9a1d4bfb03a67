import RunStore
import Runs
import Synchronization
import Testing

@testable import RunEngine

@Suite("Keys")
struct KeyTests {
    @Test("The first start makes one instance key, and no later one does")
    func bootstrap() async throws {
        var stage = try Stage()
        let first = stage.folder.token.withLock { $0 }
        try stage.engine.bootstrap { _ in Issue.record("a second instance key") }
        stage = try stage.restarted()
        #expect(stage.folder.token.withLock { $0 } == first)
        let key = try #require(stage.engine.authenticate(first)).key
        #expect(key.kind == .instance && key.role == .owner && key.organization.name == "default")
        #expect(key.workspace?.name == "default" && first.hasSuffix(key.lastFour))
        #expect(try stage.rowCount("api_key") == 1)
    }

    @Test("A key that nobody could keep is not made")
    func bootstrapFails() async throws {
        struct DiskFull: Error {}
        let clock = ManualClock()
        let folder = try Folder()
        let store = try Store(path: folder.database, environment: clock.environment)
        let engine = try RunEngine(store: store, environment: clock.environment)
        #expect(throws: DiskFull.self) { try engine.bootstrap { _ in throw DiskFull() } }
        store.close()
        let stage = try Stage(clock, folder: folder)
        #expect(try stage.rowCount("organization") == 1)
    }

    @Test("A new key works from its answer on, and a revoked one no more")
    func lifecycle() async throws {
        var stage = try Stage()
        for _ in 0..<20 {
            let (record, token) = try await stage.key(.operator)
            #expect(stage.engine.authenticate(token)?.key.id == record.id)
            let at = stage.clock.now
            #expect(try await stage.revoke(record.id).revokedAt == at)
            #expect(stage.engine.authenticate(token) == nil)
            stage.clock.advance(1_000)
            #expect(try await stage.revoke(record.id).revokedAt == at)
        }
        stage = try stage.restarted()
        #expect(stage.engine.keys(stage.caller).filter { $0.revokedAt != nil }.count == 20)
        #expect(await refusal { try await stage.revoke("nobody") } == .notFound(.key))
    }

    @Test("Unknown, misspelled, expired: nobody")
    func strangers() async throws {
        let stage = try Stage()
        var request = KeyRequest(role: .viewer)
        request.expiresAt = stage.clock.now.adding(milliseconds: 1_000)
        let (_, token) = try await stage.key(request)
        let other = try Stage(ManualClock(seed: 1))
        let foreign = try await other.key(.owner).1
        #expect(stage.engine.authenticate(token)?.key.role == .viewer)
        for stranger in ["", "x", String(token.dropLast()), token + "0", foreign] {
            #expect(stage.engine.authenticate(stranger) == nil)
        }
        stage.clock.advance(999)
        #expect(stage.engine.authenticate(token) != nil)
        stage.clock.advance(1)
        #expect(stage.engine.authenticate(token) == nil)
    }

    @Test("The last instance key in force cannot be revoked, by whomever")
    func lastInstanceKey() async throws {
        let stage = try Stage()
        let id = stage.caller.keyID
        _ = try await stage.key(.owner)
        #expect(await refusal { try await stage.revoke(id) } == .lastInstanceKey)
        let token = stage.folder.token.withLock { $0 }
        #expect(stage.engine.authenticate(token)?.key.id == id)
        #expect(stage.engine.keys(stage.caller).allSatisfy { $0.revokedAt == nil })
    }

    @Test("A reset makes a new instance key and revokes the old one, for good")
    func reset() async throws {
        var stage = try Stage()
        let old = stage.folder.token.withLock { $0 }
        let (_, other) = try await stage.key(.viewer)
        struct DiskFull: Error {}
        #expect(throws: DiskFull.self) {
            try stage.engine.resetInstanceKey { _ in throw DiskFull() }
        }
        #expect(stage.engine.authenticate(old) != nil)
        let folder = stage.folder
        try stage.engine.resetInstanceKey { token in folder.token.withLock { $0 = token } }
        stage = try stage.restarted()
        let new = try #require(stage.engine.authenticate(folder.token.withLock { $0 })).key
        #expect(new.kind == .instance && new.workspace?.name == "default")
        #expect(stage.engine.authenticate(old) == nil && stage.engine.authenticate(other) != nil)
        // What is revoked already is no last key.
        let gone = try #require(stage.engine.keys(stage.caller).first { $0.revokedAt != nil })
        #expect(try await stage.revoke(gone.id).revokedAt == gone.revokedAt)
    }

    /// Who asks for a key of where, and what comes of it.
    struct Reach: Sendable, CustomTestStringConvertible {
        let by: KeyKind
        var organization: String?
        var workspace: String?
        var kind = KeyKind.workspace
        /// `organization/workspace` of the key made, `organization` for one of the whole.
        let made: String?
        var refused: RunError?

        var testDescription: String { "\(by): \(organization ?? "-")/\(workspace ?? "-") \(kind)" }
    }

    private static let here = RunError.notFound(.workspace)

    @Test(
        "A key makes keys within its reach only",
        arguments: [
            Reach(by: .workspace, made: "default/default"),
            Reach(by: .workspace, workspace: "default", made: "default/default"),
            Reach(by: .workspace, workspace: "second", made: nil, refused: here),
            Reach(by: .workspace, workspace: "new", made: nil, refused: here),
            Reach(by: .workspace, organization: "other", workspace: "x", made: nil, refused: here),
            Reach(by: .workspace, organization: "new", workspace: "x", made: nil, refused: here),
            Reach(by: .workspace, kind: .organization, made: nil, refused: here),
            Reach(by: .organization, made: "default/default"),
            Reach(by: .organization, workspace: "second", made: "default/second"),
            Reach(by: .organization, workspace: "new", made: nil, refused: here),
            Reach(
                by: .organization, organization: "other", workspace: "x", made: nil, refused: here),
            Reach(by: .organization, kind: .organization, made: "default"),
            Reach(by: .instance, workspace: "new", made: "default/new"),
            Reach(by: .instance, organization: "other", workspace: "x", made: "other/x"),
            Reach(by: .instance, organization: "new", workspace: "y", made: "new/y"),
            Reach(by: .instance, organization: "new", kind: .organization, made: "new"),
            Reach(by: .instance, kind: .instance, made: "default/default"),
            Reach(
                by: .instance, organization: "new", made: nil,
                refused: .invalid(field: "workspace", reason: "is required")),
            Reach(
                by: .instance, workspace: "No", made: nil,
                refused: .invalid(field: "workspace", reason: "must match [a-z0-9-]{1,63}")),
            Reach(
                by: .instance, organization: "n\u{f6}", workspace: "x", made: nil,
                refused: .invalid(field: "organization", reason: "must match [a-z0-9-]{1,63}")),
        ] as [Reach])
    func reach(_ reach: Reach) async throws {
        let stage = try Stage()
        _ = try await stage.key(workspace: "second")
        _ = try await stage.key(organization: "other", workspace: "x")
        var caller = stage.caller
        if reach.by != .instance {
            let (_, token) = try await stage.key(kind: reach.by)
            caller = try stage.engine.caller(
                try #require(stage.engine.authenticate(token)), workspace: .name("default"))
        }
        let tables = ["organization", "workspace", "api_key"]
        let before = try tables.map { try stage.rowCount($0) }
        let made = Box<KeyRecord>()
        let refused = await refusal {
            let record = try await stage.key(
                .viewer, organization: reach.organization, workspace: reach.workspace,
                kind: reach.kind, as: caller
            ).0
            _ = made.reply(record)
        }
        #expect(refused == reach.refused)
        guard let expected = reach.made else {
            return #expect(try tables.map { try stage.rowCount($0) } == before)
        }
        let key = try made.value
        let name = key.organization.name + (key.workspace.map { "/" + $0.name } ?? "")
        #expect(name == expected && key.kind != .instance && key.role == .viewer)
    }

    @Test("A key of an organization has to say which workspace; one of a workspace may")
    func callers() async throws {
        let stage = try Stage()
        let second = try #require(try await stage.key(workspace: "second").0.workspace)
        let foreign = try #require(
            try await stage.key(organization: "o", workspace: "w").0.workspace)
        let organization = try #require(
            stage.engine.authenticate(try await stage.key(kind: .organization).1))
        let own = try #require(stage.engine.authenticate(try await stage.key().1))
        for name in [WorkspaceName.id(second.id), .name("second"), .range(second.id...second.id)] {
            #expect(try stage.engine.caller(organization, workspace: name).workspace == second)
            let refused = await refusal { try stage.engine.caller(own, workspace: name) }
            #expect(refused == .notFound(.workspace))
        }
        for name in [WorkspaceName.id(foreign.id), .name("w"), .name("SECOND"), .name("")] {
            let refused = await refusal { try stage.engine.caller(organization, workspace: name) }
            #expect(refused == .notFound(.workspace))
        }
        let none = await refusal { try stage.engine.caller(organization, workspace: nil) }
        #expect(none == .invalid(field: "workspace", reason: "is required"))
        #expect(try stage.engine.caller(own, workspace: nil).workspace.name == "default")
        #expect(try stage.engine.caller(own, workspace: .name("default")).role == .owner)
    }

    @Test("A list shows the keys in reach, and only those can be revoked")
    func lists() async throws {
        let stage = try Stage()
        let second = try await stage.caller(organization: "default", workspace: "second")
        let other = try await stage.caller(organization: "other", workspace: "x")
        let (record, token) = try await stage.key(organization: "other", kind: .organization)
        let whole = try stage.engine.caller(
            try #require(stage.engine.authenticate(token)), workspace: .name("x"))
        func ids(_ caller: Caller) -> Set<String> { Set(stage.engine.keys(caller).map(\.id)) }
        #expect(ids(second) == [second.keyID] && ids(other) == [other.keyID])
        #expect(ids(whole) == [other.keyID, record.id])
        #expect(ids(stage.caller).count == 4)
        for (caller, id) in [(second, other.keyID), (other, record.id), (whole, second.keyID)] {
            #expect(await refusal { try await stage.revoke(id, as: caller) } == .notFound(.key))
        }
        #expect(stage.engine.keys(stage.caller).allSatisfy { $0.revokedAt == nil })
    }
}
