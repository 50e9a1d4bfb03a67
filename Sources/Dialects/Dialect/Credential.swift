import HTTP
import RunEngine
import Runs

/// Where a request carries its key.
package enum Credential {
    private static let names = ["x-api-key", "authorization"]

    /// The token in `X-API-Key` or `Authorization: Bearer`, in every style alike.
    /// - Parameters:
    ///   - bareToken: whether `Authorization` may be the token alone (Agno, Kubiya).
    ///   - userKey: whether `UserKey` counts, as a field and as a scheme (Kubiya).
    /// - Returns: nil when there is none; another scheme counts as none.
    /// - Throws: `twoCredentials` for two fields or one twice, `badCredential` for bytes that are
    ///   no text.
    /// - Source: decisions.md, section 3.
    package static func standard(
        _ fields: Fields, bareToken: Bool = false, userKey: Bool = false
    ) throws(Refusal) -> String? {
        var found: String?
        for name in userKey ? names + ["userkey"] : names {
            let count = fields.count(of: name)
            guard count > 0 else { continue }
            guard count == 1, found == nil else { throw .twoCredentials }
            found = name
        }
        guard let name = found else { return nil }
        guard let value = fields.first(name) else { throw .badCredential }
        if name != "authorization" { return value.isEmpty ? nil : value }
        return token(in: value, bareToken: bareToken, userKey: userKey)
    }

    /// The workspace named by a field.
    /// - Throws: `input` when the field is there twice or is no text.
    package static func workspace(
        in fields: Fields, named name: String
    ) throws(Refusal) -> WorkspaceName? {
        switch fields.count(of: name) {
        case 0: return nil
        case 1:
            if let text = fields.first(name) { return WorkspaceName(text: text) }
            throw .input([Fault(["header", .string(name)], .type("string"))])
        default: throw .input([Fault(["header", .string(name)], .value("is given twice"))])
        }
    }

    private static func token(in value: String, bareToken: Bool, userKey: Bool) -> String? {
        let words = value.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
            .map { String(Substring($0)) }
        guard let first = words.first else { return nil }
        switch words.count {
        case 1: return bareToken && !isScheme(first, userKey) ? first : nil
        case 2: return isScheme(first, userKey) ? words[1] : nil
        default: return nil
        }
    }

    private static func isScheme(_ word: String, _ userKey: Bool) -> Bool {
        let word = word.lowercased()
        // The misspelt word is one that Kubiya's server takes too.
        return word == "bearer" || (userKey && (word == "userkey" || word == "baerer"))
    }
}
