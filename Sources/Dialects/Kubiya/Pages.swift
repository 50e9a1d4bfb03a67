import Dialect
import HTTP
import JSON
import Runs

/// The pages around the executions: who I am, and whether the server is there.
enum Pages {
    /// Pages that need no key.
    static let routes = [
        Route(.get, "/api", nil) { _ in page(["message": "Agent Control Plane API"]) },
        Route(.get, "/api/health", nil) { _ in page(["status": "healthy"]) },
        Route(.get, "/api/ready", nil) { _ in page(["status": "ready"]) },
    ]

    /// What the key stands for; `id` is the slug that every row carries as its organization.
    static func identity(_ exchange: Exchange) throws(Refusal) -> Response {
        let caller = exchange.caller
        return page([
            "id": .string(caller.organization.name),
            "name": .string(caller.organization.name),
            "slug": .string(caller.organization.name),
            "user_id": .string(caller.keyID),
            "user_email": nil, "user_name": nil, "user_avatar": nil,
            "user_status": "active", "user_groups": [], "user_group_names": [],
        ])
    }

    private static func page(_ body: JSONValue) -> Response { .json(200, body.serialized()) }
}
