import Glibc

/// Where the server listens: `127.0.0.1:8080`, `[::1]:0`, `localhost:8080`.
struct ListenAddress: Hashable, Sendable {
    /// A name or an address, without brackets.
    var host: String
    /// 0 lets the system choose.
    var port: UInt16

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Nil for anything but an address in digits, or `localhost`, and a port with a colon between.
    /// A name would have to be looked up, and may come to mean another place.
    init?(_ text: String) {
        self.init(authority: text)
        guard host == "localhost" || Self.isInDigits(host) else { return nil }
    }

    /// Any host and a port with a colon between, as a URL names them.
    init?(authority text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = wholeNumber(text[text.index(after: colon)...]).flatMap(UInt16.init(exactly:))
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else { return nil }
        self.init(host: String(host), port: port)
    }

    private static func isInDigits(_ host: String) -> Bool {
        var address = in6_addr()
        return inet_pton(host.contains(":") ? AF_INET6 : AF_INET, host, &address) == 1
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: ":"), UInt8(ascii: "%"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Whether only this machine reaches it.
    var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { wholeNumber($0).map { $0 < 256 } ?? false }
    }

    /// The host as a URL has it: an IPv6 address stands in brackets.
    var urlHost: String { host.contains(":") ? "[\(host)]" : host }

    /// `http://127.0.0.1:8080`, with another port where the system chose one.
    func url(port: UInt16) -> String { "http://\(urlHost):\(port)" }
}
