extension WireRow {
    /// Section A without the target: method, spaces, version, empty lines, other protocols.
    static let requestLines: [WireRow] =
        spaces + methods + versions + others + methodBytes

    private static let spaces: [WireRow] = [
        WireRow("1: plain", line("GET /a HTTP/1.1"), ["GET /a"]),
        WireRow("1: two spaces", line("GET  /a HTTP/1.1"), 400),
        WireRow("1: two spaces before the version", line("GET /a  HTTP/1.1"), 400),
        WireRow("1: space before", line(" GET /a HTTP/1.1"), 400),
        WireRow("1: space after", line("GET /a HTTP/1.1 "), 400),
        WireRow("1: tab after", line("GET /a HTTP/1.1\t"), 400),
        WireRow("1: tab", line("GET\t/a HTTP/1.1"), 400),
        WireRow("1: tab before the version", line("GET /a\tHTTP/1.1"), 400),
        WireRow("1: vertical tab", line("GET\u{b}/a HTTP/1.1"), 400),
        WireRow("1: form feed", line("GET /a\u{c}HTTP/1.1"), 400),
        WireRow("1: carriage return", line("GET /a\rHTTP/1.1"), 400),
        WireRow("1: no-break space", line("GET\u{a0}/a HTTP/1.1"), 400),
        WireRow("1: no method", line("/a HTTP/1.1"), 400),
        WireRow("1: no target", line("GET HTTP/1.1"), 400),
        WireRow("1: nothing behind the method", line("GET"), 400),
        WireRow("1: four words", line("GET /a b HTTP/1.1"), 400),
        WireRow("2: an empty line first", "\r\n" + line("GET /a HTTP/1.1"), ["GET /a"]),
        WireRow(
            "2: an empty line between two requests",
            line("GET /a HTTP/1.1") + "\r\n" + line("GET /b HTTP/1.1"), ["GET /a", "GET /b"]),
        WireRow("3: too many empty lines", "\r\n\r\n\r\n\r\n\r\n", 400),
        WireRow(
            "3: a few empty lines", "\r\n\r\n\r\n\r\n" + line("GET /a HTTP/1.1"), ["GET /a"]),
    ]

    private static let methods: [WireRow] =
        [
            WireRow("4: lower case", line("get /a HTTP/1.1"), 501),
            WireRow("4: one lower letter", line("GeT /a HTTP/1.1"), 501),
            WireRow("4: a long s", line("PO\u{17f}T /a HTTP/1.1"), 400),
            WireRow("5: unknown", line("BREW /a HTTP/1.1"), 501),
            WireRow("5: a letter more", line("GETS /a HTTP/1.1"), 501),
            WireRow("5: a letter less", line("GE /a HTTP/1.1"), 501),
            WireRow("5: every token byte", line("!#$%&'*+-.^_`|~09azAZ /a HTTP/1.1"), 501),
            WireRow("5: too long", String(repeating: "A", count: 40), 501),
        ]
        + ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map {
            WireRow("7: \($0) is known", line("\($0) /a HTTP/1.1"), ["\($0) /a"])
        }

    private static let methodBytes: [WireRow] =
        notToken(except: " ").map {
            WireRow("8: \(hex($0)) in the method", "GE", $0, line("T /a HTTP/1.1"), 400)
        }
        + [0x00, 0x09, 0x20, 0x22, 0x28, 0x2f, 0x3a, 0x7f, 0x80, 0xff].map {
            WireRow("8: \(hex($0)) in front of it", "", $0, line("GET /a HTTP/1.1"), 400)
        }

    private static let versions: [WireRow] =
        [
            "HTTP/1.10", "HTTP/1", "HTTP/1.", "HTTP/.1", "HTTP/", "HTTP", "http/1.1", "Http/1.1",
            "HTTP/1.1x", "HTTP/01.1", "HTTP/1.01", "HTTP/1,1", "HTTP/ 1.1", "HTTP1.1",
            "HTTPS/1.1", "HTTP/1.1.1", "HTTP/-1.1", "HTTP/+1.1", "HTTP/1.-1", "HTTP/a.b",
            "HTTP/18446744073709551617.1", "HTTP/1.18446744073709551617", "HTTP/4294967297.1",
            "HTTP/\u{661}.1", "SIP/2.0", "\u{ff28}TTP/1.1",
        ].map { WireRow("9: \($0)", line("GET /a \($0)"), 400) }
        + ["0.9", "0.0", "2.0", "2.1", "3.0", "9.9"].map {
            WireRow("10: HTTP/\($0)", line("GET /a HTTP/\($0)"), 505)
        }
        + (2...9).map { WireRow("11: HTTP/1.\($0)", line("GET /a HTTP/1.\($0)"), ["GET /a"]) }
        + [
            WireRow("12: no version", "GET /a\r\n", 400),
            WireRow("12: no version, with fields", line("GET /a"), 400),
            WireRow("12: an empty version", "GET /a \r\n\r\n", 400),
            WireRow("12: no version, bare LF", "GET /a\n", 400),
        ]

    private static let others: [WireRow] = [
        WireRow("25: CONNECT makes no tunnel", line("CONNECT h:443 HTTP/1.1"), 501),
        WireRow("25: CONNECT of a path", line("CONNECT /a HTTP/1.1"), 400),
        WireRow("25: CONNECT without a port", line("CONNECT h HTTP/1.1"), 400),
        WireRow("25: CONNECT in absolute form", line("CONNECT http://h:80/ HTTP/1.1"), 400),
        WireRow("25: CONNECT *", line("CONNECT * HTTP/1.1"), 400),
        WireRow(
            "25: CONNECT with a body",
            "CONNECT h:443 HTTP/1.1\r\nHost: h\r\nContent-Length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            501),
        WireRow("26: TRACE", line("TRACE /a HTTP/1.1"), 501),
        WireRow("26: TRACE *", line("TRACE * HTTP/1.1"), 400),
        WireRow("29: the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        WireRow("29: a ClientHello", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01], [], .refused(400)),
        WireRow("29: one byte of junk, no line end", [0xff], [], .refused(400)),
        WireRow("29: zeros", [UInt8](repeating: 0, count: 40), [], .refused(400)),
        WireRow("29: a reply", "HTTP/1.1 200 OK\r\n\r\n", 400),
        WireRow("29: two spaces, no line end", "GET  ", 400),
        WireRow("29: a NUL in the target, no line end", "GET /a\0", 400),
        WireRow("29: a broken version, no line end", "GET /a HTX", 400),
        WireRow("29: no version, no line end", "GET /a\r", 400),
        WireRow("29: a bare CR, no line end", "GET /a HTTP/1.1\rX", 400),
        WireRow("29: a bad name, no line end", "GET /a HTTP/1.1\r\nHost ", 400),
        WireRow("29: a bad value, no line end", "GET /a HTTP/1.1\r\nHost: h\u{1}", 400),
        WireRow("29: a bad size, no line end", post("Transfer-Encoding: chunked", "g"), 400),
        WireRow("41: LF in front", "\n" + line("GET /a HTTP/1.1"), 400),
        WireRow("41: LF behind the request line", "GET /a HTTP/1.1\nHost: h\r\n\r\n", 400),
        WireRow("41: LF everywhere", "GET /a HTTP/1.1\nHost: h\n\n", 400),
        WireRow("41: LF CR behind the request line", "GET /a HTTP/1.1\n\rHost: h\r\n\r\n", 400),
        WireRow("41: CR CR LF behind the request line", "GET /a HTTP/1.1\r\r\n", 400),
        WireRow("41: CR CR LF in front", "\r\r\n" + line("GET /a HTTP/1.1"), 400),
        WireRow("42: CR X behind the request line", "GET /a HTTP/1.1\rX", 400),
        WireRow("46: HTTP/1.0 without Host", "GET /a HTTP/1.0\r\n\r\n", ["GET /a"], .closed),
        WireRow("90: half a request line", "GET /a HT", [], .needsMore),
        WireRow("90: half a field", "GET /a HTTP/1.1\r\nHo", [], .needsMore),
        WireRow("90: all but the last byte", "GET /a HTTP/1.1\r\nHost: h\r\n\r", [], .needsMore),
    ]
}
