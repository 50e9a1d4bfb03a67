/// A UUID that says in its type what it names.
/// - Source: decisions.md, section 5; RFC 9562 for the text form.
package struct Identifier<Named>: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 16 bytes in network order; nil for any other number of bytes.
    package init?(bytes: [UInt8]) {
        guard let identifier = bytes.withUnsafeBytes({ Self(bytes: $0) }) else { return nil }
        self = identifier
    }

    /// The same for bytes at an address.
    package init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// Reads the text form, `8-4-4-4-12` hexadecimal digits in either case; nil for anything else.
    package init?(_ text: String) {
        var words: (UInt64, UInt64) = (0, 0)
        var index = 0
        for byte in text.utf8 {
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            if isDash != (byte == UInt8(ascii: "-")) || index >= 36 { return nil }
            index += 1
            if isDash { continue }
            guard let value = hexadecimalValue(byte) else { return nil }
            if index <= 18 {
                words.0 = words.0 << 4 | value
            } else {
                words.1 = words.1 << 4 | value
            }
        }
        guard index == 36 else { return nil }
        self.init(high: words.0, low: words.1)
    }

    /// Reads 32 hexadecimal digits without dashes; nil for anything else.
    package init?(hexadecimal digits: [UInt8]) {
        guard digits.count == 32 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in digits.enumerated() {
            guard let value = hexadecimalValue(byte) else { return nil }
            if index < 16 {
                words.0 = words.0 << 4 | value
            } else {
                words.1 = words.1 << 4 | value
            }
        }
        self.init(high: words.0, low: words.1)
    }

    /// The 16 bytes in network order.
    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            for index in 0..<8 {
                let shift = UInt64(56 - 8 * index)
                buffer[index] = UInt8(truncatingIfNeeded: high >> shift)
                buffer[index + 8] = UInt8(truncatingIfNeeded: low >> shift)
            }
            count = 16
        }
    }

    /// The 32 lower-case hexadecimal digits, without dashes.
    package var hexadecimal: String { digits(dashed: false) }

    /// The text form, lower case: `8-4-4-4-12`.
    package var text: String { digits(dashed: true) }

    private func digits(dashed: Bool) -> String {
        let hexadecimal: StaticString = "0123456789abcdef"
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var at = 0
            for index in 0..<32 {
                if dashed, index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[at] = UInt8(ascii: "-")
                    at += 1
                }
                let word = index < 16 ? high : low
                let nibble = Int(truncatingIfNeeded: word >> UInt64(60 - 4 * (index % 16))) & 15
                buffer[at] = hexadecimal.utf8Start[nibble]
                at += 1
            }
            return at
        }
    }
}

extension Identifier: Comparable {
    /// Byte order, which for a UUIDv7 is the order of creation to the millisecond.
    package static func < (left: Self, right: Self) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension Identifier: CustomStringConvertible {
    package var description: String { text }
}

extension Identifier {
    /// The identifiers that begin with 24 hexadecimal digits, as Wexa writes a record's `_id`.
    /// - Returns: the first and the last of them; nil when the text is not 24 hexadecimal digits.
    package static func range(prefix text: some StringProtocol) -> ClosedRange<Self>? {
        let digits = Array(text.utf8)
        guard digits.count == 24,
            let first = Self(hexadecimal: digits + Array(repeating: UInt8(ascii: "0"), count: 8)),
            let last = Self(hexadecimal: digits + Array(repeating: UInt8(ascii: "f"), count: 8))
        else { return nil }
        return first...last
    }

    /// The first 24 hexadecimal digits: Wexa's `_id`.
    package var prefix24: String { String(hexadecimal.prefix(24)) }
}

private func hexadecimalValue(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}

/// Names a run.
package typealias RunID = Identifier<Run>
/// Names a workflow.
package typealias WorkflowID = Identifier<Workflow>
/// Names a workspace.
package typealias WorkspaceID = Identifier<Workspace>
/// Names an organization.
package typealias OrganizationID = Identifier<Organization>
