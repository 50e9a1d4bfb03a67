import Glibc
import HTTPServer
import Native

/// What `/metrics` tells of the server and its process.
enum Metrics {
    /// - Parameter startedAt: seconds since 1970.
    static func all(_ server: Server?, startedAt: Double) -> [Metric] {
        guard let server else { return [] }
        return self.server(server.counts)
            + process(startedAt: startedAt, descriptorsMax: server.capacity.descriptors)
    }

    private static func server(_ counts: Server.Counts) -> [Metric] {
        connections(counts) + [
            counter("requests", counts.requests, "Requests whose head was valid."),
            Metric(
                .counter, "signalbox_http_answers_total", by: "class",
                (2...5).map { ("\($0)xx", Double(counts.answers[$0] ?? 0)) },
                "Answers by the class of their status, refusals among them."),
            Metric(
                .counter, "signalbox_http_refusals_total", by: "status",
                counts.refusals.sorted { $0.key < $1.key }.map { ("\($0.key)", Double($0.value)) },
                "Requests refused before a route was known."),
            Metric(
                .counter, "signalbox_http_timeouts_total", by: "deadline",
                Deadline.allCases.map { ($0.rawValue, Double(counts.timeouts[$0] ?? 0)) },
                "Connections that took too long."),
            gauge("waiting_requests", counts.waiting, "Long polls and event streams in hand."),
        ]
    }

    private static func connections(_ counts: Server.Counts) -> [Metric] {
        [
            gauge("connections", counts.open, "Open connections."),
            gauge(
                "stranger_connections", counts.strangers,
                "Open connections that showed no key yet."),
            counter(
                "connections_accepted", counts.accepted,
                "Connections accepted, those turned away among them."),
            counter(
                "connections_turned_away", counts.turnedAway, "Connections above a limit."),
            counter(
                "strangers_evicted", counts.evicted,
                "Connections that showed no key, closed for a newcomer."),
            counter(
                "accept_pauses", counts.acceptPauses,
                "Times that accepting paused for want of descriptors."),
        ]
    }

    private static func counter(_ name: String, _ value: Int, _ help: String) -> Metric {
        Metric(.counter, "signalbox_http_\(name)_total", Double(value), help)
    }

    private static func gauge(_ name: String, _ value: Int, _ help: String) -> Metric {
        Metric(.gauge, "signalbox_http_\(name)", Double(value), help)
    }

    /// The names that Prometheus' own libraries use. What the kernel does not tell is left out.
    private static func process(startedAt: Double, descriptorsMax: Int) -> [Metric] {
        var metrics = [
            Metric(
                .counter, "process_cpu_seconds_total", processorSeconds(),
                "User and system time, in seconds."),
            Metric(
                .gauge, "process_start_time_seconds", startedAt,
                "When the process started, in seconds since 1970."),
            Metric(
                .gauge, "process_max_fds", Double(descriptorsMax),
                "Descriptors the process may have."),
        ]
        if let count = openDescriptors() {
            metrics.append(
                Metric(.gauge, "process_open_fds", Double(count), "Descriptors that are open."))
        }
        if let bytes = residentBytes() {
            metrics.append(
                Metric(
                    .gauge, "process_resident_memory_bytes", Double(bytes),
                    "Memory in use, in bytes."))
        }
        return metrics
    }

    private static func processorSeconds() -> Double {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
        let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(microseconds) / 1e6
    }

    /// Since Linux 6.2 the folder says how many there are, without being read.
    private static func openDescriptors() -> Int? {
        var status = stat()
        guard stat("/proc/self/fd", &status) == 0, status.st_size > 0 else { return nil }
        return status.st_size
    }

    /// The second number is that of the pages.
    private static func residentBytes() -> Int? {
        guard let bytes = contents(of: "/proc/self/statm", bytesMax: 4096) else { return nil }
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard numbers.count > 1, let pages = Int(numbers[1]) else { return nil }
        return pages * Int(getpagesize())
    }
}
