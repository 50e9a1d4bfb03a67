extension WireRow {
    /// Section E, as far as the bytes of the client show it: who closes, what is ignored.
    static let closings: [WireRow] = closing + kept + pipelines + heads

    /// Refusals of HEAD, which have no body either.
    private static let heads: [WireRow] = [
        WireRow("93: HEAD, a bad target", line("HEAD /a{b} HTTP/1.1"), 400),
        WireRow("93: HEAD, a bad version", line("HEAD /a HTTP/1.x"), 400),
        WireRow("93: HEAD, another version", line("HEAD /a HTTP/2.0"), 505),
        WireRow(
            "93: HEAD, a long target", line("HEAD /\(String(repeating: "a", count: 9000))"), 414),
        WireRow("93: HEAD, no Host", "HEAD /a HTTP/1.1\r\n\r\n", 400),
        WireRow("93: HEAD, a bad field", "HEAD /a HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n", 400),
        WireRow(
            "93: HEAD, an expectation",
            "HEAD /a HTTP/1.1\r\nHost: h\r\nExpect: a\r\n\r\n", 417),
        WireRow(
            "93: HEAD, a bad chunk",
            "HEAD /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nx", 400),
        WireRow(
            "93: HEAD, a large body",
            "HEAD /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\n\r\n", 413),
        WireRow(
            "62: HEAD with a body",
            "HEAD /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", ["HEAD /a hello"]),
    ]

    private static let closing: [WireRow] =
        [
            "close", "CLOSE", "Close", "a, close", "close, a", "a,b ,\tcLoSe , c",
            "keep-alive, close",
            "close, keep-alive", ",,close",
        ].map {
            WireRow("77: \($0)", get("Connection: \($0)\r\n"), ["GET /a"], .closed)
        }
        + [
            WireRow(
                "77: in the first of two lines", get("Connection: close\r\nConnection: a\r\n"),
                ["GET /a"], .closed),
            WireRow(
                "77: in the last of three lines",
                get("Connection: a\r\nB: c\r\nConnection: keep-alive\r\nconnection: close\r\n"),
                ["GET /a"], .closed),
            WireRow(
                "79: behind a body", post("Connection: close\r\nContent-Length: 5", "hello"),
                ["POST /a hello"], .closed),
            WireRow(
                "79: the second of two",
                line("GET /a HTTP/1.1") + get("Connection: close\r\n"), ["GET /a", "GET /a"],
                .closed),
            WireRow("80: HTTP/1.0 closes", line("GET /a HTTP/1.0"), ["GET /a"], .closed),
            WireRow(
                "80: HTTP/1.0 closes in spite of keep-alive",
                "GET /a HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", ["GET /a"], .closed),
        ]

    private static let kept: [WireRow] =
        ["keep-alive", "closed", "\"close\"", "clo se", "x-close", "a", "", "close;a"].map {
            WireRow("77: not \($0)", get("Connection: \($0)\r\n"), ["GET /a"])
        }
        + [
            WireRow(
                "80: 1.0 kept", "GET /a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", ["GET /a"]),
            WireRow(
                "88: websocket",
                get(
                    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), ["GET /a"]),
            WireRow(
                "88: h2c",
                get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\n"),
                ["GET /a"]),
            WireRow("88: TLS", get("Connection: upgrade\r\nUpgrade: TLS/1.0\r\n"), ["GET /a"]),
        ]
        + [
            "Range: bytes=0-0", "If-Match: \"a\"", "If-None-Match: *", "If-Range: \"a\"",
            "If-Modified-Since: Sun, 06 Nov 2094 08:49:37 GMT", "TE: trailers, gzip;q=0",
            "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT", "Max-Forwards: 0",
            "X-HTTP-Method-Override: DELETE", "X-Original-URL: /b", "Accept-Encoding: *;q=0",
            "Accept: nothing/at-all;q=0", "Trailer: Host", "Via: 1.0 a", "Proxy-Connection: close",
            "Keep-Alive: timeout=0", "Content-Encoding: gzip", "Cookie: a", "Date: nonsense",
        ].map { WireRow("101: \($0) is ignored", get("\($0)\r\n"), ["GET /a"]) }

    private static let pipelines: [WireRow] = [
        WireRow(
            "81: answers in order",
            (1...9).map { line("GET /\($0) HTTP/1.1") }.joined(), (1...9).map { "GET /\($0)" }),
        WireRow(
            "81: behind bodies",
            post("Content-Length: 5", "hello")
                + post("Transfer-Encoding: chunked", "1\r\nx\r\n0\r\n\r\n")
                + line("GET /b HTTP/1.1"), ["POST /a hello", "POST /a x", "GET /b"]),
        WireRow(
            "82: good ones in front of a bad one",
            post("Content-Length: 5", "hello") + line("GET /b HTTP/1.1") + "BAD\r\n",
            ["POST /a hello", "GET /b"], .refused(400)),
        WireRow(
            "82: in front of bad framing",
            line("GET /a HTTP/1.1") + post("Content-Length: 5\r\nContent-Length: 6", "hello"),
            ["GET /a"], .refused(400)),
        WireRow(
            "82: in front of a bad chunk",
            line("GET /a HTTP/1.1") + post("Transfer-Encoding: chunked", "x\r\n"), ["GET /a"],
            .refused(400)),
        WireRow(
            "82: in front of half a request", line("GET /a HTTP/1.1") + "GET /b HT", ["GET /a"],
            .needsMore),
    ]
}
