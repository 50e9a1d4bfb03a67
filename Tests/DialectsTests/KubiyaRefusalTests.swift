import Dialect
import HTTP
import JSON
import Runs
import Testing

@testable import Kubiya

/// Every refusal in Kubiya's envelope.
@Suite struct KubiyaRefusalTests {
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

    private static let hint = #""hint":"Include 'Authorization: Bearer <token>' header""#

    private static func item(
        _ type: String, _ location: String, _ message: String, _ input: String
    ) -> String {
        #"[{"type":"\#(type)","loc":\#(location),"msg":"\#(message)","input":\#(input)}]"#
    }

    private static let ofTheGateway = [
        Row(.transport(status: 413, reason: "it is too long"), 413, #""it is too long""#),
        Row(
            .noCredential, 401,
            #"{"error":"Unauthorized","message":"Authorization header is required","#
                + hint + "}"),
        Row(
            .badCredential, 401,
            #"{"error":"Unauthorized","message":"Invalid or expired authentication token","#
                + hint + "}"
        ),
        Row(.twoCredentials, 400, #""More than one credential was sent""#),
        Row(.tooManyFailures, 429, #""Too many failed authentications""#),
        Row(.noWorkspace, 400, #""This key is of a whole organization: name a workspace""#),
        Row(.forbidden(.operate), 403, #""This key may not operate""#),
        Row(.noRoute, 404, #""Not Found""#),
        Row(.methodNotAllowed([.get]), 405, #""Method Not Allowed""#),
        Row(.contentEncoding, 400, #""There was an error parsing the body""#),
        Row(.said(status: 404, message: "Team not found"), 404, #""Team not found""#),
    ]

    private static let ofTheEngine = [
        Row(.run(.notFound(.run)), 404, #""Execution not found""#),
        Row(.run(.notFound(.workflow)), 404, #""Agent not found""#),
        Row(.run(.otherOrganization), 403, #""Access denied""#),
        Row(
            .run(.illegal(.terminate, in: .succeeded)), 400,
            #""Cannot terminate workflow in status: completed""#),
        Row(
            .run(.illegal(.pause, in: .failing)), 400,
            #""Cannot pause execution in status: running""#),
        Row(.run(.illegalStep(.approve)), 400, #""No step of the execution takes approve""#),
        Row(
            .run(.invalid(field: "labels/0", reason: "is too long")), 422,
            item("value_error", #"["body","labels","0"]"#, "Value error, is too long", "null")
        ),
        Row(.run(.conflict(.run)), 409, #""Execution already exists""#),
        Row(.run(.leaseLost), 409, #""The lease on the task is lost""#),
        Row(
            .run(.keyReused), 422,
            item(
                "value_error", #"["header","Idempotency-Key"]"#,
                "Value error, was used for another request", "null")
        ),
        Row(.run(.limit("runs_queued")), 429, #""Limit reached: runs_queued""#),
        Row(.run(.overloaded), 503, #""The server is overloaded""#),
        Row(.run(.storageFull), 507, #""The storage is full""#),
        Row(.run(.unavailable), 503, #""The server is not available""#),
        Row(.run(.internalFailure), 500, #""Internal server error""#),
    ]

    private static let ofQueries = [
        Row(
            .input([Fault(["query", "limit"], .type("integer"), input: "abc")]), 422,
            item(
                "int_parsing", #"["query","limit"]"#,
                "Input should be a valid integer, unable to parse string as an integer",
                #""abc""#)
        ),
        Row(
            .input([Fault(["query", "skip"], .outOfRange("0...10"), input: "-1")]), 422,
            item(
                "greater_than_equal", #"["query","skip"]"#,
                "Input should be greater than or equal to 0", #""-1","ctx":{"ge":0}"#)
        ),
        Row(
            .input([Fault(["query", "skip"], .outOfRange("0...10"), input: "11")]), 422,
            item(
                "less_than_equal", #"["query","skip"]"#,
                "Input should be less than or equal to 10", #""11","ctx":{"le":10}"#)
        ),
    ]

    @Test(arguments: ofTheGateway + ofTheEngine + ofQueries)
    func spells(_ row: Row) {
        let response = Kubiya.answer(row.refusal)
        #expect(response.status == row.status)
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"detail":\#(row.detail)}"#)
        #expect(response.first("WWW-Authenticate") == nil)
    }
}
