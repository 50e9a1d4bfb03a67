import Testing

@testable import Digest

@Suite("Key format (reliability K1)")
struct KeyTokenTests {
    /// The same for every run: byte 0, 1, 2 and so on, through all values.
    static func token(_ kind: KeyToken.Kind = .workspace) -> KeyToken {
        var next: UInt8 = 0
        return KeyToken.make(kind) { count in
            (0..<count).map { _ in
                next &+= 1
                return next
            }
        }
    }

    @Test(arguments: KeyToken.Kind.allCases)
    func roundTrip(_ kind: KeyToken.Kind) throws {
        let made = Self.token(kind)
        let read = try #require(KeyToken(parsing: made.text))
        #expect(read == made)
        #expect(made.text.hasPrefix("\(kind.rawValue)_123456789A"))
        #expect(made.id == "123456789A")
        #expect(made.text.utf8.count == 52)
        #expect(made.hash == SHA256.hash(Array(made.text.utf8)))
        #expect(made.text.hasSuffix(made.lastFour))
    }

    @Test("The check digits are the CRC-32 of all before them, in base62")
    func checkDigits() {
        let text = Self.token().text
        let sum = CRC32.checksum(Array(text.utf8.dropLast(6)))
        #expect(text.hasSuffix(Base62.encode(UInt128(sum), digits: 6)))
    }

    @Test("Any one character changed, dropped or added is refused")
    func typingErrors() {
        let text = Array(Self.token().text.utf8)
        for index in text.indices {
            var changed = text
            changed[index] =
                text[index] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            var shorter = text
            shorter.remove(at: index)
            var longer = text
            longer.insert(UInt8(ascii: "0"), at: index)
            for bytes in [changed, shorter, longer] {
                #expect(KeyToken(parsing: String(decoding: bytes, as: UTF8.self)) == nil)
            }
        }
    }

    @Test(
        "Right check digits do not make up for the rest",
        arguments: [
            "sbx_", "SBW_", "sbw-", "sb\u{e9}_",
        ])
    func otherPrefixes(_ prefix: String) {
        let head = prefix + Self.token().text.dropFirst(4).prefix(42)
        let sum = CRC32.checksum(Array(head.utf8))
        #expect(KeyToken(parsing: head + Base62.encode(UInt128(sum), digits: 6)) == nil)
    }

    @Test("Bytes above 247 are drawn again: no digit is likelier than another")
    func unbiased() {
        var draws = 0
        let token = KeyToken.make(.instance) { count in
            draws += 1
            return [UInt8](repeating: draws == 1 ? 255 : draws == 2 ? 248 : 247, count: count)
        }
        #expect(draws == 3)
        #expect(token.id == "zzzzzzzzzz")
    }

    @Test func redacted() {
        let token = Self.token()
        let shown = "\(token) \(String(reflecting: token)) \([token]) \(Optional(token) as Any)"
        #expect(!shown.contains(token.text))
        #expect(shown.contains("<redacted>"))
    }
}
