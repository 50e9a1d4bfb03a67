import Dialect
import HTTP
import JSON

/// How Kubiya reads the body of a request.
enum RequestBody {
    /// The body as an object. No body is taken for null, and a body of another media type for a
    /// JSON text: neither is an object.
    /// - Throws: 422 with the item that says so.
    static func object(_ exchange: Exchange) throws(Refusal) -> Body {
        let value: JSONValue?
        do {
            value = try exchange.optionalJSON()
        } catch .mediaType {
            value = .string(text(exchange))
        } catch {
            throw error
        }
        guard let value, !value.isNull else { throw .input([Fault(["body"], .missing)]) }
        guard let members = value.asObject else {
            throw .input([Fault(["body"], .type("object"), input: value)])
        }
        return Body(members)
    }

    /// The body as it came; empty where it is not UTF-8.
    static func text(_ exchange: Exchange) -> String {
        String(validating: exchange.request.body, as: UTF8.self) ?? ""
    }
}
