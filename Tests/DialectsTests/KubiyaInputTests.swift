import HTTP
import Runs
import Testing

@testable import Kubiya

/// What terminate says of a body that is wrong, and in which order it looks.
@Suite struct KubiyaInputTests {
    struct Row: CustomTestStringConvertible {
        let body: String
        let type: String
        let location: String
        let message: String
        /// Behind `"input":`.
        let rest: String
        var mediaType: String?

        var testDescription: String { body.isEmpty ? "no body" : String(body.prefix(40)) }

        var expected: String {
            #"{"detail":[{"type":"\#(type)","loc":\#(location),"msg":"\#(message)","#
                + #""input":\#(rest)}]}"#
        }
    }

    private static let inReason = #"["body","reason"]"#

    private static func missing(_ body: String, _ input: String) -> Row {
        Row(
            body: body, type: "missing", location: body.hasPrefix("{") ? inReason : #"["body"]"#,
            message: "Field required", rest: input)
    }

    private static func wrongType(_ value: String) -> Row {
        Row(
            body: #"{"reason":\#(value)}"#, type: "string_type", location: inReason,
            message: "Input should be a valid string", rest: value)
    }

    private static func noObject(_ body: String, _ input: String, _ type: String? = nil) -> Row {
        Row(
            body: body, type: "model_attributes_type", location: #"["body"]"#,
            message: "Input should be a valid dictionary or object to extract fields from",
            rest: input, mediaType: type)
    }

    private static func malformed(_ body: String, _ offset: Int, _ error: String) -> Row {
        Row(
            body: body, type: "json_invalid", location: #"["body",\#(offset)]"#,
            message: "JSON decode error", rest: #"{},"ctx":{"error":"\#(error)"}"#)
    }

    private static let long = String(repeating: "e\u{301}", count: 251)

    private static let rows = [
        missing("", "null"), missing("null", "null"), missing("{}", "{}"),
        missing(#"{"Reason":"x"}"#, #"{"Reason":"x"}"#),
        Row(
            body: #"{"reason":""}"#, type: "string_too_short", location: inReason,
            message: "String should have at least 1 character",
            rest: #""","ctx":{"min_length":1}"#),
        Row(
            body: #"{"reason":"\#(long)"}"#, type: "string_too_long", location: inReason,
            message: "String should have at most 500 characters",
            rest: #""\#(long)","ctx":{"max_length":500}"#),
        wrongType("null"), wrongType("5"), wrongType("true"), wrongType("[]"),
        wrongType(#"{"a":1}"#),
        noObject("[]", "[]"), noObject(#""s""#, #""s""#),
        noObject(#"{"reason":"x"}"#, #""{\"reason\":\"x\"}""#, "text/plain"),
        malformed("{", 1, "Expecting property name enclosed in double quotes"),
        malformed(#"{"é":}"#, 5, "Expecting value"),
        malformed(#"{"reason":NaN}"#, 10, "Expecting value"),
        malformed(#"{"reason":"a","reason":"b"}"#, 14, "Duplicate name"),
    ]

    @Test(arguments: rows)
    func refuses(_ row: Row) async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: .queued)
        var fields = [("Authorization", "Bearer \(rig.instanceKey)")]
        if let type = row.mediaType { fields.append(("Content-Type", type)) }
        let (status, body) = try await rig.text(
            .post, path(run), row.body, fields: fields)
        #expect(status == 422)
        #expect(body == row.expected)
        #expect(try rig.state(run) == .queued)
    }

    /// Length is counted in code points, and neither trimmed nor in graphemes.
    @Test(arguments: [
        " ", String(repeating: "\u{1F600}", count: 500), String(repeating: "e\u{301}", count: 250),
    ])
    func takes(_ reason: String) async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: .queued)
        let (status, _) = try await rig.text(.post, path(run), #"{"reason":"\#(reason)"}"#)
        #expect(status == 200)
        let (_, row) = try await rig.text(.get, "/api/v1/executions/\(run.text)")
        #expect(row.contains(#""execution_metadata":{"termination_reason":"\#(reason)"}"#))
    }

    @Test func bytesThatAreNoText() async throws {
        let rig = try await KubiyaRig()
        let run = try await rig.run(in: .queued)
        let request = try #require(
            Request(
                .post, path(run), fields: [("UserKey", rig.instanceKey)],
                body: Array(#"{"reason":""#.utf8) + [0xff] + Array(#""}"#.utf8)))
        let response = await rig.answer(request)
        #expect(response.status == 400)
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"detail":"There was an error parsing the body"}"#)
    }

    /// The key comes before everything, the body before the run.
    @Test func looksInOrder() async throws {
        let rig = try await KubiyaRig()
        let unknown = path(.fresh())
        for body in ["{", #"{"reason":""}"#, #"{"reason":"x"}"#] {
            #expect(try await rig.text(.post, unknown, body, fields: []).status == 401)
        }
        #expect(try await rig.text(.post, unknown, "{}").status == 422)
        #expect(try await rig.text(.post, unknown, #"{"reason":"x"}"#).status == 404)
        let viewer = [("UserKey", try await rig.key("default", "default", .viewer))]
        #expect(try await rig.text(.post, unknown, "{", fields: viewer).status == 403)
    }

    private func path(_ run: RunID) -> String { "/api/v1/executions/\(run.text)/terminate" }
}
