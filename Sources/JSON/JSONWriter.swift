/// Writes compact JSON straight into bytes: for answers on hot paths, without a tree of values.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object {
///     $0.member("id", id)
///     $0.key("steps")
///     $0.array { for step in steps { $0.string(step) } }
/// }
/// ```
/// Commas are set by the writer. Members lie in objects and values in arrays or behind a key: that
/// is for the caller to keep.
package struct JSONWriter {
    package private(set) var bytes: [UInt8]
    /// True at the start, behind an opening bracket and behind a colon.
    private var needsNoComma = true

    /// - Parameter capacity: in bytes; it grows when they do not do.
    package init(reserving capacity: Int = 512) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Goes on behind bytes that are there, without a comma.
    package init(appendingTo bytes: consuming [UInt8]) { self.bytes = bytes }

    /// An object; the closure writes its members, each by `member` or by `key` and a value.
    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    /// An array; the closure writes its items.
    package mutating func array(_ items: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        items(&self)
        close(UInt8(ascii: "]"))
    }

    /// The name of the member whose value is written next.
    /// - Parameter name: ASCII that needs no escape; it is copied as it is.
    package mutating func key(_ name: StaticString) {
        let count = name.utf8CodeUnitCount
        bytes.append(addingCapacity: count + 4) { output in
            if !needsNoComma { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "\""))
            for index in 0..<count { output.append(name.utf8Start[index]) }
            output.append(UInt8(ascii: "\""))
            output.append(UInt8(ascii: ":"))
        }
        needsNoComma = true
    }

    /// The same for a name that is only known at run time.
    package mutating func key(text name: String) {
        separate()
        appendQuoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsNoComma = true
    }

    /// A string, quoted and escaped.
    package mutating func string(_ text: String) {
        separate()
        appendQuoted(text)
    }

    /// An integer in decimal digits.
    package mutating func int(_ number: Int64) {
        separate()
        appendDigits(number)
    }

    /// `true` or `false`.
    package mutating func bool(_ flag: Bool) { raw(flag ? "true" : "false") }

    /// The word `null`.
    package mutating func null() { raw("null") }

    /// A value that is JSON already, such as a stored document. Its bytes are not looked at.
    package mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// The same for JSON in a string.
    package mutating func raw(text json: String) {
        separate()
        var json = json
        json.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// The same for JSON in the source.
    package mutating func raw(_ json: StaticString) {
        separate()
        json.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func separate() {
        if !needsNoComma { bytes.append(UInt8(ascii: ",")) }
        needsNoComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsNoComma = true
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsNoComma = false
    }

    private mutating func appendDigits(_ number: Int64) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        appendDigits(number.magnitude)
    }

    private mutating func appendDigits(_ number: UInt64) {
        if number >= 10 { appendDigits(number / 10) }
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { source in
            if needEscapes(source) {
                for byte in source {
                    if needsEscape(byte) { appendEscape(byte) } else { bytes.append(byte) }
                }
            } else {
                bytes.append(contentsOf: source)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        let letter: UInt8? =
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
            case 0x08: UInt8(ascii: "b")
            case 0x09: UInt8(ascii: "t")
            case 0x0A: UInt8(ascii: "n")
            case 0x0C: UInt8(ascii: "f")
            case 0x0D: UInt8(ascii: "r")
            default: nil
            }
        bytes.append(UInt8(ascii: "\\"))
        if let letter { return bytes.append(letter) }
        let digits: StaticString = "0123456789abcdef"
        bytes.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
        bytes.append(digits.utf8Start[Int(byte >> 4)])
        bytes.append(digits.utf8Start[Int(byte & 15)])
    }
}

/// Looks at every byte without a way out of the loop, so that many are compared at once: most text
/// needs no escape.
private func needEscapes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var found: UInt8 = 0
    for byte in text { found |= needsEscape(byte) ? 1 : 0 }
    return found != 0
}

/// - Source: RFC 8259, section 7: quotation mark, backslash and the control characters, no others.
private func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}
