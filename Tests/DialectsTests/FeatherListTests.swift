import JSON
import Runs
import Testing

@testable import Feather

/// X1, X4, X8, X9: creating, listing, and cancelling many.
@Suite struct FeatherListTests {
    private static let lead = #""customerLeadId":"l""#
    private static let phone = #""primaryPhone":"p""#

    /// Bodies of a create that are refused: nothing is made.
    static let bad = [
        "", "null", "[]", "{", "{\(lead)}", "{\(phone)}", #"{\#(lead),"primaryPhone":1}"#,
        #"{\#(lead),"primaryPhone":""}"#, #"{"customerLeadId":null,\#(phone)}"#,
        #"{\#(lead),\#(phone),"variables":[]}"#, #"{\#(lead),\#(phone),"metadata":"x"}"#,
        #"{\#(lead),\#(phone),"startAt":"tomorrow"}"#, #"{\#(lead),\#(phone),"startAt":1}"#,
        #"{\#(lead),\#(phone),"attempt":-1}"#, #"{\#(lead),\#(phone),"attempt":"1"}"#,
        #"{\#(lead),\#(phone),"zipcode":1}"#, #"{\#(lead),\#(phone),\#(phone)}"#,
        #"{\#(lead),"primaryPhone":"\#(String(repeating: "é", count: 128))"}"#,
    ]

    @Test(arguments: bad) func createRefuses(_ body: String) async throws {
        let site = try Site()
        let workflow = try await site.workflow("w", steps: Site.steps(for: .queued))
        let path = "/api/v1/workflow/\(workflow)/execution"
        let answer = try await site.send(.post, path, body: body)
        #expect(answer.status == 400)
        #expect(answer["code"]?.asString == "BAD_REQUEST")
        #expect(answer["success"]?.asBool == false)
        let list = try await site.send(.get, path + "s")
        #expect(list.body == #"{"executions":[],"pagination":{"limit":10,"nextCursor":null}}"#)
    }

    @Test func createEchoes() async throws {
        let site = try Site()
        let workflow = try await site.workflow("w", steps: Site.steps(for: .queued))
        let body = """
            {\(Self.lead),\(Self.phone),"zipcode":null,"state":"","unknown":[1],"attempt":0,
            "variables":{"x":1.50,"y":[null]},"metadata":{"firstName":"Ada"}}
            """
        let answer = try await site.send(
            .post, "/feather/api/v1/workflow/\(workflow.text.uppercased())/execution/", body: body)
        #expect(answer.status == 201)
        #expect(answer["workflowId"]?.asString == workflow.text)
        #expect(answer.body.contains(#""variables":{"x":1.50,"y":[null]}"#))
        #expect(answer.body.contains(#""metadata":{"firstName":"Ada"}"#))
    }

    @Test func laterStartWaits() async throws {
        let site = try Site()
        let workflow = try await site.workflow("w", steps: Site.steps(for: .running))
        let path = "/api/v1/workflow/\(workflow)/execution"
        let body = #"{\#(Self.lead),\#(Self.phone),"startAt":"2026-01-02T03:05:05Z"}"#
        #expect(try await site.send(.post, path, body: body).status == 201)
        site.tick()
        let item = try await site.send(.get, path + "s")["executions"]?.asArray?.first
        #expect(item?["status"]?.asString == "CREATED")
        #expect(item?["nextRunAt"]?.asString == "2026-01-02T03:05:05.000Z")
        site.time.advance(milliseconds: 60_000)
        _ = try await site.claim("one")
    }

    @Test func walkShowsEachOnce() async throws {
        let subject = try await FeatherSubject()
        let site = subject.site
        var made = [subject.id.text]
        for _ in 1..<5 { made.append(try await site.execute(subject.workflow).text) }
        let path = "/api/v1/workflow/\(subject.workflow)/executions?limit=2"
        var seen: [String] = []
        var next: String? = ""
        while let cursor = next, seen.count < 10 {
            let page = try await site.send(.get, path + (cursor.isEmpty ? "" : "&cursor=\(cursor)"))
            seen += page["executions"]?.asArray?.compactMap { $0["id"]?.asString } ?? []
            next = page["pagination"]?["nextCursor"]?.asString
        }
        #expect(seen == made.reversed())
    }

    /// A query, and how many of three executions it shows: one cancelled, one of another lead.
    @Test(arguments: [
        ("", 3), ("?status=CREATED", 2), ("?status=CANCELLED", 1), ("?status=RUNNING", 0),
        ("?customerLeadId=lead-2", 1), ("?customerLeadId=lead-3", 0), ("?limit=500", 3),
        ("?limit=1", 1), ("?unknown=1&enriched=false", 3),
    ]) func filters(_ query: String, _ count: Int) async throws {
        let subject = try await FeatherSubject(.cancelled)
        for lead in ["lead-1", "lead-2"] {
            _ = try await subject.site.execute(subject.workflow, lead: lead)
        }
        let answer = try await subject.site.send(
            .get, "/api/v1/workflow/\(subject.workflow)/executions\(query)")
        #expect(answer["executions"]?.asArray?.count == count)
        #expect(answer["executions"]?.asArray?.allSatisfy { $0["metadata"] == nil } == true)
    }

    @Test func enriched() async throws {
        let subject = try await FeatherSubject()
        let answer = try await subject.site.send(
            .get, "/api/v1/workflow/\(subject.workflow)/executions?enriched=true&limit=500")
        let item = try #require(answer["executions"]?.asArray?.first)
        #expect(["metadata", "variables", "definition"].allSatisfy { item[$0]?.asObject != nil })
        #expect(answer["pagination"]?["limit"] == 100)
    }

    @Test(arguments: [
        "status=created", "status=", "limit=0", "limit=-1", "limit=ten", "limit=",
        "limit=9999999999999999", "enriched=yes", "enriched=", "cursor=x", "cursor=",
    ]) func listRefuses(_ query: String) async throws {
        let subject = try await FeatherSubject()
        let answer = try await subject.site.send(
            .get, "/api/v1/workflow/\(subject.workflow)/executions?\(query)")
        #expect(answer.status == 400)
        #expect(answer["code"]?.asString == "BAD_REQUEST")
    }

    @Test func workflows() async throws {
        let site = try Site()
        let id = try await site.workflow("w", steps: Site.steps(for: .queued))
        _ = try await site.workflow("v", steps: Site.steps(for: .queued))
        let first = try await site.send(.get, "/api/v1/workflow?limit=1")
        let cursor = try #require(first["pagination"]?["nextCursor"]?.asString)
        let second = try await site.send(.get, "/api/v1/workflow?limit=1&cursor=\(cursor)")
        #expect(second["workflows"]?.asArray?.first?["id"]?.asString == id.text)
        #expect(second["pagination"]?["nextCursor"]?.isNull == true)
        let inactive = try await site.send(.get, "/api/v1/workflow?status=inactive")
        #expect(inactive["workflows"]?.asArray?.isEmpty == true)
        let one = try await site.send(.get, "/api/v1/workflow/\(id)")
        #expect(one["name"]?.asString == "w")
        #expect(one["definition"]?["steps"]?.asArray?.count == 2)
    }
}
