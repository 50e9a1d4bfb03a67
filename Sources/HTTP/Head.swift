/// Everything of a request but its body, checked and ready to be routed. An object, because all who
/// have to do with the request hold it.
package final class Head: Sendable {
    /// How the body is delimited. Source: RFC 9112, section 6.3.
    package enum BodyLength: Sendable, Equatable {
        case none
        /// Bytes, more than 0.
        case length(Int)
        case chunked
    }

    package let method: Method
    package let target: Target
    package let fields: Fields
    /// The digit after the dot: 0 for HTTP/1.0, else served as HTTP/1.1.
    package let versionMinor: Int
    package let bodyLength: BodyLength
    /// Whether the connection may carry another request after this one.
    package let keepsAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    package let expectsContinue: Bool

    init(
        method: Method, target: Target, fields: Fields, versionMinor: Int, framing: Framing
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.versionMinor = versionMinor
        bodyLength = framing.bodyLength
        keepsAlive = framing.keepsAlive
        expectsContinue = framing.expectsContinue
    }

    /// Whether the host this request is for is among `names` (without port, in any case). A request
    /// of HTTP/1.0 without Host names none and passes.
    /// - Source: RFC 9110, section 7.4: the guard against DNS rebinding.
    package func isFor(_ names: [String]) -> Bool {
        let authority = target.authority.isEmpty ? fields.raw("host") : target.authority
        guard let authority, let name = hostName(authority) else { return versionMinor == 0 }
        return names.contains { name.equalsIgnoringCase($0) }
    }
}
