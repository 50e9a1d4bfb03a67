import Glibc

extension Server {
    /// How many connections there can be: as many as the limits say, as far as the process has
    /// descriptors for them.
    package struct Capacity: Sendable, Equatable {
        /// The limit of the process.
        package let descriptors: Int
        package let connections: Int
        /// Connections of which no request has proved who sends it.
        package let strangers: Int

        /// - Parameter descriptors: some of them are left for files and the store, at most half;
        ///   and a quarter of the rest for those who prove who they are.
        package init(_ limits: Limits, descriptors: Int) {
            self.descriptors = descriptors
            let room = max(descriptors / 2, descriptors - limits.sparedDescriptors)
            connections = min(limits.connectionsMax, room)
            strangers = min(limits.strangersMax, max(1, room - room / 4))
        }
    }
}

/// Raises the soft limit of descriptors to the hard one.
/// - Returns: the limit that now holds.
@discardableResult
package func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    if limit.rlim_cur < limit.rlim_max {
        let soft = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
            limit.rlim_cur = soft
        }
    }
    return Int(clamping: limit.rlim_cur)
}
