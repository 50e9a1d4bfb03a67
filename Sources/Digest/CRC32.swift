/// The CRC-32 of Ethernet, gzip and PNG: finds typing errors, proves nothing.
package enum CRC32 {
    /// - Source: IEEE 802.3, section 3.2.9; polynomial 0xedb88320 with the bits reflected.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { checksum($0) }
    }

    /// The same for bytes at an address.
    package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var sum: UInt32 = 0xffff_ffff
        for byte in bytes {
            sum = table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ (sum >> 8)
        }
        return ~sum
    }
}

private let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { sum, _ in
        sum & 1 == 0 ? sum >> 1 : (sum >> 1) ^ 0xedb8_8320
    }
}
