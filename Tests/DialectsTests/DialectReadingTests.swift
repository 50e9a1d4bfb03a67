import HTTP
import JSON
import Runs
import Testing

@testable import Dialect

/// What a style reads of a request: credentials, members, queries.
@Suite struct DialectReadingTests {
    struct CredentialRow: Sendable {
        let fields: [(String, String)]
        var bareToken = false
        var userKey = false
        /// A token, nil for none, or `two`.
        let token: String?
    }

    @Test(arguments: [
        CredentialRow(fields: [], token: nil),
        CredentialRow(fields: [("X-API-Key", "k")], token: "k"),
        CredentialRow(fields: [("x-api-key", "")], token: nil),
        CredentialRow(fields: [("Authorization", "Bearer k")], token: "k"),
        CredentialRow(fields: [("authorization", "bEARER \t k")], token: "k"),
        CredentialRow(fields: [("Authorization", "Basic k")], token: nil),
        CredentialRow(fields: [("Authorization", "Bearer")], bareToken: true, token: nil),
        CredentialRow(fields: [("Authorization", "Bearer a b")], token: nil),
        CredentialRow(fields: [("Authorization", "k")], token: nil),
        CredentialRow(fields: [("Authorization", "k")], bareToken: true, token: "k"),
        CredentialRow(fields: [("Authorization", "UserKey k")], token: nil),
        CredentialRow(fields: [("Authorization", "UserKey k")], userKey: true, token: "k"),
        CredentialRow(fields: [("UserKey", "k")], token: nil),
        CredentialRow(fields: [("UserKey", "k")], userKey: true, token: "k"),
        CredentialRow(
            fields: [("X-API-Key", "k"), ("Authorization", "Bearer k")], token: "two"),
        CredentialRow(fields: [("X-API-Key", "k"), ("x-api-key", "k")], token: "two"),
        CredentialRow(
            fields: [("UserKey", "k"), ("Authorization", "Bearer k")], userKey: true,
            token: "two"),
        CredentialRow(fields: [("UserKey", "k"), ("X-API-Key", "j")], token: "j"),
    ])
    func credential(_ row: CredentialRow) {
        let token: String?
        do throws(Refusal) {
            token = try Credential.standard(
                Fields(row.fields), bareToken: row.bareToken, userKey: row.userKey)
        } catch .twoCredentials {
            token = "two"
        } catch {
            token = "another refusal"
        }
        #expect(token == row.token)
    }

    @Test func bodyCollectsItsFaults() throws {
        let document = try JSONValue(
            parsing: #"""
                {"short":"","long":"abcd","number":"1","far":11,"flag":1,"when":"x","no":null,
                "é/~":1}
                """#)
        var body = Body(try #require(document.asObject))
        _ = body.requiredString("absent")
        _ = body.requiredString("no")
        _ = body.string("short", 1...3)
        _ = body.string("long", 1...3)
        _ = body.integer("number", 0...10)
        _ = body.integer("far", 0...10)
        _ = body.bool("flag")
        _ = body.timestamp("when")
        #expect(body.string("no") == nil)
        body.refuseOthers()
        #expect(
            body.faults.map(\.kind) == [
                .missing, .type("string"), .tooShort(1), .tooLong(3), .type("integer"),
                .outOfRange("0...10"), .type("boolean"), .type("date-time"),
                .value("is not known here"),
            ])
        #expect(body.faults.map(\.pointer).last == "/é~1~0")
        #expect(throws: Refusal.self) { try body.check() }
    }

    /// Length is counted in Unicode scalars: 251 times e with an accent of its own are 502.
    @Test(arguments: [
        (String(repeating: "\u{1F600}", count: 500), true),
        (String(repeating: "e\u{301}", count: 251), false),
    ])
    func lengthCountsScalars(_ text: String, _ fits: Bool) {
        var body = Body(["reason": .string(text)])
        #expect((body.requiredString("reason", 1...500) != nil) == fits)
    }

    @Test(arguments: [
        ("", 50, 0), ("limit=7", 7, 0), ("limit=999", 200, 0), ("limit=0", 50, 1),
        ("limit=+5", 50, 1), ("limit=%D9%A3", 50, 1), ("limit=", 50, 1),
        ("limit=9999999999999999", 50, 1),
    ])
    func limit(_ query: String, _ limit: Int, _ faults: Int) throws {
        let target = try #require(Target("/?\(query)"))
        var reader = QueryReader(target.query)
        #expect(reader.limit(default: 50, most: 200) == limit)
        #expect(reader.faults.count == faults)
    }
}
