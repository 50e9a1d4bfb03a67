/// Where the words of a request line stand in the bytes of a head, as far as they were read.
struct RequestLine: Sendable {
    /// The digits of a version stand at 5 and 7.
    static let versionTemplate: [UInt8] = Array("HTTP/0.0".utf8)

    var method: Range<Int>?
    var target: Range<Int>?
    var major: UInt8 = 1
    var minor: UInt8 = 1

    /// The method where it was read and is one we know.
    func knownMethod(in bytes: [UInt8]) -> Method? {
        method.flatMap { Method(bytes[$0]) }
    }

    /// The target where it was read and is valid.
    func readTarget(in bytes: [UInt8]) -> Target? {
        guard let target else { return nil }
        return try? Target(bytes[target], isConnect: knownMethod(in: bytes) == .connect)
    }
}

extension Head {
    /// Puts a head together and checks what its parts say about each other.
    /// - Throws: 505 for another major version, 501 for a method we do not have, 417 for an unknown
    ///   expectation, 400 for all else.
    convenience init(_ line: RequestLine, in bytes: [UInt8], fields: Fields) throws(Fault) {
        guard let methodRange = line.method, let targetRange = line.target else {
            throw Fault(400, "the request line is not whole")
        }
        guard line.major == 1 else { throw Fault(505, "this server speaks HTTP/1.1") }
        let method = Method(bytes[methodRange])
        let target = try Target(bytes[targetRange], isConnect: method == .connect)
        guard let method else { throw Fault(501, "unknown method") }
        if target.form == .asterisk, method != .options {
            throw Fault(400, "the target * is for OPTIONS only")
        }
        let framing = try Framing(of: fields, versionMinor: line.minor)
        // A tunnel is not ours to make, an echo would show credentials (RFC 9110, 9.3.6, 9.3.8).
        if method == .connect || method == .trace { throw Fault(501, "unsupported method") }
        self.init(
            method: method, target: target, fields: fields, versionMinor: Int(line.minor),
            framing: framing)
    }
}
