import Agno
import Dialect
import Dispatch
import Extend
import Feather
import Glibc
import HTTP
import HTTPServer
import Kubiya
import Native
import RunEngine
import RunStore
import Runs
import SQLite
import Synchronization
import Wexa
import Workers

/// Everything a server is made of, put together once.
final class Station: Sendable {
    /// How long requests under way may take to finish when the server ends (reliability X1).
    static let drainMilliseconds = 10_000

    let engine: RunEngine
    private let store: Store
    private let workers: BuiltInWorkers
    private let log: Log
    private let front: Front
    private let isDraining = Atomic(false)
    /// Seconds since 1970.
    private let startedAt = Double(Environment.live.now().milliseconds) / 1000

    /// Opens the store in the folder and makes the first key when there is none.
    /// - Throws: status 65 for a file that is damaged or newer, 70 when storage fails.
    init(_ settings: ServeSettings, folder: String, log: Log) throws(Exit) {
        self.log = log
        let front = Front(log)
        self.front = front
        do {
            store = try Store(path: folder + "/signalbox.db", environment: .live) {
                front.endAfterStorageFailure("\($0)")
            }
            engine = try RunEngine(
                store: store, environment: .live, limits: settings.limits.engine,
                report: { cause in log.write(.error, "failure") { $0.member("cause", cause) } })
            try engine.bootstrap { try AdminKey.write($0, in: folder) }
        } catch StoreError.unusable(let reason) {
            throw Exit(.data, "cannot use the data in \(folder): \(reason)")
        } catch let exit as Exit {
            throw exit
        } catch {
            throw Exit(.software, "cannot open the data in \(folder): \(error)")
        }
        workers = BuiltInWorkers(settings, folder: folder, engine: engine)
    }

    /// Ends what an earlier server left, then starts the clock, the workers and the loops.
    /// - Returns: the port it listens on; 0 for a Unix socket.
    /// - Throws: status 75 when the address is taken, 78 when it cannot be listened on, 70 when
    ///   storage fails.
    func start(_ settings: ServeSettings) throws(Exit) -> UInt16 {
        let server = try listen(settings)
        front.server.withLock { $0 = server }
        tell(server.capacity, settings.limits.server)
        let (killed, lost) = workers.recover()
        if killed + lost > 0 {
            log.write(.notice, "recovered") {
                $0.member("processes_killed", killed)
                $0.member("attempts_lost", lost)
            }
        }
        do {
            try engine.startClock()
            workers.start()
            return try server.start()
        } catch {
            throw Exit(.software, "cannot start: \(error)")
        }
    }

    /// Says how many connections there can be, and when that is less than was asked for.
    private func tell(_ capacity: Server.Capacity, _ limits: Server.Limits) {
        let isLess =
            capacity.connections < limits.connectionsMax
            || capacity.strangers < limits.strangersMax
        log.write(isLess ? .warning : .notice, "descriptors") {
            $0.member("limit", capacity.descriptors)
            $0.member("connections", capacity.connections)
            $0.member("strangers", capacity.strangers)
            if isLess { $0.member("cause", "there are too few descriptors for the limits set") }
        }
    }

    private func listen(_ settings: ServeSettings) throws(Exit) -> Server {
        var configuration = Server.Configuration()
        switch settings.listen {
        case .address(let address):
            configuration.host = address.host
            configuration.port = address.port
        case .unix(let path): configuration.unixPath = path
        }
        configuration.loops = settings.loops
        configuration.limits = settings.limits.server
        configuration.allowedHosts = settings.allowedHosts
        configuration.trustedProxies = settings.trustedProxies
        do throws(ServerError) {
            return try Server.listening(configuration) { port in
                gateway(settings, url: settings.publicURL?.text ?? settings.listen.url(port: port))
                    .application
            }
        } catch {
            let place = settings.listen.text
            switch error {
            case .address:
                throw Exit(.configuration, "--listen: \(place) is no address")
            case .system(_, EEXIST):
                throw Exit(
                    .configuration, "cannot listen on \(place): the file there is not a socket")
            case .system(let call, let code):
                throw Exit(
                    code == EADDRINUSE ? .temporary : .configuration,
                    "cannot listen on \(place): \(call): \(systemError(code))")
            }
        }
    }

    private func gateway(_ settings: ServeSettings, url: String) -> Gateway {
        let documents = Documents.all()
        var native = Native.Settings()
        native.documents = documents
        native.allowsCommands = settings.allowsCommands
        native.metrics = { [front, startedAt] in
            Metrics.all(front.server.withLock { $0 }, startedAt: startedAt)
        }
        native.isReady = { [self] in !isDraining.load(ordering: .relaxed) && engine.isWriting }
        let pages = Agno.Pages(
            startedAt: Environment.live.now(), version: Program.version,
            openAPI: documents["agno"])
        var gateway = Gateway.Settings(publicURL: url, log: log)
        gateway.streams = settings.limits.streams
        gateway.waiters = settings.limits.waiters
        return Gateway(
            dialects: [
                Native.dialect(native), Feather.dialect, Extend.dialect, Wexa.dialect,
                Agno.dialect(pages), Kubiya.dialect,
            ],
            engine: engine, settings: gateway)
    }

    /// What is under way: open connections, those of them where a long poll or a stream waits, and
    /// the tasks of the workers inside.
    var load: (connections: Int, waiting: Int, tasks: Int) {
        let counts = front.server.withLock { $0 }?.counts
        return (counts?.open ?? 0, counts?.waiting ?? 0, workers.count)
    }

    /// Ends in good order: nothing new is taken, what is under way is answered, the workers hand
    /// back what they hold, the store is closed. Waits on the calling thread.
    /// - Source: reliability.md, X1.
    func drain() {
        isDraining.store(true, ordering: .relaxed)
        let workersAreDone = DispatchSemaphore(value: 0)
        startThread(named: "drain-workers") { [self] in
            workers.drain()
            workersAreDone.signal()
        }
        front.server.withLock { $0 }?.drain(milliseconds: Self.drainMilliseconds) {
            engine.releaseWaiters()
        }
        workersAreDone.wait()
        store.close()
    }
}

/// What clients see of the station: the server, once there is one.
private final class Front: Sendable {
    /// How long the refusals of those who waited may take to leave.
    static let lastWordsMilliseconds = 1_000

    let server = Mutex<Server?>(nil)
    private let log: Log

    init(_ log: Log) { self.log = log }

    /// Nothing this process believes of the file can be trusted any more: says so and ends, for a
    /// supervisor to start it again. Called on the writer's thread, which so writes nothing more.
    /// - Source: reliability.md, S9.
    func endAfterStorageFailure(_ cause: String) {
        log.write(.error, "storage.failed") { $0.member("cause", cause) }
        server.withLock { $0 }?.drain(milliseconds: Self.lastWordsMilliseconds)
        log.flush()
        _exit(Exit.Status.software.rawValue)
    }
}

extension ServeSettings {
    /// The hosts that requests may name: a guard for servers that only this machine reaches.
    var allowedHosts: Set<String>? {
        // No page in a browser reaches a Unix socket.
        guard case .address(let address) = listen, address.isLoopback else { return nil }
        let own = ([address.urlHost] + hosts + [publicURL?.host].compactMap { $0 })
        return Server.loopbackNames.union(own.map { $0.lowercased() })
    }
}
