import RunStore
import Runs
import Testing

@testable import RunEngine

@Suite("Requests that come twice")
struct IdempotencyTests {
    private func mark(
        _ key: String = "k", scope: String = "POST /v1/runs", body: UInt8 = 1
    ) -> Idempotency {
        Idempotency(
            key: key, scope: scope, fingerprint: [UInt8](repeating: body, count: 32))
    }

    /// Starts a run; the body of the answer is its id.
    private func start(
        _ stage: Stage, _ mark: Idempotency?, as caller: Caller? = nil, id: RunID? = nil
    ) async throws -> Reply {
        var request = StartRequest(plan: .task(queue: "q"), input: "{}")
        request.id = id
        return try await stage.engine.start(
            request, stage.call(caller, idempotency: mark)
        ) { details in Reply(status: 201, body: details.run.id.bytes) }
    }

    @Test("The same request again gets the same bytes and makes nothing")
    func replay() async throws {
        var stage = try Stage()
        let first = try await start(stage, mark())
        #expect(!first.isReplay)
        for _ in 0..<2 {
            stage.clock.advance(1_000)
            let again = try await start(stage, mark())
            #expect(again.isReplay && again.status == 201 && again.body == first.body)
            stage = try stage.restarted()
        }
        #expect(try stage.rowCount("run") == 1)
    }

    @Test("Fifty at once make one run")
    func together() async throws {
        let stage = try Stage()
        let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
            for _ in 0..<50 { group.addTask { try await start(stage, mark()) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(replies.map(\.body)).count == 1)
        #expect(replies.filter { !$0.isReplay }.count == 1)
        #expect(try stage.rowCount("run") == 1 && stage.rowCount("idempotency") == 1)
    }

    @Test("Another body under the key is refused; another key or route is another request")
    func others() async throws {
        let stage = try Stage()
        let first = try await start(stage, mark())
        #expect(await refusal { try await start(stage, mark(body: 2)) } == .keyReused)
        for other in [mark("l"), mark(scope: "POST /v1/other"), nil] {
            let reply = try await start(stage, other)
            #expect(!reply.isReplay && reply.body != first.body)
        }
        #expect(try stage.rowCount("run") == 4)
    }

    @Test("What was refused is not remembered, nor is what it had begun")
    func refused() async throws {
        let stage = try Stage()
        let taken = try await stage.start(StartRequest(plan: .task(queue: "p"), input: "{}")).run.id
        let refused = await refusal { try await start(stage, mark(), id: taken) }
        #expect(refused == .conflict(.run))
        #expect(try stage.rowCount("idempotency") == 0)
        // The workflow "q", made on the way, is gone with the rest.
        #expect(try stage.rowCount("workflow") == 1)
        #expect(try await !start(stage, mark()).isReplay)
    }

    @Test("An answer that cannot be built undoes what it was to tell of")
    func encoderFault() async throws {
        struct Fault: Error {}
        let stage = try Stage()
        let failed = await refusal {
            try await stage.engine.start(
                StartRequest(plan: .task(queue: "q"), input: "{}"),
                stage.call(idempotency: mark())
            ) { _ in throw Fault() }
        }
        #expect(failed == .internalFailure && stage.causes.all == ["Fault()"])
        for table in ["run", "event", "task", "workflow", "idempotency"] {
            #expect(try stage.rowCount(table) == 0)
        }
        #expect(try await !start(stage, mark()).isReplay)
    }

    @Test("Another workspace's key is another key")
    func otherWorkspace() async throws {
        let stage = try Stage()
        let other = try await stage.caller(organization: "other", workspace: "other")
        let first = try await start(stage, mark())
        let second = try await start(stage, mark(body: 2), as: other)
        #expect(!second.isReplay && first.body != second.body)
    }

    @Test("A late result's answer is kept too: it was committed")
    func lateResult() async throws {
        let stage = try Stage()
        let given = try await stage.given(.stopping)
        for isReplay in [false, true] {
            let reply = try await stage.engine.report(
                .complete(output: nil), task: given.held[0].task, token: given.held[0].lease.token,
                stage.call(idempotency: mark())
            ) { answer in Reply(status: answer.isRefused ? 409 : 200, body: [1]) }
            #expect(reply.status == 409 && reply.isReplay == isReplay)
        }
    }

    @Test("Forgotten after a day, in slices; what they made stays")
    func pruned() async throws {
        let stage = try Stage()
        for count in 0..<3 { _ = try await start(stage, mark("\(count)")) }
        stage.tick(after: 24 * 3_600_000)
        #expect(try stage.rowCount("idempotency") == 3)
        stage.tick(after: 60_000)
        #expect(try stage.rowCount("idempotency") == 0 && stage.rowCount("run") == 3)
        #expect(try await !start(stage, mark("0")).isReplay)
    }
}
