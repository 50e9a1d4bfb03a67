import HTTP
import HTTPServer
import Testing

/// Limits on what is read, each at its edge and one over it.
@Suite struct LimitEdgeTests {
    private struct Row {
        let sent: String
        let status: Int
        let closes: Bool

        init(_ sent: String, _ status: Int, closes: Bool) {
            self.sent = sent
            self.status = status
            self.closes = closes
        }
    }

    private func check(_ rows: [Row], _ configure: (inout Server.Limits) -> Void) throws {
        let station = try Station { configure(&$0.limits) }
        for row in rows {
            let client = try station.client()
            client.send(row.sent)
            let answer = try client.answer()
            #expect(answer.status == row.status && answer.closes == row.closes, "\(row.sent)")
        }
    }

    @Test("Empty lines in front of a request") func emptyLines() throws {
        let rows = [
            Row("\r\n\r\n" + get("/echo"), 200, closes: false),
            Row("\r\n\r\n\r\n" + get("/echo"), 400, closes: true),
        ]
        try check(rows) { $0.head.emptyLinesMax = 2 }
    }

    @Test("What frames the chunks of a body") func chunkOverhead() throws {
        // Counted too: the last chunk's 0, and a carriage return behind the extension and trailer.
        let rows = [(253, 200), (254, 431)].map { length, status in
            let name = String(repeating: "n", count: length)
            let head = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            return Row(
                head + "1;\(name)\r\nx\r\n0\r\n\r\n", status, closes: status != 200)
        }
        try check(rows) { $0.chunkOverheadBytesMax = 256 }
    }

    @Test("A refused request's body is passed over up to a limit") func skippedBody() throws {
        let rows = [(100, false), (101, true)].map { length, closes in
            Row(post("/nowhere", String(repeating: "x", count: length)), 404, closes: closes)
        }
        try check(rows) { $0.skippedBodyBytesMax = 100 }
    }
}
