/// What a request is about: the path in segments and the query.
package struct Target: Sendable {
    /// How the target was written. Source: RFC 9112, section 3.2.
    package enum Form: Sendable {
        case origin, absolute, asterisk, authority
    }

    package let form: Form
    /// What stands between the slashes, empty segments kept: `/` has one empty segment,
    /// `/execute_flow//pause` has three, `*` has none.
    package let segments: [Segment]
    /// The query after the question mark, which may be empty.
    package let query: Query
    /// The path as it was sent, without the query.
    private let path: ArraySlice<UInt8>
    /// Host and port of an absolute or authority form; empty otherwise.
    let authority: ArraySlice<UInt8>

    /// The path as it was sent, still encoded: printable ASCII.
    package var rawPath: String { String(decoding: path, as: UTF8.self) }

    /// A target written as text; nil when it is not one a request may carry.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.allSatisfy(\.isTarget),
            let target = try? Target(bytes[...], isConnect: false)
        else { return nil }
        self = target
    }

    /// Reads a target whose bytes all are such as a target may have.
    /// - Throws: 400 for any form that RFC 9112, section 3.2 does not allow here, 421 for https.
    init(_ bytes: ArraySlice<UInt8>, isConnect: Bool) throws(Fault) {
        guard escapesAreWhole(bytes) else { throw Fault(400, "a % without two hex digits") }
        if isConnect {
            try self.init(authority: bytes)
        } else if bytes.first == UInt8(ascii: "/") {
            self.init(form: .origin, authority: [], rest: bytes)
        } else if bytes.elementsEqual("*".utf8) {
            self.init(form: .asterisk, authority: [], rest: [])
        } else {
            try self.init(absolute: bytes)
        }
    }

    private init(authority bytes: ArraySlice<UInt8>) throws(Fault) {
        guard isHost(bytes), bytes.contains(UInt8(ascii: ":")) else {
            throw Fault(400, "the target of CONNECT is a host and a port")
        }
        self.init(form: .authority, authority: bytes, rest: [])
    }

    private init(absolute bytes: ArraySlice<UInt8>) throws(Fault) {
        // Over a connection that is not ours to call secure (RFC 9110, section 7.4).
        if bytes.after("https://") != nil { throw Fault(421, "this is not the server of https") }
        guard let rest = bytes.after("http://") else {
            throw Fault(400, "the target does not start with a slash")
        }
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
        let authority = rest[..<(end ?? rest.endIndex)]
        guard !authority.isEmpty, isHost(authority) else {
            throw Fault(400, "the target's host is not valid")
        }
        self.init(form: .absolute, authority: authority, rest: rest[authority.endIndex...])
    }

    /// - Parameter rest: path and query.
    private init(form: Form, authority: ArraySlice<UInt8>, rest: ArraySlice<UInt8>) {
        let mark = rest.firstIndex(of: UInt8(ascii: "?"))
        let path = rest[..<(mark ?? rest.endIndex)]
        self.form = form
        self.authority = authority
        self.path = path.isEmpty && form == .absolute ? [UInt8(ascii: "/")] : path
        self.query = Query(raw: mark.map { rest[($0 + 1)...] } ?? [])
        segments = Target.segments(of: self.path)
    }

    private static func segments(of path: ArraySlice<UInt8>) -> [Segment] {
        var segments: [Segment] = []
        guard path.first == UInt8(ascii: "/") else { return segments }
        segments.reserveCapacity(6)
        var start = path.startIndex + 1
        for index in start..<path.endIndex where path[index] == UInt8(ascii: "/") {
            segments.append(Segment(raw: path[start..<index]))
            start = index + 1
        }
        segments.append(Segment(raw: path[start..<path.endIndex]))
        return segments
    }
}

extension ArraySlice<UInt8> {
    /// What follows a prefix, which is compared without case; nil where it does not start so.
    fileprivate func after(_ prefix: String) -> ArraySlice<UInt8>? {
        guard self.prefix(prefix.utf8.count).equalsIgnoringCase(prefix) else { return nil }
        return dropFirst(prefix.utf8.count)
    }
}

/// Whether every `%` is followed by two hexadecimal digits.
private func escapesAreWhole(_ bytes: ArraySlice<UInt8>) -> Bool {
    var index = bytes.startIndex
    while index < bytes.endIndex {
        guard bytes[index] == UInt8(ascii: "%") else {
            index += 1
            continue
        }
        guard bytes.endIndex - index > 2, bytes[index + 1].hexValue != nil,
            bytes[index + 2].hexValue != nil
        else { return false }
        index += 3
    }
    return true
}
