/// Message authentication with SHA-256.
package enum HMACSHA256 {
    /// - Parameter key: of any length; more than 64 bytes are hashed first.
    /// - Returns: 32 bytes. Compare them with `constantTimeEqual` only.
    /// - Source: RFC 2104, section 2.
    package static func code(for message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > SHA256.blockBytes ? SHA256.hash(key) : key
        block += repeatElement(0, count: SHA256.blockBytes - block.count)
        var inner = SHA256()
        inner.update(block.map { $0 ^ 0x36 })
        inner.update(message)
        var outer = SHA256()
        outer.update(block.map { $0 ^ 0x5c })
        outer.update(inner.finish())
        return outer.finish()
    }
}

/// Compares secrets without telling by its time where they differ. The lengths are no secret.
package func constantTimeEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    var difference: UInt8 = 0
    for index in one.indices { difference |= one[index] ^ other[index] }
    return difference == 0
}
