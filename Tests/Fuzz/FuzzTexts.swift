private let patterns = ["/", "/v1/runs/{id}/cancel", "/{a}/{b?}", "/{a}/{b}/{c}/", "/execute_flow"]
    .map(Pattern.init)

/// Targets, paths and queries of any bytes: nothing traps, and what is decoded is text.
func checkTargets(_ input: [UInt8]) {
    let bytes = input.prefix(512).filter(\.isTarget)
    let texts = [bytes, [47] + bytes, Array("http://".utf8) + bytes]
    for text in texts {
        guard let target = Target(String(decoding: text, as: UTF8.self)) else { continue }
        check(target.segments)
        check(target.query)
        let head = Head(
            method: .get, target: target, fields: Fields([("Host", "h")]), versionMinor: 1,
            framing: Framing())
        _ = head.isFor(["localhost", "127.0.0.1", "[::1]"])
    }
    _ = try? Target(bytes[...], isConnect: true)
}

/// Parts of a target, a host and an event, of bytes that did not come through a head.
func checkTexts(_ input: [UInt8]) {
    // What stands in front makes the indices of the slice start above 0.
    let slice = ([47, 37] + input.prefix(512)).dropFirst(2)
    let path = slice.split(separator: 47, omittingEmptySubsequences: false)
    check(path.map(Segment.init))
    check(Query(raw: slice))
    if isHost(slice) {
        expect(slice.allSatisfy { $0 > 32 && $0 < 127 && $0 != 64 && $0 != 47 }, "host \(slice)")
        expect(hostName(slice)?.isEmpty == false, "host \(slice)")
    }
    let escaped: [UInt8] = slice.flatMap(escape)
    let decoded = percentDecoded(escaped[...]).map { Array($0.utf8) }
    expect(decoded == slice.text.map { Array($0.utf8) }, "\(slice) escaped and decoded")
    let fields = Fields([("Name", String(decoding: input.prefix(64), as: UTF8.self))])
    expect(fields.first("nAME") == fields.pairs.first?.value, "\(fields.parts)")
    if let text = slice.text { checkEvent(text) }
}

private func check(_ segments: [Segment]) {
    for pattern in patterns {
        let exact = pattern.match(segments)
        let loose = pattern.match(segments, slashOptional: true)
        expect(exact == nil || loose != nil, "\(pattern.text): only without the slash")
        expect(exact == nil || segments.count <= 6, "\(pattern.text): \(segments.count) segments")
    }
    for text in segments.compactMap(\.text) {
        let isPlain = text.utf8.allSatisfy { $0 != 0 && $0 != 47 && $0 != 92 }
        expect(isPlain && text != "." && text != "..", "segment \(text)")
    }
}

private func check(_ query: Query) {
    let pairs = query.pairs
    for (name, _) in pairs.prefix(8) {
        let values = pairs.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
        expect(query.first(name) == values.first, "the first \(name)")
        expect(query.all(name) == values, "all of \(name)")
    }
    let isClean = pairs.allSatisfy { !$0.name.utf8.contains(0) && !$0.value.utf8.contains(0) }
    expect(isClean, "NUL in a query")
    expect(query.first("\u{1}none\u{1}") == nil || !query.isEmpty, "a name out of nothing")
}

/// An event's data keeps its lines and adds no field of its own.
private func checkEvent(_ text: String) {
    var bytes: [UInt8] = []
    guard let event = ServerSentEvent(data: text) else { return }
    event.append(to: &bytes)
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    expect(lines.suffix(2).allSatisfy(\.isEmpty), "an event does not end in an empty line")
    let data = lines.dropLast(2)
    expect(data.allSatisfy { $0.starts(with: "data: ".utf8) && !$0.contains(13) }, "\(bytes)")
    expect(ServerSentEvent(id: text, data: "") == nil || data.count == 1, "an id of many lines")
}

private func escape(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
}
