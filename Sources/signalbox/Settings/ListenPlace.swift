/// Where the server listens: an address with a port, or the file of a Unix socket.
enum ListenPlace: Hashable, Sendable {
    case address(ListenAddress)
    case unix(path: String)

    /// What the text of a Unix socket begins with.
    static let unixPrefix = "unix:"
    /// What the kernel takes, without the byte that ends it.
    static let pathBytesMax = 107

    /// Nil for anything but an address in digits, or `localhost`, with a port, or `unix:` and a
    /// path that a socket can have.
    init?(_ text: String) {
        if let path = Self.unixPath(text) {
            self = .unix(path: path)
        } else {
            guard !text.hasPrefix(Self.unixPrefix), let address = ListenAddress(text) else {
                return nil
            }
            self = .address(address)
        }
    }

    /// The path behind `unix:`; nil without that, or for a path that no socket can have.
    static func unixPath(_ text: String) -> String? {
        guard text.hasPrefix(unixPrefix) else { return nil }
        let path = text.dropFirst(unixPrefix.count)
        guard (1...pathBytesMax).contains(path.utf8.count), !path.utf8.contains(0),
            path.last != "/"
        else { return nil }
        return String(path)
    }

    /// Whether only this machine reaches it.
    var isLoopback: Bool {
        switch self {
        case .address(let address): address.isLoopback
        case .unix: true
        }
    }

    /// As the settings have it.
    var text: String {
        switch self {
        case .address(let address): "\(address.urlHost):\(address.port)"
        case .unix(let path): Self.unixPrefix + path
        }
    }

    /// What the ready line says, with the port that the system chose.
    func name(port: UInt16) -> String {
        switch self {
        case .address(let address): address.url(port: port)
        case .unix(let path): Self.unixPrefix + path
        }
    }

    /// What links begin with where nothing else is said.
    func url(port: UInt16) -> String {
        switch self {
        case .address(let address): address.url(port: port)
        case .unix: "http://localhost"
        }
    }
}
