import HTTP
import JSON
import RunEngine
import Runs

/// One request with all that its handler needs: authenticated, routed, its body whole.
package struct Exchange: Sendable {
    package let request: Request
    package let path: PathParameters
    /// Who calls, in which style, by which request. On a public route the caller is nobody: a
    /// viewer of a workspace that does not exist.
    package let call: Call
    package let engine: RunEngine
    /// The server's own URL without a slash at its end, for links in answers.
    package let publicURL: String
    package let mark: Mark
    /// Whether the client wants a stream of events, on a route that has one.
    package let isStream: Bool
    /// Whether the request has a place among those that wait.
    package var mayWait = false

    package init(
        request: Request, path: PathParameters, call: Call, engine: RunEngine, publicURL: String,
        mark: Mark, isStream: Bool
    ) {
        self.request = request
        self.path = path
        self.call = call
        self.engine = engine
        self.publicURL = publicURL
        self.mark = mark
        self.isStream = isStream
    }

    package var caller: Caller { call.caller }
    package var query: Query { request.head.target.query }
    package var fields: Fields { request.head.fields }

    /// The query's values, read one by one with their faults collected.
    package func queryReader() -> QueryReader { QueryReader(query) }

    /// Asks the engine; what it refuses becomes a refusal of the style.
    package func ask<T: Sendable>(
        _ work: () async throws(RunError) -> T
    ) async throws(Refusal) -> T {
        do { return try await work() } catch { throw .run(error) }
    }

    /// The same for what the engine can tell at once.
    package func look<T>(_ work: () throws(RunError) -> T) throws(Refusal) -> T {
        do { return try work() } catch { throw .run(error) }
    }
}

extension Exchange {
    /// The body as strict JSON.
    /// - Throws: `mediaType`, `malformedJSON`; without a body `input` with `missing` at `["body"]`.
    package func json() throws(Refusal) -> JSONValue {
        guard let value = try optionalJSON() else { throw .input([Fault(["body"], .missing)]) }
        return value
    }

    /// The body as strict JSON; nil when it is empty, whatever its type.
    package func optionalJSON() throws(Refusal) -> JSONValue? {
        guard !request.body.isEmpty else { return nil }
        guard fields.tellJSON else { throw .mediaType }
        do { return try JSONValue(parsing: request.body) } catch { throw .malformedJSON(error) }
    }

    /// The members of a body that has to be an object. Only an empty body is none: `null` is a
    /// value, and no object.
    /// - Throws: what `json()` throws; `input` with `type("object")` for anything else.
    package func object() throws(Refusal) -> Body {
        guard let body = try optionalObject() else { throw .input([Fault(["body"], .missing)]) }
        return body
    }

    /// The same; nil without a body.
    package func optionalObject() throws(Refusal) -> Body? {
        guard let value = try optionalJSON() else { return nil }
        guard let object = value.asObject else {
            throw .input([Fault(["body"], .type("object"), input: value)])
        }
        return Body(object)
    }
}

extension Fields {
    /// Whether the media type is JSON: `application/json`, `application/...+json`, in any case and
    /// with any parameters, or none at all.
    var tellJSON: Bool {
        guard let raw = raw("content-type") else { return true }
        // Before all else what nearly every client writes.
        if raw.elementsEqual("application/json".utf8) { return true }
        let type = raw.prefix { $0 != UInt8(ascii: ";") }.filter { $0 != 0x20 && $0 != 0x09 }
        let essence = String(decoding: type, as: UTF8.self).lowercased()
        return essence == "application/json" || essence.isEmpty
            || (essence.hasPrefix("application/") && essence.hasSuffix("+json"))
    }
}

extension Response {
    /// The engine's answer on the wire; a stored one says that it is.
    package init(_ reply: Reply) {
        self =
            reply.body.isEmpty
            ? Response(status: reply.status) : .json(reply.status, reply.body)
        if reply.isReplay { add("Idempotent-Replayed", "true") }
    }

    /// An answer with a tree of values as its body.
    package static func json(_ status: Int, _ value: JSONValue) -> Response {
        .json(status, value.serialized())
    }
}

extension Reply {
    /// An answer with a tree of values as its body.
    package init(status: Int, json: JSONValue) {
        self.init(status: status, body: json.serialized())
    }
}
