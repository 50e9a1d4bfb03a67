import JSON
import Runs
import Testing

@testable import Feather

/// X8, X9: cancelling by phone number or lead.
@Suite struct FeatherCancelTests {
    @Test(arguments: [
        #"{"phoneNumber":"+15551234567"}"#, #"{"customerLeadId":"lead-1"}"#,
    ])
    func cancelsWhatIsOpen(_ body: String) async throws {
        let site = try Site()
        let workflow = try await site.workflow("w", steps: Site.steps(for: .running))
        let other = try await site.workflow("other", steps: Site.steps(for: .running))
        for _ in 0..<3 { _ = try await site.execute(workflow) }
        _ = try await site.execute(workflow, lead: "lead-2", phone: "+15550000000")
        _ = try await site.execute(other)
        try await site.bring(try await site.execute(workflow), to: .cancelled)

        let here = "/api/v1/workflow/\(workflow)/executions/cancel"
        #expect(try await site.send(.post, here, body: body).body == #"{"cancelledCount":3}"#)
        #expect(try await site.send(.post, here, body: body).body == #"{"cancelledCount":0}"#)
        let everywhere = "/api/v1/executions/cancel"
        #expect(
            try await site.send(.post, everywhere, body: body).body == #"{"cancelledCount":1}"#)
        let open = try await site.send(
            .get, "/api/v1/workflow/\(workflow)/executions?status=CREATED")
        #expect(open["executions"]?.asArray?.count == 1)
    }

    /// More than the engine lists at a time.
    @Test func goesThroughEveryPage() async throws {
        let site = try Site()
        let workflow = try await site.workflow("w", steps: Site.steps(for: .queued))
        for _ in 0..<101 { _ = try await site.execute(workflow) }
        let answer = try await site.send(
            .post, "/api/v1/executions/cancel", body: #"{"customerLeadId":"lead-1"}"#)
        #expect(answer.body == #"{"cancelledCount":101}"#)
    }

    /// One key is one request: what was created since is left alone.
    @Test func oneKeyIsOneRequest() async throws {
        let site = try Site()
        let workflow = try await site.workflow("w", steps: Site.steps(for: .queued))
        let body = #"{"customerLeadId":"lead-1"}"#
        for path in ["/api/v1/workflow/\(workflow)/executions/cancel", "/api/v1/executions/cancel"]
        {
            _ = try await site.execute(workflow)
            let fields = [("Idempotency-Key", "k")]
            let first = try await site.send(.post, path, body: body, fields: fields)
            #expect(first.body == #"{"cancelledCount":1}"#)
            #expect(first.field("Idempotent-Replayed") == nil)
            let later = try await site.execute(workflow)
            let again = try await site.send(.post, path, body: body, fields: fields)
            #expect(again.body == first.body)
            #expect(again.field("Idempotent-Replayed") == "true")
            let other = try await site.send(
                .post, path, body: #"{"customerLeadId":"lead-2"}"#, fields: fields)
            #expect(other.status == 422)
            #expect(other["code"]?.asString == "UNPROCESSABLE_CONTENT")
            let shown = try await site.send(
                .get, "/api/v1/workflow/\(workflow)/execution/\(later)")
            #expect(shown["status"]?.asString == "CREATED")
            try await site.bring(later, to: .cancelled)
        }
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"phoneNumber":"15551234567"}"#, #"{"phoneNumber":"+05551234567"}"#,
        #"{"phoneNumber":"+1"}"#, #"{"phoneNumber":"+1234567890123456"}"#,
        #"{"phoneNumber":"+1555 1234567"}"#, #"{"phoneNumber":"+١٢٣"}"#, #"{"phoneNumber":15}"#,
        #"{"customerLeadId":""}"#, #"{"phoneNumber":"+15551234567","customerLeadId":"lead-1"}"#,
    ]) func refuses(_ body: String) async throws {
        let subject = try await FeatherSubject()
        let before = try await subject.trace()
        let answer = try await subject.site.send(.post, "/api/v1/executions/cancel", body: body)
        #expect(answer.status == 400)
        #expect(try await subject.trace() == before)
    }
}
