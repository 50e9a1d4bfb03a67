/// Who is at the other end of a connection.
package enum Peer: Sendable, Hashable {
    case loopback
    case unix
    /// The address as text, without the port.
    case address(String)
}

/// A whole request: its head and all of its body.
package struct Request: Sendable {
    package let head: Head
    package let body: [UInt8]
    package let peer: Peer

    package init(head: Head, body: [UInt8] = [], peer: Peer = .loopback) {
        self.head = head
        self.body = body
        self.peer = peer
    }

    /// A request made from text, for callers without a connection; nil when the target is not one.
    package init?(
        _ method: Method, _ target: String, fields: [(String, String)] = [], body: [UInt8] = []
    ) {
        guard let target = Target(target) else { return nil }
        let length: Head.BodyLength = body.isEmpty ? .none : .length(body.count)
        let head = Head(
            method: method, target: target, fields: Fields(fields), versionMinor: 1,
            framing: Framing(bodyLength: length, keepsAlive: true, expectsContinue: false))
        self.init(head: head, body: body)
    }

    package var method: Method { head.method }
    package var target: Target { head.target }
    package var fields: Fields { head.fields }
}
