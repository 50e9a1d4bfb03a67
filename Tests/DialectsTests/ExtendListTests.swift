import JSON
import Runs
import Testing

@testable import Extend

/// Routes 7, 9, 11: lists and workflows.
@Suite struct ExtendListTests {
    private static let version = [("x-extend-api-version", "2026-02-09")]

    @Test(arguments: ["createdAt", "updatedAt"], ["asc", "desc"])
    func walkShowsEachOnce(_ key: String, _ direction: String) async throws {
        let subject = try await ExtendSubject()
        let site = subject.site
        var made = [ExtendID.of(subject.id)]
        for index in 1..<5 {
            // Three of them at the same time.
            if index > 2 { site.time.advance(milliseconds: 10) }
            made.append(ExtendID.of(try await site.runFile("b.pdf", subject.workflow)))
        }
        let path = "/workflow_runs?sortBy=\(key)&sortDir=\(direction)&maxPageSize=2"
        var seen: [String] = []
        var next: String? = ""
        while let token = next, seen.count < 10 {
            let target = path + (token.isEmpty ? "" : "&nextPageToken=\(token)")
            let page = try await site.send(.get, target)
            seen += page["data"]?.asArray?.compactMap { $0["id"]?.asString } ?? []
            next = page["nextPageToken"]?.asString
        }
        #expect(seen == (direction == "asc" ? made : made.reversed()))
    }

    /// A query, and how many of three runs it shows: one processing, one of another file, one of
    /// another style.
    static let queries = [
        ("", 3), ("?status=PENDING", 2), ("?status=PROCESSING", 1), ("?status=CANCELLED", 0),
        ("?status=FAILED", 0), ("?fileNameContains=in+voice%26%C3%A9%2B", 1),
        ("?fileNameContains=pdf", 2), ("?fileNameContains=PDF", 0), ("?fileNameContains=", 2),
        ("?workflowId=w", 3), ("?workflowId=workflow_unknown", 0), ("?workflowId=", 0),
        ("?batchId=batch_1", 0), ("?maxPageSize=1", 1), ("?maxPageSize=1000&unknown=1", 3),
        ("?status=PENDING&fileNameContains=voice", 1), ("?maxPageSize=1&fileNameContains=a.pdf", 1),
    ]

    @Test(arguments: queries) func filters(_ query: String, _ count: Int) async throws {
        let subject = try await ExtendSubject(.running)
        _ = try await subject.site.runFile("in voice&é+.pdf", subject.workflow)
        _ = try await subject.site.execute(subject.workflow)
        let answer = try await subject.site.send(.get, "/workflow_runs\(query)")
        #expect(answer["data"]?.asArray?.count == count)
    }

    static let badQueries = [
        "status=pending", "status=", "sortBy=name", "sortDir=up", "maxPageSize=0",
        "maxPageSize=1001", "maxPageSize=ten", "maxPageSize=", "nextPageToken=x", "nextPageToken=",
    ]

    @Test(arguments: badQueries) func refuses(_ query: String) async throws {
        let subject = try await ExtendSubject()
        let answer = try await subject.site.send(.get, "/workflow_runs?\(query)")
        #expect(answer.status == 400)
        #expect(answer["code"]?.asString == "INVALID_REQUEST")
    }

    /// A token goes with the query it came from.
    @Test func tokensAreBound() async throws {
        let subject = try await ExtendSubject()
        let site = subject.site
        _ = try await site.runFile("b.pdf", subject.workflow)
        let page = try await site.send(.get, "/workflow_runs?maxPageSize=1")
        let token = try #require(page["nextPageToken"]?.asString)
        let other = try await site.send(.get, "/workflow_runs?sortDir=asc&nextPageToken=\(token)")
        #expect(other.status == 400)
        #expect(other["message"]?.asString?.hasPrefix("nextPageToken ") == true)
    }

    @Test func workflows() async throws {
        let site = try Site()
        let steps = """
            [{"name":"parse","queue":"PARSE"},
            {"name":"extract","queue":"EXTRACT","needs":["parse"]},
            {"name":"own","queue":"own","needs":["parse"]}]
            """
        let id = try await site.workflow("w", steps: steps)
        _ = try await site.workflow("v", steps: steps)
        let first = try await site.send(
            .get, "/workflows?maxPageSize=1&sortBy=updatedAt", fields: Self.version)
        let token = try #require(first["nextPageToken"]?.asString)
        let second = try await site.send(
            .get, "/extend/workflows?maxPageSize=1&nextPageToken=\(token)")
        #expect(second["data"]?.asArray?.first?["id"]?.asString == ExtendID.of(id))
        #expect(second["nextPageToken"]?.isNull == true)
        for form in [ExtendID.of(id), id.text, "w"] {
            let one = try await site.send(.get, "/workflows/\(form)", fields: Self.version)
            #expect(one["name"]?.asString == "w")
            #expect(
                one["draftVersion"]?["steps"] == [
                    [
                        "type": "PARSE", "name": "parse",
                        "next": [["step": "extract"], ["step": "own"]],
                    ],
                    ["type": "EXTRACT", "name": "extract", "next": []],
                ])
        }
        for query in ["maxPageSize=0", "sortBy=name", "sortDir=x", "nextPageToken=x"] {
            let answer = try await site.send(.get, "/workflows?\(query)", fields: Self.version)
            #expect(answer.status == 400)
        }
        let unknown = try await site.send(.get, "/workflows/nobody", fields: Self.version)
        #expect(unknown["message"]?.asString == "Workflow not found.")
    }
}
