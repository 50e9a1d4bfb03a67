import JSON
import Runs
import Testing

@testable import Extend

/// Extend's operations on the real engine.
@Suite struct ExtendOperationTests {
    static let words: [RunState: String] = [
        .queued: "PENDING", .running: "PROCESSING", .waiting: "NEEDS_REVIEW",
        .paused: "PROCESSING", .failing: "PROCESSING", .stopping: "CANCELLING",
        .succeeded: "PROCESSED", .failed: "FAILED", .cancelled: "CANCELLED",
    ]

    @Test(arguments: RunState.allCases) func delete(_ state: RunState) async throws {
        let subject = try await ExtendSubject(state)
        let site = subject.site
        let shown = try await site.send(.get, subject.path)
        #expect(shown["status"]?.asString == Self.words[state])
        #expect((shown["endTime"]?.isNull == false) == state.hasEnded)
        #expect((shown["failureReason"]?.isNull == false) == (state == .failed))

        let deleted = try await site.send(.delete, subject.path)
        #expect(deleted.status == 200)
        #expect(deleted.body == #"{"id":"\#(ExtendID.of(subject.id))"}"#)
        for gone in [
            try await site.send(.delete, subject.path), try await site.send(.get, subject.path),
            try await site.send(.post, subject.path + "/cancel"),
            try await site.send(.delete, "/workflow_runs/\(subject.id)"),
        ] {
            #expect(gone.status == 404)
            #expect(gone["code"]?.asString == "NOT_FOUND")
            #expect(gone["message"]?.asString == "Workflow run not found.")
        }
        let list = try await site.send(.get, "/workflow_runs")
        #expect(list.body == #"{"object":"list","data":[],"nextPageToken":null}"#)
        let receipt = try await site.send(.get, "/v1/runs/\(subject.id)/receipt")
        #expect(receipt["deleted"]?.asBool == true)
    }

    /// A state, what its cancel is answered, and with which word.
    static let cancels: [(RunState, Int, String?)] = [
        (.queued, 200, "CANCELLED"), (.running, 200, "CANCELLING"), (.waiting, 200, "CANCELLED"),
        (.paused, 200, "CANCELLED"), (.failing, 200, "CANCELLING"), (.stopping, 400, nil),
        (.succeeded, 400, nil), (.failed, 400, nil), (.cancelled, 400, nil),
    ]

    @Test(arguments: cancels) func cancel(
        _ state: RunState, _ status: Int, _ word: String?
    ) async throws {
        let subject = try await ExtendSubject(state)
        let before = try await subject.trace()
        // A refusal leaves the key free.
        let key = status == 400 ? [("Idempotency-Key", "k")] : []
        let answer = try await subject.site.send(.post, subject.path + "/cancel", fields: key)
        #expect(answer.status == status)
        #expect(answer["status"]?.asString == word)
        if status == 400 {
            #expect(answer["code"]?.asString == "INVALID_REQUEST")
            #expect(answer["retryable"]?.asBool == false)
            let shown = try #require(Self.words[state])
            #expect(
                answer["message"]?.asString
                    == "A workflow run that is \(shown) does not take cancel.")
            #expect(try await subject.trace() == before)
        }
        // The vendor's command line sends an empty object.
        let again = try await subject.site.send(
            .post, subject.path + "/cancel", body: "{}",
            fields: key + [("Content-Type", "application/json")])
        #expect(again.status == 400)
    }

    /// Read by every form of its id. A worker gets the secrets, no answer of this style does.
    @Test func create() async throws {
        let site = try Site()
        let workflow = try await site.workflow("w", steps: Site.steps(for: .queued))
        let body = """
            {"workflow":{"id":"\(ExtendID.of(workflow))","version":"1"},"priority":5,
            "file":{"url":"https://x.test/d/é.PDF?sig=1","settings":{"password":"hush"}},
            "outputs":[{"processorId":"ex_1","output":{"value":{"a":1}}}],
            "metadata":{"a":{"b":1.0},"extend:usage_tags":["a b","c-d_é"]},"secrets":{"k":"hush"}}
            """
        let created = try await site.send(.post, "/workflow_runs", body: body)
        #expect(created.status == 200)
        #expect(created["status"]?.asString == "PENDING")
        #expect(!created.body.contains("hush"))
        let tags = #""metadata":{"a":{"b":1.0},"extend:usage_tags":["ab","c-d_"]}"#
        #expect(created.body.contains(tags))
        #expect(created["files"]?.asArray?.first?["name"]?.asString == "é.PDF")
        #expect(created["files"]?.asArray?.first?["type"]?.asString == "PDF")
        let id = try #require(created["id"]?.asString.flatMap(ExtendID.run))
        for form in [ExtendID.of(id), id.text, id.text.uppercased()] {
            #expect(try await site.send(.get, "/workflow_runs/\(form)").body == created.body)
        }
        #expect(try await site.send(.get, "/workflow_runs").body.contains("hush") == false)
        #expect(try await site.claim("one").input.contains(#""secrets":{"k":"hush"}"#))
    }

    @Test(arguments: ["w", "draft", "latest", "1", "2", "01", "x"]) func version(
        _ version: String
    ) async throws {
        let subject = try await ExtendSubject()
        let workflow = #"{"id":"w","version":"\#(version)"}"#
        let answer = try await subject.site.send(
            .post, "/workflow_runs", body: #"{"workflow":\#(workflow),"file":{"text":"x"}}"#)
        #expect(answer.status == (["draft", "latest", "1"].contains(version) ? 200 : 404))
    }

    /// What a person said no to is REJECTED, by itself and in the list.
    @Test func rejection() async throws {
        let subject = try await ExtendSubject(.waiting)
        let site = subject.site
        let rejected = try await site.send(
            .post, "/v1/runs/\(subject.id)/reject")
        #expect(rejected.status == 200, "\(rejected.body)")
        let shown = try await site.send(.get, subject.path)
        #expect(shown["status"]?.asString == "REJECTED")
        #expect(shown["reviewed"]?.asBool == true)
        #expect(shown["failureReason"]?.isNull == true)
        let cancel = try await site.send(.post, subject.path + "/cancel")
        #expect(
            cancel["message"]?.asString == "A workflow run that is REJECTED does not take cancel.")
        for (word, count) in [("REJECTED", 1), ("FAILED", 0)] {
            let list = try await site.send(.get, "/workflow_runs?status=\(word)")
            #expect(list["data"]?.asArray?.count == count)
        }
    }
}
