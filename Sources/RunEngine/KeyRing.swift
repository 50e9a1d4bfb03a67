import Digest
import RunStore
import Runs
import Synchronization

/// All keys in memory, published by the writer after each change: a request asks no table, and a
/// revoked key is refused from the next request on (reliability K4).
final class KeyRing: Sendable {
    private let rows = Mutex<[String: KeyRow]>([:])
    /// Compared against when no key has the id, so that this takes as long (K3).
    private let nobody = [UInt8](repeating: 0, count: SHA256.digestBytes)

    func replace(_ keys: [KeyRow]) {
        let table = Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { _, newest in newest })
        rows.withLock { $0 = table }
    }

    /// The key of a token; nil when there is none, or it is expired or revoked.
    func key(_ text: String, now: Timestamp) -> KeyRow? {
        guard let token = KeyToken(parsing: text) else { return nil }
        let row = rows.withLock { $0[token.id] }
        let isEqual = constantTimeEqual(token.hash, row?.hash ?? nobody)
        guard let row, isEqual, row.revokedAt == nil else { return nil }
        if let expiresAt = row.expiresAt, expiresAt <= now { return nil }
        return row
    }

    /// Whether the key of this id is neither revoked nor expired.
    func holds(_ id: String, now: Timestamp) -> Bool {
        guard let row = rows.withLock({ $0[id] }), row.revokedAt == nil else { return false }
        return row.expiresAt.map { $0 > now } ?? true
    }

    func all() -> [KeyRow] {
        rows.withLock { Array($0.values) }.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }
}
