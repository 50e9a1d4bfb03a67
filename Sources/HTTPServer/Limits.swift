import HTTP

extension Server {
    /// Every number that bounds what a client can make the server hold or wait for. Times are
    /// milliseconds. Source: reliability rules, section 7.
    package struct Limits: Sendable {
        /// Request line and fields.
        package var head = HeadLimits()
        /// From the first byte of a head, or from accepting the connection, to the end of the head.
        package var headMilliseconds = 10_000
        /// For a body, plus one second for every `bodyBytesPerSecond` that arrived.
        package var bodyMilliseconds = 10_000
        package var bodyBytesPerSecond = 16 * 1024
        /// Between two requests.
        package var idleMilliseconds = 75_000
        /// Without the client taking a byte of the answer.
        package var writeMilliseconds = 20_000
        /// At which a client has to take an answer, in all.
        package var outputBytesPerSecond = 16 * 1024
        /// For a handler to answer, but for those that wait.
        package var handlerMilliseconds = 30_000
        /// Without anything being sent on an event stream, until a comment is.
        package var streamSilenceMilliseconds = 15_000
        /// Reading on after the last answer, so that it is not lost to a reset.
        package var lingerMilliseconds = 2_000
        package var lingerBytesMax = 256 * 1024
        /// Bytes of extensions, leading zeros and trailer fields of a chunked body; more is 431.
        package var chunkOverheadBytesMax = BodyParser.chunkOverheadBytesMax
        /// A body that nobody wants is skipped up to here when it is already there.
        package var skippedBodyBytesMax = 64 * 1024
        package var requestsPerConnectionMax = 10_000
        /// All connections; also never more than the descriptor limit leaves room for.
        package var connectionsMax = 10_000
        /// Connections of one address, 0 for no limit; loopback and Unix sockets have none.
        package var addressConnectionsMax = 1_000
        /// Connections of which no request has proved who sends it. Above, the oldest that waits
        /// for its client is closed; at most three quarters of what there are descriptors for.
        package var strangersMax = 2_000
        /// Connections above the limit that are being told so at one time, for each loop.
        package var turnedAwayMax = 256
        /// Descriptors that are left for files and the store, at most half of all.
        package var sparedDescriptors = 200
        /// Pause of accepting when the system has no descriptors left.
        package var acceptPauseMilliseconds = 100
        /// Connections accepted in one turn of a loop.
        package var acceptsPerTurnMax = 64

        package init() {}

        /// How often the deadlines of connections are looked through: a quarter of the shortest.
        var tickMilliseconds: Int {
            let shortest = min(
                headMilliseconds, bodyMilliseconds, idleMilliseconds, writeMilliseconds,
                handlerMilliseconds, streamSilenceMilliseconds, lingerMilliseconds)
            return min(1000, max(10, shortest / 4))
        }
    }
}
