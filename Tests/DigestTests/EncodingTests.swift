import Testing

@testable import Digest

@Suite("Bytes as text")
struct EncodingTests {
    @Test(arguments: [([], ""), ([0, 0x0f, 0xff], "000fff")] as [([UInt8], String)])
    func hex(_ bytes: [UInt8], text: String) {
        #expect(Hex.encode(bytes) == text)
        #expect(Hex.decode(text) == bytes)
        #expect(Hex.decode(text.uppercased()) == bytes)
    }

    @Test(arguments: ["0", "0g", "0x", " 00", "٠٠"])
    func hexRefused(_ text: String) { #expect(Hex.decode(text) == nil) }

    @Test(
        arguments: [
            (0, "0000000000000000000000"),
            (61, "000000000000000000000z"),
            (62, "0000000000000000000010"),
            (UInt128(UInt64.max) + 1, "00000000000LygHa16AHYG"),
            (UInt128.max, "7n42DGM5Tflk9n8mt7Fhc7"),
        ] as [(UInt128, String)])
    func base62(_ number: UInt128, text: String) {
        #expect(Base62.encode(number) == text)
        #expect(Base62.decode(text) == number)
    }

    @Test(
        "128 bits and one more, wrong lengths, wrong characters",
        arguments: [
            "7n42DGM5Tflk9n8mt7Fhc8", "zzzzzzzzzzzzzzzzzzzzzz", "", "0", "00000000000000000000000",
            "000000000000000000000-", "00000000000000000000é", "000000000000000000000 ",
        ])
    func base62Refused(_ text: String) { #expect(Base62.decode(text) == nil) }

    @Test func base62OfBytes() {
        let bytes = (0..<16).map { UInt8($0 * 16 + 1) }
        let text = Base62.encode(bytes: bytes)
        #expect(text.utf8.count == 22)
        #expect(Base62.decodeBytes(text) == bytes)
    }

    /// RFC 4648, section 10, without the padding.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ])
    func base64URL(_ plain: String, text: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == text)
        #expect(Base64URL.decode(text) == Array(plain.utf8))
    }

    @Test func base64URLAlphabet() {
        #expect(Base64URL.encode([0xfb, 0xff, 0xfe]) == "-__-")
        #expect(Base64URL.decode("-__-") == [0xfb, 0xff, 0xfe])
    }

    @Test(
        "Padding, the other alphabet, lengths of no bytes, bits behind the last byte",
        arguments: [
            "Zg==", "+/8", "Z", "Zm9vY", "Zh", "Zm9", "Zm 9", "Zé",
        ])
    func base64URLRefused(_ text: String) { #expect(Base64URL.decode(text) == nil) }
}
