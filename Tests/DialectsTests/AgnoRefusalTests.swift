import Dialect
import JSON
import Runs
import Testing

@testable import Agno

/// Every refusal in AgentOS's envelope.
@Suite struct AgnoRefusalTests {
    struct Row: CustomTestStringConvertible {
        let refusal: Refusal
        let status: Int
        /// What `detail` holds, as JSON text.
        let detail: String

        init(_ refusal: Refusal, _ status: Int, _ detail: String) {
            self.refusal = refusal
            self.status = status
            self.detail = detail
        }

        var testDescription: String { "\(status) \(detail)" }
    }

    private static func item(
        _ type: String, _ location: String, _ message: String, _ input: String
    ) -> String {
        #"[{"type":"\#(type)","loc":\#(location),"msg":"\#(message)","input":\#(input)}]"#
    }

    private static let ofTheGateway = [
        Row(
            .transport(status: 413, reason: "the body is too long"), 413, #""the body is too long""#
        ),
        Row(.noCredential, 401, #""Authorization header required""#),
        Row(.badCredential, 401, #""Invalid authentication token""#),
        Row(.twoCredentials, 400, #""More than one credential was sent""#),
        Row(.tooManyFailures, 429, #""Too many failed authentications""#),
        Row(
            .noWorkspace, 400, #""x-signalbox-workspace is required for an organization key""#),
        Row(
            .forbidden(.operate), 403,
            #""Insufficient permissions. Required scope(s): workflows:run""#),
        Row(
            .forbidden(.read), 403,
            #""Insufficient permissions. Required scope(s): workflows:read""#),
        Row(.noRoute, 404, #""Not Found""#),
        Row(.methodNotAllowed([.get]), 405, #""Method Not Allowed""#),
        Row(.mediaType, 422, item("missing", #"["body"]"#, "Field required", "null")),
        Row(.contentEncoding, 400, #""Content-Encoding is not supported""#),
        Row(.said(status: 404, message: "Session not found"), 404, #""Session not found""#),
    ]

    private static let ofValues = [
        Row(
            .input([Fault(["query", "session_id"], .missing)]), 422,
            item("missing", #"["query","session_id"]"#, "Field required", "null")),
        Row(
            .input([Fault(["body", "stream"], .type("boolean"), input: "maybe")]), 422,
            item(
                "bool_parsing", #"["body","stream"]"#,
                "Input should be a valid boolean, unable to interpret input", #""maybe""#)),
        Row(
            .input([Fault(["body", "version"], .type("integer"), input: "x")]), 422,
            item(
                "int_parsing", #"["body","version"]"#,
                "Input should be a valid integer, unable to parse string as an integer", #""x""#)),
        Row(
            .input([Fault(["body", "f"], .type("string"))]), 422,
            item("string_type", #"["body","f"]"#, "Input should be a valid string", "null")),
        Row(
            .input([Fault(["body", "f"], .tooLong(255), input: "y")]), 422,
            item(
                "string_too_long", #"["body","f"]"#, "String should have at most 255 characters",
                #""y""#)),
        Row(
            .input([Fault(["body", "f"], .tooShort(1), input: "")]), 422,
            item(
                "string_too_short", #"["body","f"]"#, "String should have at least 1 characters",
                #""""#)),
        Row(
            .input([Fault(["body", "f"], .value("is given twice"), input: "y")]), 422,
            item("value_error", #"["body","f"]"#, "Value error, is given twice", #""y""#)),
    ]

    private static let ofTheEngine = [
        Row(.run(.notFound(.run)), 404, #""Run not found""#),
        Row(.run(.notFound(.workflow)), 404, #""Workflow not found""#),
        Row(.run(.notFound(.workspace)), 404, #""Workspace not found""#),
        Row(.run(.otherOrganization), 404, #""Run not found""#),
        Row(.run(.illegal(.cancel, in: .succeeded)), 409, #""run is already completed""#),
        Row(.run(.illegal(.cancel, in: .failed)), 409, #""run has errored""#),
        Row(.run(.illegal(.pause, in: .stopping)), 409, #""run is already running""#),
        Row(.run(.illegalStep(.approve)), 409, #""no step of the run waits for that""#),
        Row(
            .run(.invalid(field: "run_id", reason: "is long")), 422,
            item("value_error", #"["body","run_id"]"#, "Value error, is long", "null")),
        Row(.run(.conflict(.run)), 409, #""Run already exists""#),
        Row(.run(.leaseLost), 409, #""lease lost""#),
        Row(.run(.lastInstanceKey), 409, #""The last instance key cannot be revoked""#),
        Row(.run(.keyReused), 422, #""Idempotency-Key was used for another request""#),
        Row(.run(.limit("queued_runs")), 429, #""Limit reached: queued_runs""#),
        Row(.run(.overloaded), 503, #""Server overloaded, try again later""#),
        Row(.run(.storageFull), 507, #""Storage is full""#),
        Row(.run(.unavailable), 503, #""Server not available, try again later""#),
        Row(.run(.internalFailure), 500, #""Internal server error""#),
    ]

    @Test(arguments: ofTheGateway + ofValues + ofTheEngine)
    func refusal(_ row: Row) {
        let response = agnoRefusal(row.refusal)
        #expect(response.status == row.status)
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"detail":\#(row.detail)}"#)
        #expect(response.first("content-type") == "application/json")
    }

    @Test(arguments: [
        (RunState.queued, "PENDING", "PENDING" as String?), (.running, "RUNNING", "EXECUTING"),
        (.failing, "RUNNING", "EXECUTING"), (.stopping, "RUNNING", "EXECUTING"),
        (.waiting, "PAUSED", "PAUSED"), (.paused, "PAUSED", "PAUSED"),
        (.succeeded, "COMPLETED", nil), (.failed, "ERROR", nil), (.cancelled, "CANCELLED", nil),
    ])
    func words(_ state: RunState, _ status: String, _ stage: String?) {
        #expect(state.workflowRunStatus == status)
        #expect(state.cancellationStage == stage)
    }
}
