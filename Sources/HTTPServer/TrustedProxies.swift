import HTTP

/// The peers that are believed when they say for whom they ask, in `X-Forwarded-For`. Of nobody
/// else that field counts, and no other such field of anybody.
/// - Source: reliability rules, N12; decisions, section 4.
package struct TrustedProxies: Sendable, Equatable {
    private var networks: [Network] = []
    private var hasUnix = false

    /// Nobody is believed.
    package init() {}

    /// Adds the addresses of a network such as `10.0.0.0/8`, or with `unix` the peers of the Unix
    /// socket the server listens on.
    /// - Returns: false for anything else.
    package mutating func add(_ text: String) -> Bool {
        if text == "unix" {
            hasUnix = true
            return true
        }
        guard let network = Network(text) else { return false }
        networks.append(network)
        return true
    }

    /// Whether a peer is one of them.
    func contain(_ address: SocketAddress) -> Bool {
        if address.peer == .unix { return hasUnix }
        guard !networks.isEmpty, let address = address.network else { return false }
        return contain(address)
    }

    private func contain(_ address: NetworkAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }

    /// For whom one of them asks: the last address of `X-Forwarded-For` that is not another of
    /// them. What stands in front of it anybody may have written.
    /// - Returns: nil where the proxy speaks for itself: there is no such address, or something
    ///   stands in its place that is none. An address of loopback is that of the proxy's machine,
    ///   so it is like any other.
    func client(_ fields: Fields) -> Peer? {
        for line in fields.allRaw("x-forwarded-for").reversed() {
            let items = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            for item in items.reversed() {
                guard let address = NetworkAddress(Self.trimmed(item)) else { return nil }
                if !contain(address) { return .address(address.text) }
            }
        }
        return nil
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let blanks = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        let end = bytes.lastIndex { !blanks.contains($0) }.map { $0 + 1 } ?? bytes.startIndex
        return bytes[..<end].drop { blanks.contains($0) }
    }
}
