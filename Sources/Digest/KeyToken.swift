/// The text of a key: `<kind>_<id 10><secret 32><check 6>`, 52 ASCII characters.
///
/// The check digits let us refuse a typo without a look-up, and let scanners recognise a leak. The
/// text is shown once and never stored: only its id and hash are (reliability K1, K2).
package struct KeyToken: Sendable, Equatable {
    /// What the key opens; the first three characters of its text.
    package enum Kind: String, Sendable, CaseIterable {
        case instance = "sbi"
        case organization = "sbo"
        case workspace = "sbw"
    }

    package static let characters = 52
    private static let idDigits = 10
    private static let secretDigits = 32
    private static let checkDigits = 6
    /// `sbw_`
    private static let prefixCharacters = 4
    /// Draws of random bytes for one token. Each byte is taken with a chance of 97 %, so a good
    /// source needs one or two.
    private static let drawsMax = 100

    package let kind: Kind
    /// Ten base62 characters, not secret: keys are stored and found by it.
    package let id: String
    /// The whole token: the secret itself.
    package let text: String

    /// A new token.
    /// - Parameter random: gives as many bytes as it is asked for, from the system's secure source.
    package static func make(_ kind: Kind, random: (Int) -> [UInt8]) -> KeyToken {
        let digits = idDigits + secretDigits
        var body: [UInt8] = []
        for _ in 0..<drawsMax where body.count < digits {
            // 248 is the largest multiple of 62 in a byte; above it low digits would be likelier.
            let taken = random(digits).lazy.filter { $0 < 248 }.prefix(digits - body.count)
            body += taken.map { Base62.alphabet.utf8Start[Int($0 % 62)] }
        }
        precondition(body.count == digits, "the source of random bytes is broken")
        let head = Array("\(kind.rawValue)_".utf8) + body
        let text = String(decoding: head, as: UTF8.self) + head.withUnsafeBytes { check(of: $0) }
        let id = String(decoding: body.prefix(idDigits), as: UTF8.self)
        return KeyToken(kind: kind, id: id, text: text)
    }

    private init(kind: Kind, id: String, text: String) {
        self.kind = kind
        self.id = id
        self.text = text
    }

    /// - Returns: nil unless kind, length, alphabet and check digits are right. Whether the key
    ///   exists is for the store to say.
    package init?(parsing text: String) {
        var text = text
        let found = text.withUTF8 { bytes -> (Kind, id: String)? in
            guard bytes.count == Self.characters, bytes[3] == UInt8(ascii: "_"),
                bytes[Self.prefixCharacters...].allSatisfy({ Base62.digit($0) != nil }),
                let kind = Kind(rawValue: String(decoding: bytes[..<3], as: UTF8.self))
            else { return nil }
            let head = UnsafeRawBufferPointer(
                UnsafeBufferPointer(rebasing: bytes.dropLast(Self.checkDigits)))
            let check = String(decoding: bytes.suffix(Self.checkDigits), as: UTF8.self)
            guard check == Self.check(of: head) else { return nil }
            let id = bytes[Self.prefixCharacters...].prefix(Self.idDigits)
            return (kind, String(decoding: id, as: UTF8.self))
        }
        guard let (kind, id) = found else { return nil }
        self.init(kind: kind, id: id, text: text)
    }

    /// The SHA-256 of the whole text, 32 bytes: what is stored. Compare with `constantTimeEqual`.
    package var hash: [UInt8] { SHA256.hash(text) }

    /// What a list of keys may show of it.
    package var lastFour: String { String(text.suffix(4)) }

    private static func check(of head: UnsafeRawBufferPointer) -> String {
        Base62.encode(UInt128(CRC32.checksum(head)), digits: checkDigits)
    }
}

extension KeyToken: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the token: it must not reach a log by way of an interpolation.
    package var description: String { "<redacted>" }
    package var debugDescription: String { description }
}
