import Dialect
import JSON
import Runs
import Testing

@testable import Extend

/// Every refusal in Extend's flat envelope.
@Suite struct ExtendRefusalTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let refusal: Refusal
        let status: Int
        let code: String
        let isRetryable: Bool

        init(_ refusal: Refusal, _ status: Int, _ code: String, retryable: Bool = false) {
            self.refusal = refusal
            self.status = status
            self.code = code
            isRetryable = retryable
        }

        var testDescription: String { "\(refusal)" }
    }

    static let ofTheGateway = [
        Row(.transport(status: 400, reason: "r"), 400, "INVALID_REQUEST"),
        Row(.transport(status: 408, reason: "r"), 408, "INVALID_REQUEST", retryable: true),
        Row(.transport(status: 413, reason: "r"), 413, "INVALID_REQUEST"),
        Row(.transport(status: 431, reason: "r"), 431, "INVALID_REQUEST"),
        Row(.transport(status: 501, reason: "r"), 501, "INVALID_REQUEST"),
        Row(.transport(status: 503, reason: "r"), 503, "INTERNAL_ERROR", retryable: true),
        Row(.noCredential, 401, "UNAUTHORIZED"), Row(.badCredential, 401, "UNAUTHORIZED"),
        Row(.twoCredentials, 400, "INVALID_REQUEST"), Row(.noWorkspace, 400, "INVALID_REQUEST"),
        Row(.tooManyFailures, 429, "RATE_LIMIT_EXCEEDED", retryable: true),
        Row(.forbidden(.operate), 403, "FORBIDDEN"), Row(.noRoute, 404, "NOT_FOUND"),
        Row(.methodNotAllowed([.get]), 405, "INVALID_REQUEST"),
        Row(.mediaType, 400, "INVALID_REQUEST"), Row(.contentEncoding, 400, "INVALID_REQUEST"),
        Row(.input([Fault(["body"], .missing)]), 400, "INVALID_REQUEST"),
        Row(.said(status: 404, message: "m"), 404, "NOT_FOUND"),
    ]

    static let ofTheEngine = [
        Row(.run(.notFound(.run)), 404, "NOT_FOUND"),
        Row(.run(.notFound(.workflow)), 404, "NOT_FOUND"),
        Row(.run(.notFound(.workspace)), 404, "NOT_FOUND"),
        Row(.run(.otherOrganization), 404, "NOT_FOUND"),
        Row(.run(.illegal(.cancel, in: .succeeded)), 400, "INVALID_REQUEST"),
        Row(.run(.illegalStep(.approve)), 400, "INVALID_REQUEST"),
        Row(.run(.invalid(field: "f", reason: "r")), 400, "INVALID_REQUEST"),
        Row(.run(.conflict(.run)), 400, "INVALID_REQUEST"),
        Row(.run(.leaseLost), 400, "INVALID_REQUEST"),
        Row(.run(.lastInstanceKey), 400, "INVALID_REQUEST"),
        Row(.run(.keyReused), 422, "INVALID_REQUEST"),
        Row(.run(.limit("l")), 429, "RATE_LIMIT_EXCEEDED", retryable: true),
        Row(.run(.overloaded), 503, "INTERNAL_ERROR", retryable: true),
        Row(.run(.storageFull), 507, "INTERNAL_ERROR", retryable: true),
        Row(.run(.unavailable), 503, "INTERNAL_ERROR", retryable: true),
        Row(.run(.internalFailure), 500, "INTERNAL_ERROR", retryable: true),
    ]

    @Test(arguments: ofTheGateway + ofTheEngine) func refusal(_ row: Row) throws {
        let error = ExtendError(row.refusal)
        #expect(error.status == row.status)
        #expect(!error.message.isEmpty)
        let body = try JSONValue(parsing: error.json(requestID: "req_1"))
        #expect(
            body == [
                "code": .string(row.code), "message": .string(error.message),
                "retryable": .bool(row.isRetryable), "requestId": "req_1",
            ])
    }
}
