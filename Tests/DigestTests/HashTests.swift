import Testing

@testable import Digest

/// A message and what it must give, in hexadecimal.
struct Vector: Sendable {
    let message: [UInt8]
    var key: [UInt8] = []
    let digest: String

    init(_ message: String, digest: String) { self.init(Array(message.utf8), digest: digest) }

    init(_ message: [UInt8], key: [UInt8] = [], digest: String) {
        (self.message, self.key, self.digest) = (message, key, digest)
    }
}

@Suite("Published vectors")
struct HashTests {
    /// FIPS 180-4 examples (NIST), and lengths around the padding, computed with sha256sum.
    static let sha256: [Vector] = [
        Vector("", digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        Vector("abc", digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        Vector(
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            digest: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        Vector(
            [UInt8](repeating: 97, count: 1_000_000),
            digest: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        Vector(
            [UInt8](repeating: 0xa5, count: 1),
            digest: "6922e93e3827642ce4b883c756b31abf80036649d3614bf5fcb3adda43b8ea32"),
        Vector(
            [UInt8](repeating: 0xa5, count: 55),
            digest: "26ee0116778740a66fe2ba10ea063748b27306acc99188ec812746d4e8d70083"),
        Vector(
            [UInt8](repeating: 0xa5, count: 56),
            digest: "4cf71e2b0aa0fcc0c271f68353026a77b8e50153632a8e4a73833cd64080e92e"),
        Vector(
            [UInt8](repeating: 0xa5, count: 57),
            digest: "29235d912ef9b32094d9f48a075c12396f9c2a9b1fc9d72c222254959eceb4e6"),
        Vector(
            [UInt8](repeating: 0xa5, count: 63),
            digest: "a1942663a5b8b93dffc9c4ff5f62c71a1c021d1fcc1e470dd46172abace1bca5"),
        Vector(
            [UInt8](repeating: 0xa5, count: 64),
            digest: "bb626e5577021df95ea17eb6339e75904855b80087e40660931c4a89b302f74a"),
        Vector(
            [UInt8](repeating: 0xa5, count: 65),
            digest: "667f84020d981fcedce2816e4e9969a02d5c317a0aef56a6c588175820f82a81"),
        Vector(
            [UInt8](repeating: 0xa5, count: 119),
            digest: "d4f197a1127980fe239c189bab09428d00de243c790ea7cad66f03928d992c89"),
        Vector(
            [UInt8](repeating: 0xa5, count: 120),
            digest: "2065fa2ca0929999a6887714ef1af9d994cd93ab5ea165d4b426d7dc34f1e226"),
        Vector(
            [UInt8](repeating: 0xa5, count: 128),
            digest: "39557315215be0f6922cec45d29336c8f72198032cababdc5ec0672d45e894ad"),
    ]

    @Test(arguments: sha256)
    func sha256Whole(_ vector: Vector) {
        #expect(Hex.encode(SHA256.hash(vector.message)) == vector.digest)
    }

    @Test("In pieces of every size around a block", arguments: [1, 3, 63, 64, 65, 200])
    func sha256InPieces(size: Int) {
        for vector in Self.sha256 where vector.message.count < 2_000 {
            var sha = SHA256()
            for start in stride(from: 0, to: vector.message.count, by: size) {
                sha.update(Array(vector.message[start...].prefix(size)))
            }
            #expect(Hex.encode(sha.finish()) == vector.digest)
        }
    }

    /// RFC 4231, section 4: cases 1, 2, 3, 6 and 7.
    @Test(arguments: [
        Vector(
            Array("Hi There".utf8), key: [UInt8](repeating: 0x0b, count: 20),
            digest: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Vector(
            Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8),
            digest: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Vector(
            [UInt8](repeating: 0xdd, count: 50), key: [UInt8](repeating: 0xaa, count: 20),
            digest: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Vector(
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            key: [UInt8](repeating: 0xaa, count: 131),
            digest: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Vector(
            Array(
                ("This is a test using a larger than block-size key and a larger than block-size "
                    + "data. The key needs to be hashed before being used by the HMAC algorithm.")
                    .utf8),
            key: [UInt8](repeating: 0xaa, count: 131),
            digest: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ])
    func hmac(_ vector: Vector) {
        let code = HMACSHA256.code(for: vector.message, key: vector.key)
        #expect(Hex.encode(code) == vector.digest)
    }

    @Test(
        arguments: [("", 0), ("123456789", 0xcbf4_3926), ("a", 0xe8b7_be43)] as [(String, UInt32)])
    func crc32(_ text: String, sum: UInt32) {
        #expect(CRC32.checksum(Array(text.utf8)) == sum)
    }

    @Test(
        arguments: [
            ([], [], true), ([1, 2], [1, 2], true), ([1, 2], [1, 3], false),
            ([1, 2], [0, 2], false),
            ([1], [1, 0], false), ([], [0], false),
        ] as [([UInt8], [UInt8], Bool)])
    func constantTime(_ one: [UInt8], _ other: [UInt8], isEqual: Bool) {
        #expect(constantTimeEqual(one, other) == isEqual)
    }
}
