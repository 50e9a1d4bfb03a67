import HTTP
import JSON
import Runs

/// Why a request is not served. Each style spells all of them in its own envelope, in one table.
package enum Refusal: Error, Sendable {
    /// The engine said no.
    case run(RunError)
    /// The bytes were no request that can be served, or the server is full: 400, 408, 413, 414,
    /// 417, 421, 431, 500, 501, 503, 505. The reason is ours and may be shown.
    case transport(status: Int, reason: String)
    /// No credential: 401.
    case noCredential
    /// A credential that is malformed, unknown, expired or revoked: 401.
    case badCredential
    /// Two credentials, or one field twice: 400, never "try the other" (reliability K6).
    case twoCredentials
    /// Too many failed authentications from this address: 429.
    case tooManyFailures
    /// A key of a whole organization and a request that names no workspace: 400.
    case noWorkspace
    /// The role of the key does not grant the right: 403.
    case forbidden(Right)
    /// No such path: 404.
    case noRoute
    /// The path is there, the method is not: 405. The Gateway sets `Allow`.
    case methodNotAllowed([Method])
    /// A body of another media type than the route takes.
    case mediaType
    /// A body with a Content-Encoding: 415 in native, 400 in the other styles.
    case contentEncoding
    case malformedJSON(JSONError)
    /// Values that are missing or wrong, in the order they were looked at; never empty.
    case input([Fault])
    /// A sentence of the vendor's contract that no other case fits.
    case said(status: Int, message: String)
}

/// One value of a request that is missing or wrong.
package struct Fault: Sendable, Equatable {
    /// Where it stands: `["body", "steps", 0, "name"]`, `["query", "limit"]`, `["path", "run_id"]`.
    package let location: [JSONValue]
    package let kind: FaultKind
    /// What stood there; nil for nothing.
    package let input: JSONValue?

    package init(_ location: [JSONValue], _ kind: FaultKind, input: JSONValue? = nil) {
        self.location = location
        self.kind = kind
        self.input = input
    }

    /// The place as an RFC 6901 pointer into the body, or `query/limit` for what is not in it.
    package var pointer: String {
        let isInBody = location.first?.asString == "body"
        let tokens = location.dropFirst(isInBody ? 1 : 0).map { token in
            token.asString.map(escaped) ?? token.asInteger.map(String.init) ?? ""
        }
        let joined = tokens.joined(separator: "/")
        return isInBody ? (tokens.isEmpty ? "" : "/" + joined) : joined
    }

    /// The place without its first word, dotted: `steps.0.name`; `body` for the body itself.
    package var name: String {
        let tokens = location.dropFirst().map { token in
            token.asString ?? token.asInteger.map(String.init) ?? ""
        }
        return tokens.isEmpty ? location.first?.asString ?? "" : tokens.joined(separator: ".")
    }

    /// What is wrong, as a clause that goes behind the name: `is missing`.
    package var clause: String {
        switch kind {
        case .missing: "is missing"
        case .type(let expected): "is not of type \(expected)"
        case .tooShort(let least): "is shorter than \(least)"
        case .tooLong(let most): "is longer than \(most)"
        case .outOfRange(let range): "is not in \(range)"
        case .value(let reason): reason
        }
    }

    /// The whole sentence: `reason is missing`.
    package var sentence: String { "\(name) \(clause)" }

    private func escaped(_ token: String) -> String {
        var bytes: [UInt8] = []
        for byte in token.utf8 {
            switch byte {
            case UInt8(ascii: "~"): bytes += "~0".utf8
            case UInt8(ascii: "/"): bytes += "~1".utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What is wrong with a value.
package enum FaultKind: Sendable, Equatable {
    case missing
    /// Not the type it has to be: `string`, `integer`, `object`, `array`, `boolean`, `date-time`.
    case type(String)
    /// Fewer than so many characters (Unicode scalars), or items.
    case tooShort(Int)
    /// More than so many characters (Unicode scalars), or items.
    case tooLong(Int)
    /// Not within the range, which is spelled out: `0...3600`.
    case outOfRange(String)
    /// Anything else, as a clause that goes behind the name: `is not a UUID`.
    case value(String)
}
