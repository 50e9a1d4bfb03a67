/// What has to hold of a message that was accepted, found without the parser's own code: what
/// request smuggling lives on is not there.
func checkFraming(_ message: Message) {
    let head = message.head
    let parts = head.fields.parts
    var counts: [[UInt8]: Int] = [:]
    for index in stride(from: 0, to: parts.count, by: 2) {
        let name = parts[index].map { (65...90).contains($0) ? $0 + 32 : $0 }
        let value = parts[index + 1]
        counts[name, default: 0] += 1
        expect(!name.isEmpty && name.allSatisfy { $0 > 32 && $0 < 127 && $0 != 58 }, "\(name)")
        expect(value.allSatisfy { $0 == 9 || ($0 >= 32 && $0 != 127) }, "value \(value)")
        let blanks: [UInt8] = [9, 32]
        let ends = [value.first, value.last].compactMap(\.self)
        expect(!ends.contains(where: blanks.contains), "blanks around \(value)")
    }
    let count = { (name: String) in counts[Array(name.utf8)] ?? 0 }
    let (lengths, codings) = (count("content-length"), count("transfer-encoding"))
    expect(lengths == 0 || codings == 0, "two framings")
    expect(lengths <= 1 && count("host") <= 1, "a field came twice")
    expect(head.versionMinor == 0 || count("host") == 1, "no Host")
    switch head.bodyLength {
    case .none: expect(codings == 0 && message.body.isEmpty, "a body without a length")
    case .length(let length):
        expect(lengths == 1 && length == message.body.count, "\(length): \(message.body.count)")
    case .chunked: expect(codings >= 1 && head.versionMinor > 0, "chunks without a coding")
    }
}

/// What a message may be at most.
func checkLimits(_ message: Message, _ limits: ReaderLimits) {
    let fields = message.head.fields
    let lengths = fields.lines.map { $0.name.count + $0.value.count + 3 }
    let head = limits.head
    expect(fields.count <= head.fieldsMax, "\(fields.count) fields")
    expect(lengths.allSatisfy { $0 <= head.fieldBytesMax }, "fields of \(lengths)")
    expect(lengths.reduce(0, +) <= head.fieldsBytesMax, "fields of \(lengths)")
    expect(message.head.method.rawValue.utf8.count <= head.methodBytesMax, "the method")
    expect(message.head.target.rawPath.utf8.count <= head.requestLineBytesMax, "the target")
    expect(message.body.count <= limits.bodyBytesMax, "a body of \(message.body.count)")
}

/// Written anew and parsed again, it is the same message, and nothing is left over.
func checkCanonical(_ message: Message, _ limits: ReaderLimits) {
    var limits = limits
    // The empty path of an absolute target is written as a slash.
    limits.head.requestLineBytesMax += 1
    let bytes = canonical(message)
    let read = Reader.read([bytes[...]], limits)
    let end = message.head.keepsAlive ? Reader.End.open(isBetween: true) : .closed
    expect(
        read.messages == [message] && read.end == end,
        "\(String(decoding: bytes, as: UTF8.self)) is \(read)")
}

private func canonical(_ message: Message) -> [UInt8] {
    let head = message.head
    var bytes = Array("\(head.method.rawValue) ".utf8)
    bytes += canonical(head.target)
    bytes += Array(" HTTP/1.\(head.versionMinor)\r\n".utf8)
    let parts = head.fields.parts
    for index in stride(from: 0, to: parts.count, by: 2) {
        bytes += parts[index] + [58] + parts[index + 1] + [13, 10]
    }
    bytes += [13, 10]
    guard head.bodyLength == .chunked else { return bytes + message.body }
    if !message.body.isEmpty {
        bytes += Array("\(String(message.body.count, radix: 16))\r\n".utf8)
        bytes += message.body + [13, 10]
    }
    return bytes + Array("0\r\n\r\n".utf8)
}

private func canonical(_ target: Target) -> [UInt8] {
    let query = target.query.isEmpty ? [] : [63] + Array(target.query.raw)
    return switch target.form {
    case .asterisk: [42]
    case .authority: Array(target.authority)
    case .origin: Array(target.rawPath.utf8) + query
    case .absolute:
        Array("http://".utf8) + Array(target.authority) + Array(target.rawPath.utf8) + query
    }
}
