import HTTPServer
import RunEngine

extension Limit {
    /// Every limit that can be set, in the order of the help.
    static let all: [Limit] =
        headLimits + timeLimits + connectionLimits + engineLimits
        + streamLimits

    private static let headLimits = [
        server(
            "request_line_bytes", 256...1_048_576, \.head.requestLineBytesMax,
            "method, target and version of a request"),
        server(
            "field_bytes", 256...1_048_576, \.head.fieldBytesMax, "one field of a request"),
        server(
            "fields_bytes", 256...1_048_576, \.head.fieldsBytesMax,
            "all fields of a request"),
        server("fields", 8...10_000, \.head.fieldsMax, "fields of a request"),
        server(
            "empty_lines", 0...1_000, \.head.emptyLinesMax, "empty lines in front of a request"),
        server(
            "chunk_overhead_bytes", 256...1_048_576, \.chunkOverheadBytesMax,
            "extensions, leading zeros and trailer of a chunked body"),
        server(
            "skipped_body_bytes", 0...1_048_576, \.skippedBodyBytesMax,
            "of a refused request's body that is passed over to keep the connection"),
    ]

    private static let timeLimits = [
        server(
            "head_s", 100...600_000, \.headMilliseconds,
            "to the end of a request's fields"),
        server(
            "body_s", 100...600_000, \.bodyMilliseconds,
            "for a request's body, and one more for each body_rate_bytes received"),
        server(
            "body_rate_bytes", 1...1_073_741_824, \.bodyBytesPerSecond,
            "bytes a second at which a body has to come"),
        server(
            "idle_s", 100...86_400_000, \.idleMilliseconds,
            "between two requests of a connection"),
        server(
            "write_s", 100...600_000, \.writeMilliseconds,
            "without the client taking a byte of the answer"),
        server(
            "write_rate_bytes", 1...1_073_741_824, \.outputBytesPerSecond,
            "bytes a second at which an answer has to be taken, after write_s"),
        server(
            "handler_s", 100...3_600_000, \.handlerMilliseconds,
            "for making an answer, but for calls that wait"),
        server(
            "stream_silence_s", 100...600_000, \.streamSilenceMilliseconds,
            "between two signs of life on an event stream"),
        server(
            "linger_s", 10...60_000, \.lingerMilliseconds,
            "reading on after the last answer, so that it is not lost"),
        server(
            "linger_bytes", 0...1_073_741_824, \.lingerBytesMax,
            "read on after the last answer"),
    ]

    private static let connectionLimits = [
        server(
            "connections", 1...1_000_000, \.connectionsMax,
            "connections in all; further ones get 503"),
        server(
            "address_connections", 0...1_000_000, \.addressConnectionsMax,
            "connections of one address, or IPv6 /64; 0 for no limit; loopback has none"),
        server(
            "strangers", 1...1_000_000, \.strangersMax,
            "connections that showed no key yet; above, the one idle longest is closed"),
        server(
            "connection_requests", 1...1_000_000_000, \.requestsPerConnectionMax,
            "requests of a connection; it is closed after the last"),
    ]

    private static let engineLimits = [
        engine(
            "grace_s", 0...3_600_000, \.graceMilliseconds,
            "between a cancel and its enforcement, where nothing else is said"),
        engine(
            "lease_s", 100...86_400_000, \.leaseMilliseconds,
            "how long a worker may be silent before its task is given away"),
        engine(
            "heartbeat_s", 50...3_600_000, \.heartbeatMilliseconds,
            "how often workers are told to report"),
        engine(
            "rescue_s", 50...3_600_000, \.rescueMilliseconds,
            "how often tasks of silent workers are looked for"),
        engine(
            "losses", 0...100, \.lossesMax,
            "how often a step is tried again after its worker was lost"),
        engine(
            "idempotency_s", 1000...31_536_000_000, \.idempotencyMilliseconds,
            "how long an Idempotency-Key is remembered"),
        engine(
            "queued_runs", 1...10_000_000, \.queuedRunsMax,
            "runs of a workspace that have not started"),
        engine(
            "run_events", 100...1_000_000, \.eventsMax,
            "events of a run; progress beyond is not kept"),
        engine("text_bytes", 256...1_048_576, \.textBytesMax, "a reason, an error, a label"),
        engine("labels", 0...1_000, \.labelsMax, "labels of a run"),
        engine("worker_polls", 1...100, \.pollsMax, "waiting claims of one worker"),
        engine(
            "waiters", 1...1_000_000, \.waitersMax, "claims and calls that wait, in all"),
    ]

    private static let streamLimits = [
        Limit(
            name: "streams", range: 0...1_000_000, help: "streams of events, in all",
            get: { Int64($0.streams.inAll) }, set: { $0.streams.inAll = Int($1) }),
        Limit(
            name: "key_streams", range: 0...1_000_000, help: "streams of events, of one key",
            get: { Int64($0.streams.ofKey) }, set: { $0.streams.ofKey = Int($1) }),
        Limit(
            name: "key_waiters", range: 1...1_000_000,
            help: "claims and calls that wait, of one key",
            get: { Int64($0.waiters.ofKey) }, set: { $0.waiters.ofKey = Int($1) }),
    ]

    private static func server<Number: FixedWidthInteger & Sendable>(
        _ name: String, _ range: ClosedRange<Int64>,
        _ path: WritableKeyPath<Server.Limits, Number> & Sendable, _ help: String
    ) -> Limit {
        Limit(
            name: name, range: range, help: help,
            get: { Int64(clamping: $0.server[keyPath: path]) },
            set: { $0.server[keyPath: path] = Number(clamping: $1) })
    }

    private static func engine<Number: FixedWidthInteger & Sendable>(
        _ name: String, _ range: ClosedRange<Int64>,
        _ path: WritableKeyPath<EngineLimits, Number> & Sendable, _ help: String
    ) -> Limit {
        Limit(
            name: name, range: range, help: help,
            get: { Int64(clamping: $0.engine[keyPath: path]) },
            set: { $0.engine[keyPath: path] = Number(clamping: $1) })
    }
}
