/// SHA-256, whole or in pieces.
/// - Source: FIPS 180-4, section 6.2.
package struct SHA256: Sendable {
    package static let digestBytes = 32
    static let blockBytes = 64

    private var state = SHA256State()
    private var pending = InlineArray<64, UInt8>(repeating: 0)
    private var pendingCount = 0
    private var totalBytes: UInt64 = 0

    package init() {}

    /// - Returns: 32 bytes.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The hash of the text's UTF-8.
    package static func hash(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
    }

    /// The same for bytes at an address.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var sha = SHA256()
        sha.update(bytes)
        return sha.finish()
    }

    /// Takes the next piece, of any length.
    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The same for bytes at an address.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        totalBytes &+= UInt64(bytes.count)
        var rest = bytes[...]
        if pendingCount > 0 {
            let taken = min(Self.blockBytes - pendingCount, rest.count)
            keep(rest.prefix(taken))
            rest = rest.dropFirst(taken)
            guard pendingCount == Self.blockBytes else { return }
            takePending()
        }
        while rest.count >= Self.blockBytes {
            state.take(UnsafeRawBufferPointer(rebasing: rest.prefix(Self.blockBytes)))
            rest = rest.dropFirst(Self.blockBytes)
        }
        keep(rest)
    }

    /// Ends the message; afterwards this value is of no more use.
    /// - Returns: 32 bytes.
    package consuming func finish() -> [UInt8] {
        let bits = (totalBytes &* 8).bigEndian
        let lengthStart = Self.blockBytes - 8
        pending[pendingCount] = 0x80
        pendingCount += 1
        if pendingCount > lengthStart {
            clearPending()
            takePending()
        }
        clearPending()
        withUnsafeMutableBytes(of: &pending) { block in
            withUnsafeBytes(of: bits) { length in
                UnsafeMutableRawBufferPointer(rebasing: block[lengthStart...])
                    .copyMemory(from: length)
            }
        }
        takePending()
        return state.bytes
    }

    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
        guard !bytes.isEmpty else { return }
        let start = pendingCount
        withUnsafeMutableBytes(of: &pending) { block in
            UnsafeMutableRawBufferPointer(rebasing: block[start...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes))
        }
        pendingCount += bytes.count
    }

    private mutating func takePending() {
        let block = pending
        withUnsafeBytes(of: block) { state.take($0) }
        pendingCount = 0
    }

    private mutating func clearPending() {
        for index in pendingCount..<Self.blockBytes { pending[index] = 0 }
    }
}
