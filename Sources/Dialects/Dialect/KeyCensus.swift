import Runs
import Synchronization

/// Counts the streams that are open, or the calls that wait, in all and of each key.
/// - Source: http-checklist.md, item 122; reliability.md, section 7.
package final class KeyCensus: Sendable {
    /// How many there may be at a time; one more is refused.
    package struct Limits: Sendable {
        package var inAll: Int
        package var ofKey: Int

        package static let streams = Limits(inAll: 10_000, ofKey: 50)
        /// In all, the engine counts them.
        package static let waiters = Limits(inAll: .max, ofKey: 2_500)
    }

    private struct Open {
        var inAll = 0
        var ofKey: [String: Int] = [:]
    }

    private let name: String
    private let limits: Limits
    private let open = Mutex(Open())

    /// - Parameter name: of the limit in all; that of a key is called `key_` and this.
    init(_ name: String, _ limits: Limits) {
        self.name = name
        self.limits = limits
    }

    /// How many are open.
    var count: Int { open.withLock { $0.inAll } }

    /// Counts one in, until its place is let go.
    /// - Throws: `limit` with the name of the limit that is met.
    func enter(key: String) throws(Refusal) -> Place {
        let met: String? = open.withLock { open in
            guard open.inAll < limits.inAll else { return name }
            guard open.ofKey[key, default: 0] < limits.ofKey else { return "key_\(name)" }
            open.inAll += 1
            open.ofKey[key, default: 0] += 1
            return nil
        }
        if let met { throw .run(.limit(met)) }
        return Place(census: self, key: key)
    }

    private func leave(key: String) {
        open.withLock { open in
            open.inAll -= 1
            let left = open.ofKey[key, default: 0] - 1
            open.ofKey[key] = left > 0 ? left : nil
        }
    }

    /// The place of one, given back with the last reference to it.
    final class Place: Sendable {
        private let census: KeyCensus
        private let key: String

        fileprivate init(census: KeyCensus, key: String) {
            self.census = census
            self.key = key
        }

        deinit { census.leave(key: key) }
    }
}
