/// The eight working words between two blocks.
struct SHA256State: Sendable {
    private var words: SIMD8<UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    var bytes: [UInt8] {
        var ordered = words
        for index in words.indices { ordered[index] = words[index].bigEndian }
        return withUnsafeBytes(of: ordered) { Array($0) }
    }

    /// Works one block of 64 bytes in.
    mutating func take(_ block: UnsafeRawBufferPointer) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            fill(schedule, from: block)
            words &+= mixed(schedule)
        }
    }

    private func fill(
        _ schedule: UnsafeMutableBufferPointer<UInt32>, from block: UnsafeRawBufferPointer
    ) {
        for index in 0..<16 {
            let word = block.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
            schedule.initializeElement(at: index, to: UInt32(bigEndian: word))
        }
        for index in 16..<64 {
            let early = schedule[index &- 15]
            let late = schedule[index &- 2]
            let small0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >> 3)
            let small1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >> 10)
            let word = schedule[index &- 16] &+ small0 &+ schedule[index &- 7] &+ small1
            schedule.initializeElement(at: index, to: word)
        }
    }

    private func mixed(_ schedule: UnsafeMutableBufferPointer<UInt32>) -> SIMD8<UInt32> {
        var (a, b, c, d) = (words[0], words[1], words[2], words[3])
        var (e, f, g, h) = (words[4], words[5], words[6], words[7])
        roundConstants.withUnsafeBufferPointer { constants in
            // Instead of moving eight words after each round, eight rounds take turns with them.
            for index in stride(from: 0, to: 64, by: 8) {
                func word(_ round: Int) -> UInt32 {
                    constants[index &+ round] &+ schedule[index &+ round]
                }
                mix(a, b, c, &d, e, f, g, &h, word(0))
                mix(h, a, b, &c, d, e, f, &g, word(1))
                mix(g, h, a, &b, c, d, e, &f, word(2))
                mix(f, g, h, &a, b, c, d, &e, word(3))
                mix(e, f, g, &h, a, b, c, &d, word(4))
                mix(d, e, f, &g, h, a, b, &c, word(5))
                mix(c, d, e, &f, g, h, a, &b, word(6))
                mix(b, c, d, &e, f, g, h, &a, word(7))
            }
        }
        return SIMD8(a, b, c, d, e, f, g, h)
    }
}

/// One round. `d` becomes the next round's `e`, and `h` its `a`.
@inline(__always)
private func mix(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
    _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ word: UInt32
) {
    let big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    let first = h &+ big1 &+ ((e & f) ^ (~e & g)) &+ word
    let big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    d = d &+ first
    h = first &+ big0 &+ ((a & b) ^ (a & c) ^ (b & c))
}

@inline(__always)
private func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &>> count | word &<< (32 &- count)
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
private let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
]
