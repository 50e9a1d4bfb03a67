import Dialect
import JSON
import Runs
import Testing

@testable import Feather

/// What goes over the wire, byte for byte.
@Suite struct FeatherWireTests {
    @Test func execution() {
        let details = WireRun(origin: .feather, input: Self.input).details
        #expect(String(decoding: Execution(details).json, as: UTF8.self) == Self.golden)
    }

    private static let input = #"""
        {"customerLeadId":"l","primaryPhone":"+15551234567","metadata":{"a":1.0},"zipcode":"1"}
        """#

    private static let golden = [
        #"{"id":"00000000-0000-0000-0000-000000000001","#,
        #""workflowId":"00000000-0000-0000-0000-000000000002","status":"CANCELLED","#,
        #""temporalWorkflowId":"00000000-0000-0000-0000-000000000001","#,
        #""startedAt":"1970-01-01T00:00:02.000Z","completedAt":"1970-01-01T00:00:03.000Z","#,
        #""createdAt":"1970-01-01T00:00:01.000Z","customerLeadId":"l","#,
        #""primaryPhone":"+15551234567","metadata":{"a":1.0},"variables":{},"#,
        #""disposition":null,"definition":{"steps":["#,
        #"{"id":"\#(derivedID(WireRun.workflowBytes, 0))","type":"CALL","order":0,"#,
        #""delayInSecs":0,"finishOn":[],"agentId":null,"leaveVoicemail":false}"#,
        #"],"isInfinite":false},"stepExecutions":["#,
        #"{"id":"\#(derivedID(WireRun.runBytes, 0))","#,
        #""workflowExecutionId":"00000000-0000-0000-0000-000000000001","#,
        #""status":"CANCELLED","type":"CALL","order":0,"delayInSecs":0,"finishOn":[],"#,
        #""startedAt":"1970-01-01T00:00:02.000Z","completedAt":"1970-01-01T00:00:03.000Z","#,
        #""leaveVoicemail":false,"disposition":null,"agentId":null,"agentCall":null}]}"#,
    ].joined()

    /// A run of another style has nothing to show but what was put there since.
    @Test func otherStyles() {
        var run = WireRun(origin: .native, input: #"{"customerLeadId":"secret"}"#)
        #expect(Lead(run.details).customerLeadID == "")
        #expect(Lead(run.details).metadata.isEmpty)
        run.annotation = #"{"b":2}"#
        #expect(Lead(run.details).metadata == ["b": 2])
    }

    @Test func derivedIDs() {
        let ids = (0..<3).map { derivedID(WireRun.runBytes, $0) }
        #expect(Set(ids).count == 3)
        #expect(ids.allSatisfy { RunID($0) != nil })
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let refusal: Refusal
        let status: Int
        let code: String
        let message: String

        init(_ refusal: Refusal, _ status: Int, _ code: String, _ message: String) {
            self.refusal = refusal
            self.status = status
            self.code = code
            self.message = message
        }

        var testDescription: String { message }
    }

    static let ofTheGateway = [
        Row(.transport(status: 413, reason: "too long"), 413, "PAYLOAD_TOO_LARGE", "too long"),
        Row(.transport(status: 431, reason: "too many"), 431, "BAD_REQUEST", "too many"),
        Row(.transport(status: 503, reason: "full"), 503, "INTERNAL_SERVER_ERROR", "full"),
        Row(.noCredential, 401, "UNAUTHORIZED", "Invalid or missing API key"),
        Row(.badCredential, 401, "UNAUTHORIZED", "Invalid or missing API key"),
        Row(.tooManyFailures, 429, "TOO_MANY_REQUESTS", "Too many failed attempts"),
        Row(.noRoute, 404, "NOT_FOUND", "No such route"),
        Row(.methodNotAllowed([.get]), 405, "METHOD_NOT_SUPPORTED", "Method not supported"),
        Row(.mediaType, 400, "BAD_REQUEST", "The body has to be application/json"),
        Row(.contentEncoding, 400, "BAD_REQUEST", "The body must not be compressed"),
        Row(
            .input([Fault(["body", "a"], .missing), Fault(["query", "b"], .type("integer"))]),
            400, "BAD_REQUEST", "a is missing; b is not of type integer"),
    ]

    static let ofTheEngine = [
        Row(.run(.notFound(.run)), 404, "NOT_FOUND", "Workflow execution not found"),
        Row(.run(.otherOrganization), 404, "NOT_FOUND", "Workflow execution not found"),
        Row(.run(.notFound(.workflow)), 404, "NOT_FOUND", "Workflow not found"),
        Row(
            .run(.illegal(.pause, in: .stopping)), 400, "BAD_REQUEST",
            "Cannot pause an execution that is CANCELLED"),
        Row(
            .run(.invalid(field: "cursor", reason: "is not valid")), 400, "BAD_REQUEST",
            "cursor is not valid"),
        Row(
            .run(.keyReused), 422, "UNPROCESSABLE_CONTENT",
            "The Idempotency-Key was used for another request"),
        Row(.run(.limit("queue")), 429, "TOO_MANY_REQUESTS", "A limit is met: queue"),
        Row(
            .run(.overloaded), 503, "INTERNAL_SERVER_ERROR", "Service unavailable: try again"),
        Row(.run(.storageFull), 507, "INTERNAL_SERVER_ERROR", "Storage is full"),
        Row(.run(.internalFailure), 500, "INTERNAL_SERVER_ERROR", "Internal server error"),
    ]

    @Test(arguments: ofTheGateway + ofTheEngine) func refusal(_ row: Row) {
        let error = FeatherError(row.refusal)
        let (status, code) = (row.status, row.code)
        #expect(
            String(decoding: error.json, as: UTF8.self)
                == #"{"status":\#(status),"message":"\#(row.message)","code":"\#(code)","#
                + #""success":false}"#)
    }
}
