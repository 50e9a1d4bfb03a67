import Synchronization

/// Counts failed authentications by address and says when there were too many: 20 at once, then one
/// a second (reliability section 7).
package final class FailureThrottle: Sendable {
    /// Failures an address may make at once.
    static let burst: Int64 = 20
    /// Milliseconds after which one more failure is allowed to an address that used up its burst.
    static let refillMilliseconds: Int64 = 1000
    /// Addresses kept: a full table drops those that have recovered, else all.
    static let addressesMax = 4096

    /// For each address the moment at which it has recovered: the bucket as one number.
    private let recovered = Mutex<[String: Int64]>([:])

    package init() {}

    /// Addresses in the table.
    var count: Int { recovered.withLock(\.count) }

    /// Notes a failure.
    /// - Parameters:
    ///   - address: of the peer, without the port.
    ///   - now: milliseconds of a monotonic clock.
    /// - Returns: whether it is one too many: answer 429.
    package func isOneTooMany(from address: String, now: Int64) -> Bool {
        recovered.withLock { table in
            makeRoom(in: &table, now: now)
            let until = max(table[address] ?? now, now)
            guard until - now <= (Self.burst - 1) * Self.refillMilliseconds else { return true }
            table[address] = until + Self.refillMilliseconds
            return false
        }
    }

    private func makeRoom(in table: inout [String: Int64], now: Int64) {
        guard table.count >= Self.addressesMax else { return }
        table = table.filter { $0.value > now }
        if table.count >= Self.addressesMax { table = [:] }
    }
}
