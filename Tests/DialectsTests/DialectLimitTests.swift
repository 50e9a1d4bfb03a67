import Glibc
import HTTP
import JSON
import Runs
import Testing

@testable import Dialect

/// What is bounded: failed authentications, the log.
@Suite struct DialectLimitTests {
    @Test func failuresAreThrottledByAddress() {
        let throttle = FailureThrottle()
        for _ in 0..<20 { #expect(!throttle.isOneTooMany(from: "a", now: 0)) }
        #expect(throttle.isOneTooMany(from: "a", now: 0))
        #expect(throttle.isOneTooMany(from: "a", now: 999))
        #expect(!throttle.isOneTooMany(from: "b", now: 999))
        #expect(!throttle.isOneTooMany(from: "a", now: 1000))
        #expect(throttle.isOneTooMany(from: "a", now: 1000))
        for _ in 0..<20 { #expect(!throttle.isOneTooMany(from: "a", now: 60_000)) }
    }

    @Test func theTableOfAddressesStaysBounded() {
        let throttle = FailureThrottle()
        for number in 0...FailureThrottle.addressesMax {
            #expect(!throttle.isOneTooMany(from: "\(number)", now: 0))
        }
        #expect(throttle.count <= FailureThrottle.addressesMax)
    }

    @Test func logWritesOneObjectALine() throws {
        let (reader, writer) = try pipe()
        let log = Log(to: writer, now: { Timestamp(milliseconds: 0) })
        log.write(.requests, "left out") { _ in }
        log.write(.warning, "seen") { $0.member("name", "a\u{2028}\u{7f}\nb") }
        let line = readLine(from: reader)
        #expect(
            line == #"{"time":"1970-01-01T00:00:00.000Z","level":"warning","event":"seen","#
                + #""name":"a\u2028\u007f\nb"}"#)
        close(reader)
        close(writer)
    }

    /// A reader that never reads: writing goes on at once, and what is lost is counted.
    @Test("135: a log that nobody reads blocks nobody") func logNeverBlocks() throws {
        let (reader, writer) = try pipe()
        let log = Log(to: writer, now: { Timestamp(milliseconds: 0) })
        let text = String(repeating: "x", count: 10_000)
        for _ in 0..<500 { log.write(.error, "flood") { $0.member("text", text) } }
        // The first lines fill the pipe; once they are read the ring moves on.
        var lines = 0
        var sawDrop = false
        while !sawDrop, lines < 1000 {
            log.write(.error, "more") { _ in }
            sawDrop = readLine(from: reader).contains(#""event":"log.dropped""#)
            lines += 1
        }
        // The pipe stays open: the thread may still stand in a write.
        #expect(sawDrop)
    }

    /// A run that failed, told as a 500 by its style, is no trouble of the server's.
    @Test("97: what fails inside is a 500 and in the log, what a style tells as one is not")
    func logTellsTheServersErrorsAlone() async throws {
        let (reader, writer) = try pipe()
        defer { close(reader) }
        let routes = [
            Route(.get, "/ran", nil) { _ throws(Refusal) in
                throw .said(status: 500, message: "the run failed")
            },
            Route(.get, "/broke", nil) { _ throws(Refusal) in throw .run(.internalFailure) },
        ]
        let dialect = Dialect(style: .native, routes: routes, trailingSlash: .refused) { _, _ in
            Response(status: 500)
        }
        let site = try Site()
        let gateway = Gateway(
            dialects: [dialect], engine: site.engine,
            settings: Gateway.Settings(
                publicURL: "", environment: site.time.environment,
                log: Log(to: writer, level: .error)))
        for path in ["/ran", "/broke"] {
            let request = try #require(Request(.get, path))
            #expect(await gateway.answer(request).status == 500)
        }
        #expect(readLine(from: reader).contains(#""route":"/broke""#))
    }

    /// What a process that ends has written is there when `flush` returns.
    @Test func logFlushes() throws {
        let (reader, writer) = try pipe()
        let log = Log(to: writer, now: { Timestamp(milliseconds: 0) })
        for _ in 0..<100 { log.write(.error, "last") { _ in } }
        #expect(log.flush())
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
        for _ in 0..<100 { #expect(readLine(from: reader).contains(#""event":"last""#)) }
        #expect(log.flush())
        close(reader)
        close(writer)
    }

    private func pipe() throws -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(Glibc.pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    private func readLine(from descriptor: Int32) -> String {
        var line: [UInt8] = []
        var byte: [UInt8] = [0]
        while read(descriptor, &byte, 1) == 1, byte[0] != UInt8(ascii: "\n") { line += byte }
        return String(decoding: line, as: UTF8.self)
    }
}
