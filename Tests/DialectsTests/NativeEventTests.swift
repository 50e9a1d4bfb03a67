import HTTP
import JSON
import Runs
import Synchronization
import Testing

@testable import Dialect

/// Pages and streams of events.
@Suite struct NativeEventTests {
    private static let stream = [("Accept", "text/event-stream")]

    @Test func pagesOfAWorkspace() async throws {
        let site = try Site()
        let run = try await site.run(in: .cancelled)
        let first = try await site.send(.get, "/v1/events?limit=1")
        #expect(first.status == 200 && first["next_cursor"] == "1")
        let rest = try await site.send(.get, "/v1/events?cursor=1")
        let events = rest["events"]?.asArray ?? []
        #expect(rest["next_cursor"] == .null && events.count >= 2)
        #expect(events.map { $0["seq"]?.asInteger } == (2...Int64(events.count + 1)).map { $0 })
        #expect(events.allSatisfy { $0["run"] == .string(run) })
        let none = try await site.send(.get, "/v1/events?after=999")
        #expect(none["events"] == [] && none["next_cursor"] == .null)
        let other = try await site.key(organization: "other")
        #expect(try await site.send(.get, "/v1/events", key: other)["events"] == [])
    }

    @Test func framesOfARun() async throws {
        let site = try Site()
        let run = try await site.run(in: .cancelled)
        let page = try await site.send(.get, "/v1/runs/\(run)/events")
        let answer = try await site.send(.get, "/v1/runs/\(run)/events", fields: Self.stream)
        #expect(answer.status == 200 && answer.field("Content-Type") == "text/event-stream")
        #expect(answer.field("Cache-Control") == "no-store")
        let events = try #require(page["events"]?.asArray)
        let frames = events.map { event in
            let data = String(decoding: event.serialized(), as: UTF8.self)
            let kind = event["kind"]?.asString ?? ""
            return "id: \(event["run_seq"]?.asInteger ?? 0)\nevent: \(kind)\ndata: \(data)\n\n"
        }
        let end = "event: end\ndata: {\"state\":\"cancelled\",\"deleted\":false}\n\n"
        #expect(await answer.streamed() == frames.joined() + end + ":\n")
        #expect(site.gateway.streams.count == 1)
    }

    @Test(arguments: [
        ("", [("Last-Event-ID", "2")], "id: 3\n"),
        ("?cursor=2", [], "id: 3\n"),
        ("?after=2", [], "id: 3\n"),
        ("?cursor=0", [("Last-Event-ID", "2")], "id: 3\n"),
        ("?limit=1&cursor=1", [], "id: 2\n"),
        ("", [("Last-Event-ID", "77")], "id: 3\nevent: reset\ndata: 3\n\nevent: end\n"),
    ])
    func beginnings(
        _ query: String, _ fields: [(String, String)], _ expected: String
    ) async throws {
        let site = try Site()
        let run = try await site.run(in: .cancelled)
        let answer = try await site.send(
            .get, "/v1/runs/\(run)/events\(query)", fields: fields + Self.stream)
        #expect(await answer.streamed().hasPrefix(expected))
    }

    @Test func nothingIsLeft() async throws {
        let site = try Site()
        let run = try await site.run(in: .cancelled)
        let answer = try await site.send(
            .get, "/v1/runs/\(run)/events?follow=true", fields: [("Last-Event-ID", "3")])
        #expect(answer.status == 204 && site.gateway.streams.count == 0)
        let page = try await site.send(
            .get, "/v1/runs/\(run)/events?follow=false",
            fields: Self.stream + [("Last-Event-ID", "x")])
        #expect(page.status == 200 && page["next_cursor"] == .null)
    }

    @Test(
        "A stream is given to who accepts one",
        arguments: [
            ("text/event-stream", true), ("application/json, Text/Event-Stream;q=0.1", true),
            ("application/json", false), ("text/event-stream2", false), ("*/*", false),
            ("text/event-stream;q=0", false),
            ("application/json, text/event-stream; Q=0.00", false),
        ])
    func accepted(_ accept: String, _ isStream: Bool) async throws {
        let site = try Site()
        let run = try await site.run(in: .cancelled)
        let answer = try await site.send(
            .get, "/v1/runs/\(run)/events", fields: [("Accept", accept)])
        let type = isStream ? "text/event-stream" : "application/json"
        #expect(answer.status == 200 && answer.field("Content-Type") == type)
    }

    @Test(
        "105: Last-Event-ID is input like any other",
        arguments: ["/v1/events", "/v1/runs/R/events"])
    func refusals(_ path: String) async throws {
        let site = try Site()
        let run = try await site.run(in: .queued)
        let path = path.split(separator: "R").joined(separator: run)
        let texts = ["x", "", "-1", "+1", "1.0", "1 2", "1234567890123456", "١"]
        var rows = texts.map { (path, [("Last-Event-ID", $0)]) }
        rows.append((path, [("Last-Event-ID", "1"), ("Last-Event-ID", "1")]))
        rows += ["cursor=x", "after=-1", "follow=yes", "unknown=1"].map { ("\(path)?\($0)", []) }
        for (target, fields) in rows {
            let answer = try await site.send(.get, target, fields: fields + Self.stream)
            let refused = answer.status == 400 && answer["code"] == "invalid"
            #expect(refused || target.contains("follow=yes") && answer.status == 400, "\(fields)")
            #expect(answer.field("Content-Type") == "application/problem+json")
        }
        #expect(site.gateway.streams.count == 0)
        let gone = try await site.send(.get, "/v1/runs/nobody/events", fields: Self.stream)
        #expect(gone.status == 404 && gone["code"] == "run_not_found")
    }

    @Test("122: streams are limited in all and by key, and their places come back")
    func limits() async throws {
        let site = try Site(streams: KeyCensus.Limits(inAll: 3, ofKey: 2))
        let other = try await site.key(.viewer)
        func ask(_ key: String = "admin") async throws -> Answer {
            try await site.send(.get, "/v1/events", key: key, fields: Self.stream)
        }
        var held = [try await ask(), try await ask()]
        let third = try await ask()
        #expect(third.status == 429 && third.body.contains("key_streams"))
        #expect(third.field("Retry-After") == "1")
        held.append(try await ask(other))
        let fourth = try await ask(other)
        #expect(fourth.status == 429 && fourth.body.contains("a limit is met: streams"))
        #expect(held.map(\.status) == [200, 200, 200] && site.gateway.streams.count == 3)
        #expect(try await site.send(.get, "/v1/events").status == 200)
        held.removeFirst()
        #expect(site.gateway.streams.count == 2)
        held.append(try await ask())
        #expect(held.last?.status == 200)
        held = []
        #expect(site.gateway.streams.count == 0)
    }
}

extension Answer {
    /// What the body that is a stream has, to its end.
    func streamed() async -> String {
        let bytes = Mutex<[UInt8]>([])
        try? await response.stream?.sendAll { piece in
            bytes.withLock { $0 += piece }
            return true
        }
        return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
    }
}
