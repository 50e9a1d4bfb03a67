import Dialect
import Glibc
import Runs

/// `signalbox serve`.
enum Serve {
    /// How long ending in good order may take in all (reliability X1).
    static let endMillisecondsMax: Int64 = 25_000

    /// Serves until a signal ends it.
    /// - Throws: what keeps it from serving, before the line that says it is ready.
    static func run(_ arguments: [String], environment: [String: String]) throws(Exit) {
        let settings = try settings(arguments, environment: environment)
        let signals = StopSignals()
        let folder = try DataFolder(settings.data)
        let log = Log(level: settings.logLevel)
        let isFirst = access(AdminKey.path(in: folder.path), F_OK) != 0
        let station = try Station(settings, folder: folder.path, log: log)
        if let workflows = settings.workflows {
            _ = try WorkflowFiles.install(from: workflows, into: station.engine)
        }
        let demo = settings.isDemo ? try Demo.install(into: station.engine) : nil
        let port = try station.start(settings)
        let place = settings.listen.name(port: port)
        say("signalbox ready on \(place)")
        Greeting(data: folder.path, isFirst: isFirst, engine: station.engine)
            .say(settings.listen, port: port, demo: demo)
        if !settings.listen.isLoopback {
            log.write(.warning, "listen.insecure") { $0.member("listen", place) }
        }
        wait(for: signals, station, settings, log)
        end(station, signals, log, holding: folder)
    }

    private static func settings(
        _ arguments: [String], environment: [String: String]
    ) throws(Exit) -> ServeSettings {
        var settings = ServeSettings()
        let parser = FlagParser(flags: ServeFlags.all)
        try parser.apply(environment, to: &settings)
        let words = try parser.parse(arguments, into: &settings)
        guard words.isEmpty else {
            throw Exit(.usage, "serve takes no \(words[0]); see signalbox serve --help")
        }
        try settings.check()
        return settings
    }

    /// Returns with the first signal to end. SIGHUP reads the workflow files again.
    private static func wait(
        for signals: StopSignals, _ station: Station, _ settings: ServeSettings, _ log: Log
    ) {
        while let number = signals.next(), number == SIGHUP {
            guard let workflows = settings.workflows else { continue }
            do throws(Exit) {
                let count = try WorkflowFiles.install(from: workflows, into: station.engine)
                log.write(.notice, "workflows.read") { $0.member("changed", count) }
            } catch {
                log.write(.error, "workflows.refused") { $0.member("cause", error.message) }
            }
        }
    }

    /// Ends in good order, unless that takes too long or a second signal to end comes.
    private static func end(
        _ station: Station, _ signals: StopSignals, _ log: Log, holding folder: borrowing DataFolder
    ) {
        let startedAt = Environment.live.monotonicMilliseconds()
        let load = station.load
        log.write(.notice, "end.begun") {
            $0.member("connections", load.connections)
            $0.member("waiting", load.waiting)
            $0.member("tasks", load.tasks)
            $0.member("ms_max", endMillisecondsMax)
        }
        startThread(named: "drain") {
            station.drain()
            let now = Environment.live.monotonicMilliseconds()
            log.write(.notice, "end.done") { $0.member("ms", now - startedAt) }
            log.flush()
            exit(Exit.Status.success.rawValue)
        }
        let second = signals.nextEnd(by: startedAt + endMillisecondsMax)
        log.write(second == nil ? .error : .warning, "end.cut") {
            $0.member("cause", second == nil ? "ending took too long" : "a second signal")
        }
        log.flush()
        _exit(second.map { 128 + $0 } ?? Exit.Status.refused.rawValue)
    }
}
