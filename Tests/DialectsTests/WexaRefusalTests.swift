import Dialect
import JSON
import Runs
import Testing

@testable import Wexa

/// Every refusal in Wexa's envelope.
@Suite struct WexaRefusalTests {
    struct Row: CustomTestStringConvertible {
        let refusal: Refusal
        let status: Int
        let detail: String

        init(_ refusal: Refusal, _ status: Int, _ detail: String) {
            self.refusal = refusal
            self.status = status
            self.detail = detail
        }

        var testDescription: String { "\(status) \(detail)" }
    }

    private static let ofTheGateway = [
        Row(.transport(status: 413, reason: "the body is too long"), 413, "the body is too long"),
        Row(.noCredential, 401, "Invalid or missing API key"),
        Row(.badCredential, 401, "Invalid or missing API key"),
        Row(.twoCredentials, 400, "More than one API key was sent"),
        Row(.tooManyFailures, 429, "Too many failed authentications"),
        Row(
            .noWorkspace, 400, "x-signalbox-workspace: field required for an organization key"),
        Row(.forbidden(.operate), 403, "The API key may not operate here"),
        Row(.noRoute, 404, "Not found"),
        Row(.methodNotAllowed([.post]), 405, "Method not allowed"),
        Row(.mediaType, 422, "body: content type is not application/json"),
        Row(.contentEncoding, 400, "An encoded body is not supported"),
        Row(.said(status: 418, message: "Said"), 418, "Said"),
        Row(.input([Fault(["body"], .missing)]), 422, "body: field required"),
        Row(
            .input([
                Fault(["body", "agentflow_id"], .missing),
                Fault(["body", "goal"], .type("string")),
            ]), 422, "agentflow_id: field required; goal: must be of type string"),
        Row(
            .input([Fault(["body", "execution_id"], .tooShort(1))]), 422,
            "execution_id: must not be empty"),
        Row(
            .input([Fault(["query", "limit"], .outOfRange("1...9"))]), 422, "limit: is not in 1...9"
        ),
    ]

    private static let ofTheEngine = [
        Row(.run(.notFound(.run)), 404, "Execution not found"),
        Row(.run(.notFound(.workflow)), 404, "Agentflow not found"),
        Row(.run(.notFound(.workspace)), 404, "Project not found"),
        Row(.run(.otherOrganization), 404, "Execution not found"),
        Row(
            .run(.illegal(.resume, in: .cancelled)), 409,
            "Execution is cancelled and cannot be resumed"),
        Row(
            .run(.illegal(.cancel, in: .succeeded)), 409,
            "Execution is completed and cannot be cancelled"),
        Row(
            .run(.illegal(.start, in: .waiting)), 409,
            "Execution is input_required and cannot be executed"),
        Row(
            .run(.illegal(.pause, in: .failing)), 409, "Execution is failing and cannot be paused"),
        Row(.run(.illegalStep(.approve)), 409, "Nothing in this execution waits for that"),
        Row(.run(.invalid(field: "run_id", reason: "is long")), 422, "run_id: is long"),
        Row(.run(.conflict(.run)), 409, "Execution already exists"),
        Row(.run(.leaseLost), 409, "The lease is lost"),
        Row(.run(.lastInstanceKey), 409, "The last instance key cannot be revoked"),
        Row(.run(.keyReused), 422, "Idempotency-Key was used for another request"),
        Row(.run(.limit("queued_runs")), 429, "The limit queued_runs is reached"),
        Row(.run(.overloaded), 503, "The server is overloaded, try again later"),
        Row(.run(.storageFull), 507, "The server's storage is full"),
        Row(.run(.unavailable), 503, "The server is not available, try again later"),
        Row(.run(.internalFailure), 500, "Internal server error"),
    ]

    @Test(arguments: ofTheGateway + ofTheEngine)
    func refusal(_ row: Row) {
        let response = executionRefusal(row.refusal)
        #expect(response.status == row.status)
        let expected: JSONValue = ["detail": .string(row.detail)]
        #expect(response.body == expected.serialized())
        #expect(response.first("content-type") == "application/json")
    }

    @Test func malformedJSON() throws {
        let error = try #require(throws: JSONError.self) { try JSONValue(parsing: "{") }
        let response = executionRefusal(.malformedJSON(error))
        #expect(response.status == 422)
        #expect(String(decoding: response.body, as: UTF8.self).contains("body: Expecting"))
    }
}
