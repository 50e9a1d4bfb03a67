import HTTP
import JSON
import Runs
import Testing

@testable import Dialect
@testable import Native

/// What workers do over the native API.
@Suite struct NativeTaskTests {
    @Test func aRunGoesThroughItsLife() async throws {
        let site = try Site()
        let run = try await site.run()
        let task = try #require(try await site.claim())
        #expect(task["run"]?.asString == run)
        #expect(task["step"] == "a" && task["queue"] == "q" && task["attempt"] == 1)
        #expect(task["lease"]?["heartbeat_s"] == 3)
        let beat = try await site.report(task, "heartbeat", #""progress":{"done":1}"#)
        #expect(beat.status == 200)
        #expect(beat["run_state"] == "running" && beat["step_state"] == "running")
        #expect(beat["stop"] == .null && beat["pause"] == false)
        let done = try await site.report(task, "complete", #""output":{"a":1.0}"#)
        #expect(done["step_state"] == "succeeded")
        let again = try await site.report(task, "complete")
        #expect(again.status == 409 && again.code == "lease_lost")
    }

    @Test func aLateResultIsTheAcknowledgement() async throws {
        let site = try Site()
        let run = try await site.run()
        let first = try #require(try await site.claim())
        let second = try #require(try await site.claim())
        let stop = try await site.native(
            .post, "/v1/runs/\(run)/cancel", #"{"reason":"enough","grace_s":1.5}"#)
        #expect(stop["stop"]?["grace_s"]?.asDouble == 1.5)
        let beat = try await site.report(first, "heartbeat")
        #expect(beat["stop"]?["mode"] == "cancel")
        #expect(beat["stop"]?["reason"] == "enough")
        #expect(beat["stop"]?["stop_by"] != .null)
        let late = try await site.report(first, "complete", #""output":1"#)
        #expect(late.status == 409 && late.code == "run_stopping")
        #expect(late.response.first("Content-Type") == "application/problem+json")
        let stopped = try await site.report(second, "stopped")
        #expect(stopped.status == 200)
        let cleanup = try #require(try await site.claim())
        _ = try await site.report(cleanup, "complete")
        let receipt = try await site.native(.get, "/v1/runs/\(run)/receipt")
        #expect(receipt["state"] == "cancelled" && receipt["how"] == "clean")
        #expect(
            receipt["steps"]?.asArray?.compactMap { $0["late"]?.asBool } == [
                true, false, false,
            ])
        let gone = try await site.report(first, "complete")
        #expect(gone.status == 409 && gone.code == "lease_lost")
    }

    @Test func stoppedOutsideAStopIsRefused() async throws {
        let site = try Site()
        _ = try await site.run()
        let task = try #require(try await site.claim())
        let answer = try await site.report(task, "stopped")
        #expect(answer.status == 409 && answer.code == "illegal_step")
    }

    /// The time of grace goes by while the caller waits for the end.
    @Test func aStopCanBeWaitedFor() async throws {
        let site = try Site()
        let run = try await site.run(in: .running)
        async let answer = site.native(
            .post, "/v1/runs/\(run)/cancel?wait_s=60", #"{"grace_s":0}"#)
        site.tick()
        while try await site.native(.get, "/v1/runs/\(run)")["state"] != "cancelled" {
            site.pass(milliseconds: 1)
        }
        let ended = try await answer
        #expect(ended["state"] == "cancelled" && ended["changed"] == true)
    }

    @Test("122: calls that wait are limited by key; a stop is done and waits for nothing")
    func waitersOfAKey() async throws {
        let site = try Site(waiters: KeyCensus.Limits(inAll: .max, ofKey: 1))
        let other = try await site.key(.owner)
        let run = try await site.run(in: .running)
        func claim(_ worker: String, key: String = "admin") async throws -> Answer {
            let body = #"{"worker":"\#(worker)","queues":["none"],"wait_s":30}"#
            return try await site.send(.post, "/v1/tasks/claim", body: body, key: key)
        }
        let waits = Task { try await claim("a") }
        while site.gateway.waiters.count == 0 { await Task.yield() }
        let second = try await claim("b")
        #expect(second.status == 429 && second.body.contains("a limit is met: key_waiters"))
        #expect(second.field("Retry-After") == "1")
        let stop = try await site.native(.post, "/v1/runs/\(run)/cancel?wait_s=60")
        #expect(stop.status == 200 && stop["state"] == "stopping")
        let more = Task { try await claim("c", key: other) }
        while site.gateway.waiters.count == 1 { await Task.yield() }
        site.engine.releaseWaiters()
        #expect(try await [waits.value.status, more.value.status] == [200, 200])
        #expect(site.gateway.waiters.count == 0)
        #expect(try await claim("b").status == 200)
    }

    @Test func aDeletedRunLeavesItsReceipt() async throws {
        let site = try Site()
        let run = try await site.run(in: .running)
        let gone = try await site.native(.delete, "/v1/runs/\(run)", #"{"reason":"mistake"}"#)
        #expect(gone.status == 200 && gone.id == run && gone["deleted"] == true)
        for path in ["", "/events"] {
            #expect(try await site.native(.get, "/v1/runs/\(run)\(path)").status == 404)
        }
        #expect(try await site.native(.delete, "/v1/runs/\(run)").status == 404)
        let receipt = try await site.native(.get, "/v1/runs/\(run)/receipt")
        #expect(receipt.status == 200 && receipt["deleted"] == true)
        #expect(receipt["deletion"]?["reason"] == "mistake")
        #expect(receipt["deletion"]?["dialect"] == "native")
        #expect(receipt["steps"]?.asArray?.isEmpty == true)
    }
}

/// Idempotency keys, lists, keys and roles.
@Suite struct NativeAccessTests {
    @Test func aRepeatGetsTheFirstAnswer() async throws {
        let site = try Site()
        _ = try await site.native(.post, "/v1/workflows", Site.workflow)
        let key = [("Idempotency-Key", "k-1")]
        let body = #"{"workflow":"nightly"}"#
        let first = try await site.native(.post, "/v1/runs", body, fields: key)
        let second = try await site.native(.post, "/v1/runs", body, fields: key)
        #expect(first.status == 201 && first.response.body == second.response.body)
        #expect(second.response.first("Idempotent-Replayed") == "true")
        #expect(first.response.first("Location") == "/v1/runs/\(first.id)")
        let other = try await site.native(.post, "/v1/runs", body + " ", fields: key)
        #expect(other.status == 422 && other.code == "idempotency_key_reused")
        let elsewhere = try await site.native(
            .post, "/v1/runs/\(first.id)/cancel", fields: key)
        #expect(elsewhere.status == 200 && elsewhere["changed"] == true)
        let runs = try await site.native(.get, "/v1/runs")
        #expect(runs["runs"]?.asArray?.count == 1)
    }

    @Test func listsPageAndFilter() async throws {
        let site = try Site()
        _ = try await site.native(.post, "/v1/workflows", Site.workflow)
        for number in 0..<5 {
            let labels = #"{"n":"\#(number)","kind":"x"}"#
            _ = try await site.native(
                .post, "/v1/runs", #"{"workflow":"nightly","labels":\#(labels)}"#)
            site.pass(milliseconds: 1)
        }
        var seen: [String] = []
        var path = "/v1/runs?limit=2&label=kind%3Dx"
        for _ in 0..<4 {
            let page = try await site.native(.get, path)
            seen += page["runs"]?.asArray?.compactMap { $0["labels"]?["n"]?.asString } ?? []
            guard let cursor = page["next_cursor"]?.asString else { break }
            path = "/v1/runs?limit=2&label=kind%3Dx&cursor=\(cursor)"
        }
        #expect(seen == ["4", "3", "2", "1", "0"])
        let one = try await site.native(.get, "/v1/runs?label=kind%3Dx&label=n%3D3&state=queued")
        #expect(one["runs"]?.asArray?.count == 1)
        let none = try await site.native(.get, "/v1/runs?state=running")
        #expect(none["runs"]?.asArray?.isEmpty == true)
    }

    /// What each role may do: a refusal is 403, all else is not.
    @Test(arguments: Role.allCases)
    func roles(_ role: Role) async throws {
        let site = try Site()
        let run = try await site.run()
        let made = try await site.native(.post, "/v1/keys", #"{"role":"\#(role.word)"}"#)
        let key = try #require(made["key"]?.asString)
        let routes: [(Method, String, Right)] = [
            (.get, "/v1/runs/\(run)", .read), (.post, "/v1/runs/\(run)/pause", .operate),
            (.delete, "/v1/runs/\(run)", .operate), (.post, "/v1/tasks/claim", .work),
            (.post, "/v1/workflows", .configure), (.get, "/v1/keys", .keys),
        ]
        for (method, path, right) in routes {
            let answer = try await site.native(method, path, as: key)
            #expect((answer.status == 403) == !role.grants(right), "\(method) \(path)")
        }
    }

    @Test func aRevokedKeyIsRefusedAtOnce() async throws {
        let site = try Site()
        let made = try await site.native(
            .post, "/v1/keys", #"{"role":"admin","organization":"acme","workspace":"lab"}"#)
        let key = try #require(made["key"]?.asString)
        #expect(made["workspace"] == "lab" && made["organization"] == "acme")
        #expect(try await site.native(.get, "/v1/runs", as: key).status == 200)
        let revoked = try await site.native(.delete, "/v1/keys/\(made.id)")
        #expect(revoked["revoked_at"] != .null && revoked["key"] == nil)
        #expect(try await site.native(.get, "/v1/runs", as: key).status == 401)
        let listed = try await site.native(.get, "/v1/keys")
        #expect(!String(decoding: listed.response.body, as: UTF8.self).contains(key))
    }

    /// Another workspace's run is a run that does not exist.
    @Test func anotherWorkspaceSeesNothing() async throws {
        let site = try Site()
        let run = try await site.run(in: .running)
        let made = try await site.native(
            .post, "/v1/keys", #"{"role":"owner","workspace":"lab"}"#)
        let key = try #require(made["key"]?.asString)
        let paths: [(Method, String)] = [
            (.get, ""), (.get, "/receipt"), (.get, "/events"), (.post, "/cancel"), (.delete, ""),
        ]
        for (method, path) in paths {
            let answer = try await site.native(method, "/v1/runs/\(run)\(path)", as: key)
            #expect(answer.status == 404 && answer.code == "run_not_found", "\(path)")
        }
        let mine = try await site.native(.get, "/v1/runs/\(run)")
        #expect(mine["state"] == "running")
    }
}
