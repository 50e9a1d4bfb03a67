extension WireRow {
    /// Section A, the target: bytes, escapes, forms, length.
    static let targets: [WireRow] = bytesOfTargets + escapes + forms + lineLengths

    /// Space ends a target; a question mark is one of its bytes.
    private static let bytesOfTargets: [WireRow] =
        controls.flatMap { byte in
            [
                WireRow("13: \(hex(byte)) in the path", "GET /a", byte, line("b HTTP/1.1"), 400),
                WireRow("13: \(hex(byte)) in a query", "GET /?a", byte, line("b HTTP/1.1"), 400),
            ]
        }
        + noURI.flatMap { byte in
            [
                WireRow("14: \(hex(byte)) in the path", "GET /a", byte, line("b HTTP/1.1"), 400),
                WireRow("14: \(hex(byte)) in a query", "GET /?a", byte, line("b HTTP/1.1"), 400),
            ]
        }
        + [
            WireRow(
                "13: every byte a target may have",
                line("GET /a-._~!$&'()*+,;=:@/?/[]%41 HTTP/1.1"), ["GET /a-._~!$&'()*+,;=:@/"])
        ]

    private static let controls: [UInt8] = Array(0x00...0x1f) + [0x7f]

    private static let noURI: [UInt8] = Array("\"<>\\^`{|}#".utf8) + Array(0x80...0xff)

    private static let escapes: [WireRow] =
        ["/%", "/%4", "/%4g", "/%g4", "/%%41", "/%zz/a", "/a%2", "/%-1", "/%+1", "/%u0041"].map {
            WireRow("15: \($0)", line("GET \($0) HTTP/1.1"), 400)
        }
        + ["/?%", "/?a=%4", "/?a=%zz&b", "/?%%"].map {
            WireRow("15: \($0)", line("GET \($0) HTTP/1.1"), 400)
        }
        + ["http://h/%", "http://h?%4"].map {
            WireRow("15: \($0)", line("GET \($0) HTTP/1.1"), 400)
        }

    private static let forms: [WireRow] =
        [
            "foo", "?a=b", "h/p", "a:b", ":80", "http:", "http:/h/p", "http//h/p", "ftp://h/p",
            "ws://h/p", "%2Fa", "**", "*a", ".", "[::1]/",
        ].map { WireRow("21: \($0)", line("GET \($0) HTTP/1.1"), 400) }
        + ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map {
            WireRow("22: \($0) absolute", line("\($0) http://h/p?q HTTP/1.1"), ["\($0) /p"])
        }
        + [
            ("HTTP://h:80", "/"), ("http://h?q", "/"),
            ("http://[::1]:80/p", "/p"), ("http://other/p", "/p"),
        ].map { WireRow("22: \($0.0)", line("GET \($0.0) HTTP/1.1"), ["GET \($0.1)"]) }
        + [
            WireRow("22, 45: https", line("GET https://h/p HTTP/1.1"), 421),
            WireRow("22, 45: https with a port", line("GET HTTPS://h:80/p HTTP/1.1"), 421),
            WireRow("22: absolute, without Host", "GET http://h/p HTTP/1.1\r\n\r\n", 400),
            WireRow(
                "22: absolute, two Hosts", "GET http://h/ HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
                400),
        ]
        + [
            "http://", "http:///p", "http://?q", "http://:80/p", "http://u@h/p", "http://u:p@h/p",
            "http://@h/p", "http://h:65536/", "http://h:8o/", "http://[::1/", "http://h:1:2/",
            "http://[]/",
        ].map { WireRow("23: \($0)", line("GET \($0) HTTP/1.1"), 400) }
        + [
            WireRow("24: OPTIONS *", line("OPTIONS * HTTP/1.1"), ["OPTIONS "]),
            WireRow("24: OPTIONS *?", line("OPTIONS *? HTTP/1.1"), 400),
        ]
        + ["GET", "HEAD", "POST", "PUT", "DELETE"].map {
            WireRow("24: \($0) *", line("\($0) * HTTP/1.1"), 400)
        }

    private static let lineLengths: [WireRow] = [
        WireRow("27: 8000 bytes", lineOf(8000), ["GET /" + letters(8000)]),
        WireRow("27: as long as allowed", lineOf(8192), ["GET /" + letters(8192)]),
        WireRow("28: one byte too long", lineOf(8193), 414),
        WireRow("28: far too long", lineOf(60_000), 414),
        WireRow("28: without end", String(lineOf(20_000).prefix(9000)), 414),
    ]

    /// A request whose first line has this many bytes, its end included.
    private static func lineOf(_ bytes: Int) -> String {
        line("GET /\(letters(bytes)) HTTP/1.1")
    }

    private static func letters(_ lineBytes: Int) -> String {
        String(repeating: "a", count: lineBytes - "GET / HTTP/1.1\r\n".utf8.count)
    }
}
