import Synchronization

/// Who is connected, over all loops: the limits on connections in all, of one address and of
/// strangers.
final class Census: Sendable {
    private let open = Atomic<Int>(0)
    private let unknown = Atomic<Int>(0)
    private let byAddress = Mutex<[String: Int]>([:])
    private let connectionsMax: Int
    private let addressConnectionsMax: Int
    private let strangersMax: Int

    init(connectionsMax: Int, addressConnectionsMax: Int, strangersMax: Int) {
        self.strangersMax = strangersMax
        self.connectionsMax = connectionsMax
        self.addressConnectionsMax = addressConnectionsMax
    }

    var count: Int { open.reading }
    var strangers: Int { unknown.reading }

    /// Counts a newcomer; false, and nothing is counted, above a limit.
    /// - Parameter address: as it is counted; nil for one whose address has no limit.
    func enter(_ address: String?) -> Bool {
        guard open.add(1, ordering: .relaxed).newValue <= connectionsMax else {
            open.subtract(1, ordering: .relaxed)
            return false
        }
        guard let address, addressConnectionsMax > 0 else { return true }
        let hasRoom = byAddress.withLock { counts in
            let count = counts[address, default: 0]
            guard count < addressConnectionsMax else { return false }
            counts[address] = count + 1
            return true
        }
        if !hasRoom { open.subtract(1, ordering: .relaxed) }
        return hasRoom
    }

    /// Takes back one `enter` that was true, of the same address.
    func leave(_ address: String?) {
        open.subtract(1, ordering: .relaxed)
        guard let address, addressConnectionsMax > 0 else { return }
        byAddress.withLock { counts in
            let count = counts[address, default: 0]
            counts[address] = count > 1 ? count - 1 : nil
        }
    }

    /// Counts a stranger.
    /// - Returns: whether there is one too many now.
    func enterStranger() -> Bool {
        unknown.add(1, ordering: .relaxed).newValue > strangersMax
    }

    /// Takes back one `enterStranger`: the connection was closed, or is a stranger's no more.
    func leaveStranger() { unknown.subtract(1, ordering: .relaxed) }
}
