import Glibc

/// What libFuzzer calls with each input: the bytes a client sends on one connection.
///
/// Everything that has to hold of any bytes is checked here; what does not hold ends the process,
/// and libFuzzer keeps the input.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    for limits in [ReaderLimits.standard, .small] {
        checkMessages(input, limits)
    }
    checkTargets(input)
    checkTexts(input)
    return 0
}

/// Reads the input as a connection would, however it is cut, and looks at every message.
private func checkMessages(_ input: [UInt8], _ limits: ReaderLimits) {
    let whole = Reader.read([input[...]], limits)
    let cut = input.isEmpty ? 0 : Int(checksum(input) % UInt64(input.count))
    let cuts = [
        "byte by byte": input.indices.map { input[$0...$0] },
        "in two at \(cut)": [input[..<cut], input[cut...]],
    ]
    for (name, pieces) in cuts {
        let read = Reader.read(pieces, limits)
        expect(read == whole, "\(name): \(read), whole: \(whole)")
    }
    let skipped = Reader.read([input[...]], limits, isKept: false)
    expect(
        skipped.end == whole.end && skipped.messages.count == whole.messages.count,
        "body skipped: \(skipped), body kept: \(whole)")
    for message in whole.messages {
        checkFraming(message)
        checkLimits(message, limits)
        checkCanonical(message, limits)
    }
}

/// Says what does not hold and ends the process. It is no precondition, because an optimized build
/// drops the message of one.
func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    guard !condition else { return }
    let text = Array("finding: \(message())\n".utf8)
    _ = write(STDERR_FILENO, text, text.count)
    abort()
}

/// FNV-1a: a number that depends on every byte, and is the same whenever an input is repeated.
func checksum(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
