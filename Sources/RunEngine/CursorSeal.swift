import Digest
import Runs

/// Makes page cursors that tell nothing and fit only the list they come from: two words and their
/// seal, hidden under a key stream that begins anew for each seal, all bound to a context
/// (reliability K8).
struct CursorSeal: Sendable {
    private let secret: [UInt8]
    private let context: [UInt8]

    /// - Parameter context: the workspace, the list and its filter.
    init(secret: [UInt8], context: String) {
        self.secret = secret
        self.context = Array(context.utf8)
    }

    func seal(_ words: (UInt64, UInt64)) -> String {
        let plain = Identifier<Never>(high: words.0, low: words.1).bytes
        let seal = Array(code("seal", plain).prefix(16))
        return Base64URL.encode(zip(plain, code("stream", seal)).map { $0 ^ $1 } + seal)
    }

    /// - Throws: `invalid(field: "cursor", ...)` for anything that `seal` did not make here.
    func open(_ text: String) throws(RunError) -> (UInt64, UInt64) {
        let refused = RunError.invalid(field: "cursor", reason: "does not belong to this list")
        guard let bytes = Base64URL.decode(text), bytes.count == 32 else { throw refused }
        let seal = Array(bytes.suffix(16))
        let plain = zip(bytes.prefix(16), code("stream", seal)).map { $0 ^ $1 }
        guard constantTimeEqual(seal, Array(code("seal", plain).prefix(16))),
            let words = Identifier<Never>(bytes: plain)
        else { throw refused }
        return (words.high, words.low)
    }

    private func code(_ purpose: String, _ bytes: [UInt8]) -> [UInt8] {
        HMACSHA256.code(for: Array(purpose.utf8) + [0] + context + [0] + bytes, key: secret)
    }
}
