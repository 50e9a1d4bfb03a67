import Checklist
import HTTP
import Testing

@Suite struct ChecklistTests {
    /// The result is the same however the bytes are cut, and a request behind is read or not.
    @Test("76: rows of the checklist, however they are cut", arguments: WireRow.all)
    func parser(_ row: WireRow) {
        let expected = "\(row.seen) \(row.end)"
        for pieces in cuts(of: row.bytes) {
            let transcript = Transcript(of: pieces)
            #expect(transcript.description == expected, "\(row): \(pieces.count) pieces")
            if transcript.description != expected { return }
        }
        guard row.end != .needsMore else { return }
        let next = Array("GET /behind HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        let behind = Transcript(of: [row.bytes + next])
        #expect(behind.messages == row.seen + (row.end == .clean ? ["GET /behind"] : []), "\(row)")
        #expect(behind.end == row.end, "\(row)")
    }

    @Test("Names of rows are their own") func names() {
        let counts = Dictionary(grouping: WireRow.all, by: \.name).filter { $0.value.count > 1 }
        #expect(counts.keys.sorted() == [])
    }
}
