import Digest
import Glibc
import HTTP
import JSON
import Runs
import Testing

@testable import Dialect

/// The log's line for each request.
@Suite struct AccessLogTests {
    /// A request, and what its line has to say.
    struct Row: Sendable, CustomTestStringConvertible {
        var method: HTTP::Method = .get
        let target: String
        var role: Role? = .owner
        var route: String?
        let status: Int64
        /// Whether the line says whose the key was.
        var isKeyed = true
        var hasBytes = true

        var testDescription: String { "\(method.rawValue) \(target) \(status)" }
    }

    @Test(arguments: [
        Row(target: "/v1/runs?label=canary%3Dcanary", route: "/v1/runs", status: 200),
        Row(method: .head, target: "/v1/runs", route: "/v1/runs", status: 200, hasBytes: false),
        Row(target: "/healthz", route: "/healthz", status: 200, isKeyed: false),
        Row(target: "/v1/runs/canary", route: "/v1/runs/{run}", status: 404),
        Row(method: .post, target: "/v1/runs", role: .viewer, route: "/v1/runs", status: 403),
        Row(method: .post, target: "/v1/runs", route: "/v1/runs", status: 400),
        Row(method: .delete, target: "/v1/runs", status: 405),
        Row(target: "/v1/canary?canary", status: 404),
        Row(target: "/v1/runs", role: nil, route: "/v1/runs", status: 401, isKeyed: false),
    ])
    func lineOfARequest(_ row: Row) async throws {
        let lines = try Lines()
        let site = try Site(log: lines.log)
        let key = try await row.role.asyncMap { try await site.key($0) }
        let body = row.method == .post ? #"{"canary":"canary"}"# : ""
        let answer = try await site.send(
            row.method, row.target, body: body, key: key,
            fields: body.isEmpty ? [] : [("Content-Type", "application/json")])
        #expect(answer.status == Int(row.status))
        let line = try #require(try lines.read().first)
        #expect(line["event"] == "request" && line["level"] == "requests")
        #expect(line["request_id"]?.asString == answer.field("x-request-id"))
        #expect(line["method"] == .string(row.method.rawValue))
        #expect(line["dialect"] == "native")
        #expect(line["route"] == (row.route.map { .string($0) } ?? .null))
        #expect(line["status"]?.asInteger == row.status)
        #expect(line["bytes"]?.asInteger == (row.hasBytes ? Int64(answer.body.utf8.count) : 0))
        #expect(line["ms"]?.asInteger == 0)
        #expect(line["workspace"] == (row.isKeyed ? "default" : .null))
        let keyID = key.flatMap { KeyToken(parsing: $0)?.id }
        #expect(line["key"] == (row.isKeyed ? keyID.map { .string($0) } : .null))
        #expect(line["address"] == "loopback")
        let text = String(decoding: line.serialized(), as: UTF8.self)
        #expect(!text.contains("canary") && key.map { !text.contains($0) } != false)
    }

    /// A stream has its line when it is over, with what was sent of it and how long it took.
    @Test(arguments: [true, false])
    func lineOfAStream(_ isSent: Bool) async throws {
        let lines = try Lines()
        let site = try Site(log: lines.log)
        let run = try await site.run(in: .cancelled)
        _ = try lines.read()
        var sent = ""
        do {
            let answer = try await site.send(
                .get, "/v1/runs/\(run)/events", fields: [("Accept", "text/event-stream")])
            site.time.advance(milliseconds: 250)
            #expect(try lines.read().isEmpty)
            if isSent { sent = await answer.streamed() }
        }
        let line = try #require(try lines.read().first)
        #expect(line["route"] == "/v1/runs/{run}/events" && line["status"]?.asInteger == 200)
        #expect(line["bytes"]?.asInteger == Int64(sent.utf8.count))
        #expect(line["ms"]?.asInteger == 250)
    }
}

/// A log that can be read.
private final class Lines {
    let log: Log
    private let reader: Int32
    private let writer: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        (reader, writer) = (ends[0], ends[1])
        log = Log(to: writer, level: .requests)
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// The lines since the last look.
    func read() throws -> [JSONValue] {
        #expect(log.flush())
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(reader, $0.baseAddress, $0.count) }
        return try bytes.prefix(max(0, count)).split(separator: UInt8(ascii: "\n"))
            .map { try JSONValue(parsing: Array($0)) }
    }
}

extension Optional {
    fileprivate func asyncMap<T>(_ transform: (Wrapped) async throws -> T) async rethrows -> T? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
