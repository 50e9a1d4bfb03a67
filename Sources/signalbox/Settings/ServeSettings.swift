import Dialect
import HTTPServer

/// What a server is told to be.
struct ServeSettings: Sendable {
    static let standardData = "./signalbox-data"

    var listen = ListenPlace.address(ListenAddress(host: "127.0.0.1", port: 8080))
    var data = standardData
    /// The folder of the operator's workflow files.
    var workflows: String?
    /// How long the simulated worker works on a task.
    var simulateMilliseconds: Int64?
    var isDemo = false
    /// Whether workflows made through the API may run commands on this machine.
    var allowsCommands = false
    var loops = 1
    /// The least that the log tells.
    var logLevel = Log.Level.notice
    /// Where clients reach the server, for links and for the hosts it answers to.
    var publicURL: PublicURL?
    var isInsecureListenAllowed = false
    /// Further names the server answers to, without ports; IPv6 addresses in brackets.
    var hosts: [String] = []
    /// Who is believed about whom they ask for.
    var trustedProxies = TrustedProxies()
    var limits = ServeLimits()

    /// Settings that are well formed and cannot hold together.
    /// - Throws: status 78.
    func check() throws(Exit) {
        if case .address(let address) = listen, !address.isLoopback, !isInsecureListenAllowed {
            throw Exit(
                .configuration,
                "listening on \(address.host), beyond this machine and without TLS, needs "
                    + "--insecure-listen")
        }
        if let workflows, !isFolder(workflows) {
            throw Exit(.configuration, "--workflows: \(workflows) is no folder")
        }
        try limits.check()
    }
}

/// The address clients use, when it is not the one the server listens on.
struct PublicURL: Hashable, Sendable {
    /// Without a slash at the end.
    let text: String
    /// The name in it, without the port; an IPv6 address in brackets.
    let host: String

    /// Nil for anything but `http://` or `https://`, a host, and perhaps a port and a path.
    init?(_ text: String) {
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { text.hasPrefix($0) }) else { return nil }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" }
        let path = text.dropFirst(scheme.count + authority.count)
        let hasPort = authority.contains(":") && authority.last != "]"
        guard
            let address = ListenAddress(authority: hasPort ? String(authority) : authority + ":0"),
            !path.contains("?"), !path.contains("#"),
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        host = address.urlHost
        var trimmed = Substring(text)
        while trimmed.last == "/" { trimmed.removeLast() }
        self.text = String(trimmed)
    }
}
