import Checklist
import HTTP
import Testing

private func chunked(_ body: String) -> String {
    "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\(body)"
}

@Suite struct BodyTests {
    @Test("65: a chunked body is counted as it comes") func countedChunks() {
        let chunk = "8\r\n01234567\r\n"
        let fits = chunked(chunk + chunk + "0\r\n\r\n")
        #expect(Transcript(of: [Array(fits.utf8)], bodyBytesMax: 16).end == .clean)
        #expect(Transcript(of: [Array(fits.utf8)], bodyBytesMax: 15).end == .refused(413))
    }
}
