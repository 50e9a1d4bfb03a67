import Digest
import RunStore
import Runs
import Synchronization

/// All keys in memory, published by the writer after each change: a request asks no table, and a
/// revoked key is refused from the next request on (reliability K4).
final class KeyRing: Sendable {
    private struct Ring {
        var rows: [String: KeyRow] = [:]
        /// When keys were used, since that was written last.
        var uses: [String: Timestamp] = [:]
    }

    private let ring = Mutex(Ring())
    /// Compared against when no key has the id, so that this takes as long (K3).
    private let nobody = [UInt8](repeating: 0, count: SHA256.digestBytes)

    func replace(_ keys: [KeyRow]) {
        let table = Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { _, newest in newest })
        ring.withLock { $0.rows = table }
    }

    /// The key of a token; nil when there is none, or it is expired or revoked.
    func key(_ text: String, now: Timestamp) -> KeyRow? {
        guard let token = KeyToken(parsing: text) else { return nil }
        let row = ring.withLock { $0.rows[token.id] }
        let isEqual = constantTimeEqual(token.hash, row?.hash ?? nobody)
        guard let row, isEqual, row.revokedAt == nil else { return nil }
        if let expiresAt = row.expiresAt, expiresAt <= now { return nil }
        ring.withLock { $0.uses[row.id] = now }
        return row
    }

    /// Whether the key of this id is neither revoked nor expired.
    func holds(_ id: String, now: Timestamp) -> Bool {
        guard let row = ring.withLock({ $0.rows[id] }), row.revokedAt == nil else { return false }
        return row.expiresAt.map { $0 > now } ?? true
    }

    /// When keys were used since this was asked last, for the clock to write down (K2).
    func takeUses() -> [String: Timestamp] {
        ring.withLock { ring in
            defer { ring.uses = [:] }
            return ring.uses
        }
    }

    func all() -> [KeyRow] {
        ring.withLock { Array($0.rows.values) }.sorted {
            ($0.createdAt, $0.id) < ($1.createdAt, $1.id)
        }
    }
}
