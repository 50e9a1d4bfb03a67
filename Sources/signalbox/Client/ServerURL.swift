/// Where the server of a client command is: `http://host[:port][/prefix]`, or `unix:PATH`.
struct ServerURL: Hashable, Sendable {
    /// A name or an address, without brackets.
    let host: String
    let port: UInt16
    /// What stands before every path: empty, or `/prefix` without a slash at the end.
    let prefix: String
    /// The file of a Unix socket, which then is where the server is.
    var unixPath: String?

    init(host: String, port: UInt16, prefix: String = "") {
        self.host = host
        self.port = port
        self.prefix = prefix
    }

    /// - Throws: what the text should have been, for anything that is not plain HTTP.
    init(_ text: String) throws(Malformed) {
        if let path = ListenPlace.unixPath(text) {
            self.init(host: "localhost", port: 80)
            unixPath = path
            return
        }
        let scheme = "http://"
        guard text.lowercased().hasPrefix(scheme) else {
            throw Malformed(
                text.lowercased().hasPrefix("https://")
                    ? "http:// (for TLS, put a proxy or an SSH tunnel in between)"
                    : "a URL such as http://127.0.0.1:8080, or unix: and a path")
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path.removeLast() }
        guard path.utf8.allSatisfy(Self.isPathByte),
            let address = ListenAddress(authority: Self.withPort(authority)), address.port > 0
        else { throw Malformed("a URL such as http://127.0.0.1:8080, or unix: and a path") }
        self.init(host: address.host, port: address.port, prefix: String(path))
    }

    /// The authority with the port that plain HTTP has where none is given.
    private static func withPort(_ authority: Substring) -> String {
        let hasPort: Bool
        if let bracket = authority.lastIndex(of: "]") {
            hasPort = authority[bracket...].contains(":")
        } else {
            hasPort = authority.contains(":")
        }
        return hasPort ? String(authority) : authority + ":80"
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
    }

    /// What a person would call it.
    var place: String { unixPath.map { ListenPlace.unixPrefix + $0 } ?? authority }

    /// What the Host field says.
    var authority: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? host : "\(host):\(port)"
    }
}

/// Writes text as one segment of a path or one value of a query.
func percentEncoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            encoded.unicodeScalars.append(Unicode.Scalar(byte))
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            encoded += byte < 16 ? "%0\(digits)" : "%\(digits)"
        }
    }
    return encoded
}
