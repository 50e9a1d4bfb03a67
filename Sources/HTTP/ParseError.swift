/// Why a request was refused before a route was known, with what was read of it, so that the
/// refusal can wear the right envelope. The connection closes after it.
package struct ParseError: Error, Sendable {
    /// 400, 408, 413, 414, 417, 421, 431, 501 or 505.
    package let status: Int
    /// One short sentence without bytes of the client's.
    package let reason: String
    package let method: Method?
    package let target: Target?
    package let fields: Fields?

    package init(
        status: Int, reason: String, method: Method? = nil, target: Target? = nil,
        fields: Fields? = nil
    ) {
        self.status = status
        self.reason = reason
        self.method = method
        self.target = target
        self.fields = fields
    }

    /// A refusal of a request whose head was read.
    package init(status: Int, reason: String, head: Head) {
        self.init(
            status: status, reason: reason, method: head.method, target: head.target,
            fields: head.fields)
    }
}

/// A refusal as the parts of the parser throw it, before anything read is attached.
struct Fault: Error {
    let status: Int
    let reason: StaticString

    init(_ status: Int, _ reason: StaticString) {
        self.status = status
        self.reason = reason
    }
}
