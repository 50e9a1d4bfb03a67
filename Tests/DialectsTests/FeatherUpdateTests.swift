import JSON
import Runs
import Testing

@testable import Feather

/// X5: status and metadata by hand.
@Suite struct FeatherUpdateTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let state: RunState
        let body: String
        /// The status it shows then; nil for a refusal that changes nothing.
        let word: String?

        init(_ state: RunState, _ body: String, _ word: String? = nil) {
            self.state = state
            self.body = body
            self.word = word
        }

        var testDescription: String { "\(state) \(body)" }
    }

    static let rows = [
        Row(.running, #"{"status":"PAUSED"}"#, "PAUSED"),
        Row(.paused, #"{"status":"RUNNING"}"#, "RUNNING"),
        Row(.queued, #"{"status":"RUNNING"}"#, "CREATED"),
        Row(.queued, #"{"status":"CREATED"}"#, "CREATED"),
        Row(.failing, #"{"status":"RUNNING"}"#, "RUNNING"),
        Row(.failed, #"{"status":"FAILED"}"#, "FAILED"),
        Row(.running, #"{"status":"CANCELLED"}"#, "CANCELLED"),
        Row(.running, #"{"status":"COMPLETED"}"#),
        Row(.running, #"{"status":"CREATED"}"#),
        Row(.succeeded, #"{"status":"CANCELLED"}"#),
        Row(.cancelled, #"{"status":"RUNNING","metadata":{"a":1}}"#),
        Row(.running, #"{"status":"running"}"#),
        Row(.running, #"{"metadata":[]}"#),
        Row(.running, #"{"status":"PAUSED","metadata":1}"#),
        Row(.running, #"{"status":null}"#),
        Row(.running, #"{"metadata":{"a":1,"a":2}}"#),
        Row(.running, "{}"),
        Row(.running, "[]"),
        Row(.running, ""),
    ]

    @Test(arguments: rows) func update(_ row: Row) async throws {
        let subject = try await FeatherSubject(row.state)
        let before = try await subject.trace()
        let answer = try await subject.site.send(.put, subject.path, body: row.body)
        #expect(answer.status == (row.word == nil ? 400 : 200))
        #expect(answer["status"]?.asString == row.word)
        if row.word == nil {
            #expect(answer["code"]?.asString == "BAD_REQUEST")
            #expect(try await subject.trace() == before)
        }
    }

    /// One key for what becomes two commands.
    @Test func metadataIsReplaced() async throws {
        let subject = try await FeatherSubject(.running)
        let body = #"{"status":"PAUSED","metadata":{"firstName":"Ada","n":1.0}}"#
        let answer = try await subject.site.send(
            .put, subject.path, body: body, fields: [("Idempotency-Key", "k")])
        #expect(answer["status"]?.asString == "PAUSED")
        let shown = try await subject.site.send(.get, subject.path)
        #expect(shown.body.contains(#""metadata":{"firstName":"Ada","n":1.0}"#))
        #expect(shown["customerLeadId"]?.asString == "lead-1")
    }

    /// The key of a request that became two commands, or none at all, is not lost.
    @Test(arguments: [
        (RunState.running, #"{"status":"PAUSED","metadata":{"a":1}}"#),
        (.queued, #"{"status":"CREATED"}"#), (.cancelled, #"{"status":"CANCELLED"}"#),
    ]) func oneKeyIsOneRequest(_ state: RunState, _ body: String) async throws {
        let subject = try await FeatherSubject(state)
        let fields = [("Idempotency-Key", "k")]
        let first = try await subject.site.send(.put, subject.path, body: body, fields: fields)
        #expect(first.status == 200)
        if state == .running { _ = try await subject.site.send(.post, subject.signals + "/resume") }
        let before = try await subject.trace()
        let again = try await subject.site.send(.put, subject.path, body: body, fields: fields)
        #expect(again.body == first.body)
        #expect(again.field("Idempotent-Replayed") == "true")
        let other = try await subject.site.send(
            .put, subject.path, body: #"{"metadata":{"b":2}}"#, fields: fields)
        #expect(other.status == 422)
        #expect(try await subject.trace() == before)
    }

    @Test func metadataIsBounded() async throws {
        let subject = try await FeatherSubject()
        // {"a":"..."} takes 8 bytes around the text.
        for (count, status) in [(65_528, 200), (65_529, 400)] {
            let text = String(repeating: "x", count: count)
            let body = #"{"metadata":{"a":"\#(text)"}}"#
            let answer = try await subject.site.send(.put, subject.path, body: body)
            #expect(answer.status == status)
        }
    }
}
