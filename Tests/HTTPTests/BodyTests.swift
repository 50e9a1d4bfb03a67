import HTTP
import Testing

private func post(_ fields: String, _ body: String) -> String {
    "POST /a HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\r\n\(body)"
}

private func length(_ value: String, _ body: String = "hello") -> String {
    post("Content-Length: \(value)", body)
}

private func coding(_ value: String) -> String {
    post("Transfer-Encoding: \(value)", "5\r\nhello\r\n0\r\n\r\n")
}

private func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked", body) }

private let refusedLengths = [
    "+5", "-1", "-0", "0x5", "5b", "5e0", "5.0", "5_0", "\"5\"", "5;a", "5 5", "", "\u{b}5", "5, 5",
    "5, 6",
]

private let refusedCodings = [
    "identity", "chunked, gzip", "chunked, chunked", "xchunked", "\"chunked\"", "chunked;q=1",
    "cow chunked", "", "\u{b}chunked", "chunked,",
]

private let refusedSizes = [
    "zz", "-5", "+5", "0x5", "5g", "5_", "5,", "", " 5", "\05", "5 x", "5 ",
]

@Suite struct BodyTests {
    @Test(arguments: [
        ParserRow("51 length", length("5"), ["POST /a hello"]),
        ParserRow("52 overflow", length("18446744073709551621"), [], .refused(413)),
        ParserRow(
            "54 twice", post("Content-Length: 5\r\nContent-Length: 5", "hello"), [], .refused(400)),
        ParserRow("55 leading zeros", length("0005"), ["POST /a hello"]),
        ParserRow("57 gzip, chunked", coding("gzip, chunked"), [], .refused(501)),
        ParserRow("58 case", coding("CHUNKED"), ["POST /a hello"]),
        ParserRow(
            "59 both", post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), [],
            .refused(400)),
        ParserRow(
            "60 chunked in 1.0", "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            [],
            .refused(400)),
        ParserRow("61 neither", post("A: b", ""), ["POST /a"]),
        ParserRow(
            "62 GET with a body", "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi",
            ["GET /a hi"]),
        ParserRow("63 cut short", length("6"), [], .needsMore),
        ParserRow("64 declared too large", length("1048577", ""), [], .refused(413)),
        ParserRow(
            "67 sizes", chunked("5\r\nhello\r\n00A\r\n0123456789\r\n0\r\n\r\n"),
            ["POST /a hello0123456789"]),
        ParserRow("69 2^32+5", chunked("100000005\r\nhello\r\n0\r\n\r\n"), [], .refused(413)),
        ParserRow("69 2^63", chunked("8000000000000000\r\nh"), [], .refused(413)),
        ParserRow("69 2^64-1", chunked("ffffffffffffffff\r\nh"), [], .refused(413)),
        ParserRow("69 2^64+5", chunked("10000000000000005\r\nh"), [], .refused(413)),
        ParserRow("69 2^64-1, without data", chunked("FFFFFFFFFFFFFFFF"), [], .refused(413)),
        ParserRow("69 2^63-1, without data", chunked("7FFFFFFFFFFFFFFF"), [], .refused(413)),
        ParserRow("69 one too many, without data", chunked("100001"), [], .refused(413)),
        ParserRow("69 the most, without data", chunked("100000\r\n"), [], .needsMore),
        ParserRow("69 more than is left", chunked("1\r\nx\r\n100000"), [], .refused(413)),
        ParserRow("70 extension", chunked("5;a=b;c\r\nhello\r\n0;d\r\n\r\n"), ["POST /a hello"]),
        ParserRow(
            "70 quoted", chunked("5;a=\"b; \\\"c\"\r\nhello\r\n0\r\n\r\n"), ["POST /a hello"]),
        ParserRow("71 LF in an extension", chunked("5;a\nhello\r\n0\r\n\r\n"), [], .refused(400)),
        ParserRow(
            "71 CR in a quoted one", chunked("5;a=\"b\r\n\"\r\nhello\r\n"), [], .refused(400)),
        ParserRow("71 LF after the size", chunked("5\nhello\r\n0\r\n\r\n"), [], .refused(400)),
        ParserRow("72 chunk too long", chunked("5\r\nhello!\r\n0\r\n\r\n"), [], .refused(400)),
        ParserRow("72 LF after the data", chunked("5\r\nhello\n0\r\n\r\n"), [], .refused(400)),
        ParserRow("74 trailer", chunked("0\r\nA: b\r\nContent-Length: 9\r\n\r\n"), ["POST /a"]),
        ParserRow("74 bad trailer", chunked("0\r\nA b\r\n\r\n"), [], .refused(400)),
        ParserRow("75 request line", chunked("0\r\nGET / HTTP/1.1\r\n\r\n"), [], .refused(400)),
    ])
    func bodies(_ row: ParserRow) { row.check() }

    @Test("51, 53: no length", arguments: refusedLengths)
    func lengths(_ value: String) {
        ParserRow("51 \(value)", length(value), [], .refused(400)).check()
    }

    @Test("56: no transfer coding", arguments: refusedCodings)
    func codings(_ value: String) {
        ParserRow("56 \(value)", coding(value), [], .refused(400)).check()
    }

    @Test("68: no chunk size", arguments: refusedSizes)
    func sizes(_ size: String) {
        ParserRow("68 \(size)", chunked("\(size)\r\nhello\r\n0\r\n\r\n"), [], .refused(400)).check()
    }

    @Test("65: a chunked body is counted as it comes") func countedChunks() {
        let chunk = "8\r\n01234567\r\n"
        let fits = chunked(chunk + chunk + "0\r\n\r\n")
        #expect(Transcript(of: [Array(fits.utf8)], bodyBytesMax: 16).end == .clean)
        #expect(Transcript(of: [Array(fits.utf8)], bodyBytesMax: 15).end == .refused(413))
    }

    @Test(
        "73: extensions, zeros and trailers are bounded over the message",
        arguments: [
            "5;a=" + String(repeating: "b", count: 9000), String(repeating: "0", count: 9000),
            "0\r\nA: " + String(repeating: "b", count: 9000),
            String(repeating: "1;aaaaaaaa\r\nx\r\n", count: 1000),
        ])
    func overhead(_ body: String) {
        #expect(Transcript(of: [Array(chunked(body).utf8)]).end == .refused(431))
    }

    @Test("82: a good request in front of a bad one") func pipeline() {
        let bytes = length("5") + "GET /b HTTP/1.1\r\nHost: h\r\n\r\nBAD\r\n"
        ParserRow("82", bytes, ["POST /a hello", "GET /b"], .refused(400)).check()
    }
}
