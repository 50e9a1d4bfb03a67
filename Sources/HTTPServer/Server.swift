import Glibc
import HTTP
import Synchronization

/// An HTTP/1.1 server: one listener, one to many loops, each with its own thread.
package final class Server: Sendable {
    /// Where a server listens, with how many loops, within which limits, for which hosts.
    package struct Configuration: Sendable {
        /// An address in digits, or `localhost`.
        package var host = "127.0.0.1"
        /// 0 takes any free port; `start` tells which.
        package var port: UInt16 = 8080
        /// The file of a Unix socket to listen on in the place of host and port.
        package var unixPath: String?
        package var loops = 1
        package var limits = Limits()
        /// The hosts, without ports, that requests may be for; others are
        /// refused with 421 (a guard for loopback listeners). nil takes any.
        package var allowedHosts: Set<String>?
        /// Who is believed about whom they ask for.
        package var trustedProxies = TrustedProxies()

        package init() {}
    }

    /// The names a loopback listener is known by; a guard adds its own to them.
    package static let loopbackNames: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    private struct Running {
        /// Taken by `start`.
        var listener: Listener?
        var loops: [EventLoop] = []
        var threads: [Thread] = []
    }

    /// What the server has room for.
    package let capacity: Capacity
    private let configuration: Configuration
    let service: Service
    private let running = Mutex(Running())

    /// A server that does nothing yet. It raises the process's limit of descriptors.
    package init(_ configuration: Configuration, _ application: Application) {
        self.configuration = configuration
        let limits = configuration.limits
        capacity = Capacity(limits, descriptors: raiseDescriptorLimit())
        service = Service(
            application: application, limits: limits,
            allowedHosts: configuration.allowedHosts.map(Array.init),
            proxies: configuration.trustedProxies, sharesListener: configuration.loops > 1,
            counters: Counters(),
            census: Census(
                connectionsMax: capacity.connections,
                addressConnectionsMax: limits.addressConnectionsMax,
                strangersMax: capacity.strangers))
    }

    /// A server that listens already, for an application that has to know the port: clients wait
    /// in the queue until `start`.
    /// - Throws: as `start`.
    package static func listening(
        _ configuration: Configuration, _ application: (_ port: UInt16) -> Application
    ) throws(ServerError) -> Server {
        let listener = try listen(configuration)
        let server = Server(configuration, application(listener.port))
        server.running.withLock { $0.listener = listener }
        return server
    }

    private static func listen(_ configuration: Configuration) throws(ServerError) -> Listener {
        if let path = configuration.unixPath {
            return try Listener(SocketAddress(path: path), path: path)
        }
        return try Listener(SocketAddress(configuration.host, port: configuration.port))
    }

    /// Listens, unless it does already, and starts the loops.
    /// - Returns: the port it listens on; 0 for a Unix socket.
    /// - Throws: when the address is not one, is taken, or the system has no room.
    package func start() throws(ServerError) -> UInt16 {
        signal(SIGPIPE, SIG_IGN)
        let listener = try takeListener()
        for index in 0..<max(1, configuration.loops) {
            let loop = try EventLoop()
            let thread = try Thread(named: "loop-\(index)") { [service] in
                loop.takeThread()
                let reactor = Reactor(loop, service)
                let acceptor = Acceptor(listener, reactor)
                withExtendedLifetime(acceptor) { reactor.run() }
            }
            running.withLock { running in
                running.loops.append(loop)
                running.threads.append(thread)
            }
        }
        return listener.port
    }

    private func takeListener() throws(ServerError) -> Listener {
        let early = running.withLock { running in
            defer { running.listener = nil }
            return running.listener
        }
        if let early { return early }
        return try Self.listen(configuration)
    }

    /// Ends in good order: accepts nothing more, closes what is idle, answers what is under way
    /// with `Connection: close`, cancels the tasks of long polls so that they answer at once.
    ///
    /// Blocks the caller, who must not be on a loop, until all is done or the time is over, when
    /// what is left is cut. Repeated calls return at once.
    /// - Parameter meanwhile: called when the loops have been told: answers that are given from
    ///   then on are the last of their connections.
    package func drain(milliseconds: Int, meanwhile: () -> Void = {}) {
        let (loops, threads) = running.withLock { running in
            defer { running = Running() }
            return (running.loops, running.threads)
        }
        let deadline = Clock.monotonicMilliseconds() + Int64(milliseconds)
        for loop in loops { loop.drain(by: deadline) }
        meanwhile()
        for thread in threads { thread.join() }
    }

    /// What has happened so far.
    package var counts: Counts { service.counters.read(service.census) }
}
