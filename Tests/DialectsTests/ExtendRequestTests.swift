import JSON
import Runs
import Testing

@testable import Extend

/// Bodies of a create: what is taken, and what is refused and makes nothing.
@Suite struct ExtendRequestTests {
    static let good = [
        #""file":{"text":""}"#, #""file":{"id":"file_1"}"#, #""file":{"url":"u","name":null}"#,
        #""file":{"text":"x"},"priority":null,"metadata":null,"package":null"#,
        #""package":{"files":[{"url":"u"},{"id":"file_1"}]}"#,
        #""package":{"files":[{"url":"u"},{"id":"u"}]}"#,
        #""file":{"text":"x"},"priority":1"#, #""file":{"text":"x"},"priority":100"#,
        #""file":{"text":"x"},"metadata":{"a":"\#(filler(10_232))"}"#,
        #""file":{"text":"x"},"anything":{"else":[]}"#,
    ]

    static let bad = [
        #""file":null"#, #""anything":1"#, #""file":"x""#, #""file":{}"#, #""file":{"url":""}"#,
        #""file":{"url":1}"#, #""file":{"text":1}"#, #""file":{"url":"u","id":"i"}"#,
        #""file":{"url":"u","name":1}"#, #""file":{"url":"u","settings":[]}"#,
        #""file":{"url":"u","settings":{"password":1}}"#,
        #""file":{"text":"x"},"package":{"files":[{"id":"a"},{"id":"b"}]}"#,
        #""package":{}"#, #""package":{"files":[]}"#, #""package":{"files":[{"id":"a"}]}"#,
        #""package":{"files":[{"id":"a"},{"id":"a"}]}"#,
        #""package":{"files":[{"url":"a"},{"url":"a"}]}"#,
        #""package":{"files":[{"id":"a"},{"text":"b"}]}"#,
        #""package":{"files":[{"id":"a"},"b"]}"#,
        #""package":{"files":[\#(many(51))]}"#,
        #""package":{"files":[{"id":"a"},{"id":"b"}]},"outputs":[]"#,
        #""file":{"text":"x"},"outputs":{}"#, #""file":{"text":"x"},"outputs":[1]"#,
        #""file":{"text":"x"},"outputs":[{"output":{}}]"#,
        #""file":{"text":"x"},"outputs":[{"processorId":"p","output":1}]"#,
        #""file":{"text":"x"},"priority":0"#, #""file":{"text":"x"},"priority":101"#,
        #""file":{"text":"x"},"priority":"5""#, #""file":{"text":"x"},"priority":1.5"#,
        #""file":{"text":"x"},"metadata":[]"#,
        #""file":{"text":"x"},"metadata":{"a":"\#(filler(10_233))"}"#,
        #""file":{"text":"x"},"metadata":{"extend:usage_tags":"a"}"#,
        #""file":{"text":"x"},"metadata":{"extend:usage_tags":[1]}"#,
        #""file":{"text":"x"},"secrets":"s""#, #""file":{"text":"x"},"file":{"text":"x"}"#,
    ]

    /// Whole bodies that are no create at all.
    static let wrong = [
        "", "null", "[]", "{", #"{"file":{"text":"x"}}"#, #"{"workflow":"w","file":{"text":"x"}}"#,
        #"{"workflow":{},"file":{"text":"x"}}"#, #"{"workflow":{"id":1},"file":{"text":"x"}}"#,
        #"{"workflow":{"id":""},"file":{"text":"x"}}"#,
        #"{"workflow":{"id":"w","version":1},"file":{"text":"x"}}"#,
    ]

    @Test func takes() async throws {
        let site = try Site()
        _ = try await site.workflow("w", steps: Site.steps(for: .queued))
        for body in Self.good {
            let answer = try await site.send(
                .post, "/workflow_runs", body: #"{"workflow":{"id":"w"},\#(body)}"#)
            #expect(answer.status == 200, "\(body.prefix(80)) \(answer.body.prefix(200))")
        }
    }

    @Test func refuses() async throws {
        let site = try Site()
        _ = try await site.workflow("w", steps: Site.steps(for: .queued))
        for body in Self.bad.map({ #"{"workflow":{"id":"w"},\#($0)}"# }) + Self.wrong {
            let answer = try await site.send(.post, "/workflow_runs", body: body)
            #expect(answer.status == 400, "\(body.prefix(80))")
            #expect(answer["code"]?.asString == "INVALID_REQUEST")
            #expect(answer["retryable"]?.asBool == false)
        }
        let media = try await site.send(
            .post, "/workflow_runs", body: #"{"workflow":{"id":"w"},"file":{"text":"x"}}"#,
            fields: [("Content-Type", "text/plain")])
        #expect(media.status == 400)
        let unknown = try await site.send(
            .post, "/workflow_runs", body: #"{"workflow":{"id":"v"},"file":{"text":"x"}}"#)
        #expect(unknown.status == 404)
        #expect(try await site.send(.get, "/workflow_runs")["data"]?.asArray?.isEmpty == true)
    }

    /// A name, and the file type that it tells.
    @Test(arguments: [
        ("a.pdf", "PDF"), ("a.b.JPEG", "IMG"), ("a.xlsx", "EXCEL"), ("a.htm", "HTML"),
        ("pdf", nil), ("a.", nil), ("", nil), (".csv", "CSV"), ("a.exe", nil),
    ]) func fileTypes(_ name: String, _ type: String?) {
        #expect(fileType(name) == type)
    }

    @Test(arguments: [
        ("https://x.test/a/b.pdf?c=/d#e", "b.pdf"), ("https://x.test/a/", "a"), ("u", "u"),
        ("https://x.test", "x.test"), ("/", "/"), ("?a", "?a"),
    ]) func lastParts(_ url: String, _ part: String) {
        #expect(lastPart(of: url) == part)
    }

    private static func filler(_ count: Int) -> String { String(repeating: "x", count: count) }

    private static func many(_ count: Int) -> String {
        (0..<count).map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
    }
}
