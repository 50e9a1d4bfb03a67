import Checklist
import Glibc
import HTTP
import Testing

/// Section K: what a parser written in Swift could get wrong without noticing.
@Suite struct SwiftTrapTests {
    private func head(_ text: String, behind junk: String = "") throws -> Head {
        let bytes = Array((junk + text).utf8)
        var index = junk.utf8.count
        var parser = HeadParser()
        let head = try #require(try parser.feed(bytes.span, at: &index))
        #expect(index == bytes.count)
        return head
    }

    private func post(_ fields: String) -> String {
        "POST /a HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\r\n"
    }

    private func status(_ text: String) -> Int? {
        guard case .refused(let status) = Transcript(of: [Array(text.utf8)]).end else { return nil }
        return status
    }

    @Test("141: CRLF is two bytes, and letters have only ASCII's case") func characters() throws {
        // One Character each: a String split at "\n" would find no line here.
        #expect("\r\n".count == 1)
        #expect(try head("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n").fields.count == 2)
        // KELVIN SIGN and LONG S become k and s elsewhere.
        #expect("\u{212a}".lowercased() == "k")
        let fields = Fields([("Key", "1"), ("x", "e\u{301}")])
        #expect(fields.first("\u{212a}ey") == nil && fields.first("kEY") == "1")
        #expect(status(post("Transfer-Encoding: chun\u{212a}ed")) == 400)
        #expect(try head(post("Connection: clo\u{17f}e")).keepsAlive)
        #expect(try !head(post("Connection: \u{212a}eep-alive, cLOSE")).keepsAlive)
        // Canonically equal, and not the same bytes.
        let query = try #require(Target("/?e%CC%81=1")).query
        #expect(query.first("\u{e9}") == nil && query.first("e\u{301}") == "1")
        let target = try #require(Target("/caf%C3%A9"))
        #expect(Pattern("/cafe\u{301}").match(target.segments) == nil)
        #expect(Pattern("/caf\u{e9}").match(target.segments) != nil)
    }

    @Test("142: no number of digits ends the server", arguments: 1...45) func overflow(_ count: Int)
    {
        for digit in ["1", "7", "8", "9", "f", "F"] {
            let digits = String(repeating: digit, count: count)
            let rows = [
                post("Content-Length: \(digits)"),
                "GET / HTTP/1.1\r\nHost: h:\(digits)\r\n\r\n",
                "GET http://h:\(digits)/ HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET / HTTP/\(digits).1\r\n\r\n", "GET / HTTP/1.\(digits)\r\n\r\n",
                post("Transfer-Encoding: chunked") + "\(digits)\r\n",
                post("Transfer-Encoding: chunked") + "1\r\nx\r\n\(digits)\r\n",
            ]
            for row in rows {
                for most in [0, 10, 1 << 20, Int.max] {
                    let bytes = Array(row.utf8)
                    let end = Transcript(of: [bytes], bodyBytesMax: most).end
                    #expect(end == Transcript(of: bytes.map { [$0] }, bodyBytesMax: most).end)
                    if count > 20 { #expect(end != .clean && end != .needsMore, "\(row)") }
                }
            }
        }
    }

    @Test("143: what Int takes and a length does not", arguments: ["+5", "-0", "-5", "+0"])
    func signs(_ text: String) throws {
        #expect(Int(text) != nil && Int(text, radix: 16) != nil)
        #expect(status(post("Content-Length: \(text)")) == 400)
        #expect(status(post("Transfer-Encoding: chunked") + "\(text)\r\nhello") == 400)
        #expect(status("GET / HTTP/1.1\r\nHost: h:\(text)\r\n\r\n") == 400)
    }

    @Test(
        "144: what counts as white space elsewhere stays",
        arguments: ["\u{a0}", "\u{85}", "\u{2003}", "\u{feff}", "\u{3000}"])
    func blanks(_ blank: String) throws {
        let head = try head(post("A: \t\(blank)b\(blank) \t"))
        #expect(head.fields.first("a")?.utf8.elementsEqual("\(blank)b\(blank)".utf8) == true)
        #expect(status(post("Content-Length: \(blank)5")) == 400)
        #expect(status(post("Content-Length: 5\(blank)")) == 400)
    }

    @Test("145: fields keep their order, and none replaces another") func order() throws {
        let head = try head(post("B: 1\r\nA: 2\r\nb: 3\r\nB: 1"))
        #expect(head.fields.pairs.map(\.name) == ["Host", "B", "A", "b", "B"])
        #expect(head.fields.all("b") == ["1", "3", "1"])
        #expect(head.fields.count(of: "B") == 3)
    }

    @Test("146: slices that do not start at nought") func slices() throws {
        let text = "POST http://h:80/a%41/b?x=%42&y HTTP/1.1\r\nHost: h\r\nA:  b \r\n\r\n"
        let head = try head(text, behind: "twenty bytes of junk")
        #expect(head.target.segments.map(\.text) == ["aA", "b"])
        #expect(head.target.query.first("x") == "B" && head.target.query.first("y") == "")
        let value = try #require(head.fields.raw("a"))
        #expect(value.startIndex > 0 && value.elementsEqual("b".utf8))
        #expect(head.isFor(["h"]))
        let bytes = Array("junkhello, and more".utf8)
        var index = 4
        var body = try BodyParser(
            try self.head(post("Content-Length: 5")), bytesMax: 5)
        #expect(try body.feed(bytes.span, at: &index) == Array("hello".utf8) && index == 9)
    }

    @Test(
        "50, 147: time grows with the bytes, and not with their square", arguments: [true, false])
    func linear(_ isBytewise: Bool) throws {
        // A parser that looks at every byte again with each piece would need an hour.
        let start = threadSeconds()
        var limits = HeadLimits()
        limits.fieldBytesMax = 1 << 30
        limits.fieldsBytesMax = 1 << 30
        limits.fieldsMax = .max
        var parser = HeadParser(limits: limits)
        let line = Array(("A: " + String(repeating: "b", count: isBytewise ? 300_000 : 0)).utf8)
        var bytes = Array("GET / HTTP/1.1\r\nHost: h\r\n".utf8)
        for _ in 0..<(isBytewise ? 1 : 60_000) { bytes += line + [0x0d, 0x0a] }
        bytes += [0x0d, 0x0a]
        var head: Head?
        for piece in stride(from: 0, to: bytes.count, by: isBytewise ? 1 : 7) {
            var index = 0
            let end = min(bytes.count, piece + (isBytewise ? 1 : 7))
            let part = Array(bytes[piece..<end])
            head = try parser.feed(part.span, at: &index)
        }
        #expect(head != nil)
        #expect(threadSeconds() - start < 20)
    }

    @Test("147: many requests in one piece are read where they stand") func pipeline() {
        let start = threadSeconds()
        let request = Array("GET /a HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        var bytes: [UInt8] = []
        for _ in 0..<30_000 { bytes += request }
        #expect(Transcript(of: [bytes]).messages.count == 30_000)
        #expect(threadSeconds() - start < 20)
    }

    /// What this thread has used of a processor; other tests do not count.
    private func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
