import Dialect
import HTTP
import JSON
import RunEngine
import Runs

extension Native {
    /// Keys of the caller's workspace; an instance key makes them anywhere.
    static let keyRoutes = [
        Route(native: .post, "/v1/keys", .keys, handle: createKey),
        Route(native: .get, "/v1/keys", .keys, handle: listKeys),
        Route(native: .delete, "/v1/keys/{key}", .keys, handle: revokeKey),
    ]

    private static func createKey(_ exchange: Exchange) async throws(Refusal) -> Response {
        // An answer that can be repeated is stored, and this one holds a secret (reliability K2).
        guard exchange.call.idempotency == nil else {
            let message = "a new key is shown once: Idempotency-Key is not taken here"
            throw .said(status: 400, message: message)
        }
        let request = try keyRequest(exchange)
        let reply = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.createKey(request, exchange.call) { record, token in
                .written(201) { writer in
                    writer.object {
                        $0.members(of: record)
                        $0.member("key", token)
                    }
                }
            }
        }
        return Response(created: reply, at: "/v1/keys/")
    }

    private static func keyRequest(_ exchange: Exchange) throws(Refusal) -> KeyRequest {
        var body = try exchange.object()
        let role = body.requiredString("role").flatMap { word in
            Role(word: word) ?? fault("role", "is not one of \(roleWords)", &body)
        }
        let kind: KeyKind? =
            switch body.string("kind") {
            case nil, "workspace": .workspace
            case "organization": .organization
            case .some: fault("kind", "is neither workspace nor organization", &body)
            }
        var request = KeyRequest(kind: kind ?? .workspace, role: role ?? .viewer)
        request.organization = name("organization", &body)
        request.workspace = name("workspace", &body)
        request.expiresAt = body.timestamp("expires_at")
        body.refuseOthers()
        try body.check()
        return request
    }

    private static let roleWords = Role.allCases.map(\.word).joined(separator: ", ")

    /// The name of a tenant: `[a-z0-9-]{1,63}`.
    private static func name(_ member: String, _ body: inout Body) -> String? {
        guard let name = body.string(member) else { return nil }
        let isName =
            (1...63).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        return isName ? name : fault(member, "is not 1 to 63 of a-z, 0-9 and -", &body)
    }

    private static func fault<T>(_ name: String, _ reason: String, _ body: inout Body) -> T? {
        body.fault(name, .value(reason))
        return nil
    }

    private static func listKeys(_ exchange: Exchange) async throws(Refusal) -> Response {
        let keys = exchange.engine.keys(exchange.caller)
        return .written {
            $0.key("keys")
            $0.array { writer in
                for key in keys { writer.object { $0.members(of: key) } }
            }
            $0.member("next_cursor", nil as String?)
        }
    }

    private static func revokeKey(_ exchange: Exchange) async throws(Refusal) -> Response {
        let reply = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.revokeKey(exchange.path["key"] ?? "", exchange.call) {
                record in .written { writer in writer.object { $0.members(of: record) } }
            }
        }
        return Response(native: reply)
    }
}

extension JSONWriter {
    fileprivate mutating func members(of key: KeyRecord) {
        member("id", key.id)
        member("kind", key.kind.word)
        member("role", key.role.word)
        member("organization", key.organization.name)
        member("workspace", key.workspace?.name)
        member("last_four", key.lastFour)
        time("created_at", key.createdAt)
        time("expires_at", key.expiresAt)
        time("revoked_at", key.revokedAt)
    }
}
