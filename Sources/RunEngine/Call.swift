import Runs

/// One request as the engine sees it: who, in which style, and whether it may be a repeat.
package struct Call: Sendable {
    package let caller: Caller
    package let style: Style
    package let requestID: String
    package let idempotency: Idempotency?

    package init(caller: Caller, style: Style, requestID: String, idempotency: Idempotency?) {
        self.caller = caller
        self.style = style
        self.requestID = requestID
        self.idempotency = idempotency
    }

    var author: Author { Author(actor: caller.keyID, style: style, requestID: requestID) }
}

/// What a client said so that a repeat of its request is known as one.
/// - Source: reliability.md, section 3.
package struct Idempotency: Hashable, Sendable {
    /// 1 to 255 characters, `!` to `~`.
    package let key: String
    /// Method and route pattern with its parameters: the same key elsewhere is another key.
    package let scope: String
    /// SHA-256 over scope, content type and raw body.
    package let fingerprint: [UInt8]
    /// How long the answer is remembered at most; nil for as long as the server keeps any.
    package let lifetimeMilliseconds: Int64?

    package init(
        key: String, scope: String, fingerprint: [UInt8], lifetimeMilliseconds: Int64? = nil
    ) {
        self.key = key
        self.scope = scope
        self.fingerprint = fingerprint
        self.lifetimeMilliseconds = lifetimeMilliseconds
    }
}

/// An answer, built inside the transaction that it reports on: nothing after the commit can turn it
/// into an error (reliability T1), and a repeat gets the same bytes.
package struct Reply: Hashable, Sendable {
    package let status: Int
    /// JSON, or empty for a status without a body.
    package let body: [UInt8]
    /// Whether it was stored by an earlier request with the same Idempotency-Key.
    package var isReplay = false
    /// Whether a repeat gets it again. False for a refusal that a style answers out of a
    /// transaction: the client may repair its request and repeat it with the same key (reliability
    /// I5).
    package var isKept = true

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}
