extension WireRow {
    /// Section D: chunked bodies.
    static let chunks: [WireRow] = sizes + notSizes + extensions + ends + trailers

    private static let sizes: [WireRow] = [
        WireRow("67: lower case", chunked("a\r\n0123456789\r\n0\r\n\r\n"), ["POST /a 0123456789"]),
        WireRow("67: upper case", chunked("A\r\n0123456789\r\n0\r\n\r\n"), ["POST /a 0123456789"]),
        WireRow("67: leading zeros", chunked("005\r\nhello\r\n000\r\n\r\n"), ["POST /a hello"]),
        WireRow(
            "67: more digits than fit, all but one zeros",
            chunked("00000000000000000005\r\nhello\r\n00000000000000000000\r\n\r\n"),
            ["POST /a hello"]),
        WireRow(
            "67: several", chunked("5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n"),
            ["POST /a hello world"]),
        WireRow("67: none", chunked("0\r\n\r\n"), ["POST /a"]),
        WireRow(
            "67: data like a size", chunked("3\r\n0\r\n\r\n0\r\n\r\n"), ["POST /a 0\r\n"]),
    ]

    private static let notSizes: [WireRow] =
        [
            "zz", "-5", "+5", "0x5", "5g", "5_", "5,", "", " 5", "\t5", "\05", "5\0", "5 x", "5 ",
            "5\t", "5.", "#5", "\u{ff15}", "\u{665}", "-0", "5h", "\u{a0}5", "5\u{b}", "\"5\"",
        ].flatMap { size in
            [
                WireRow(
                    "68: \(size.debugDescription)", chunked("\(size)\r\nhello\r\n0\r\n\r\n"), 400),
                WireRow(
                    "68: \(size.debugDescription) behind a chunk",
                    chunked("1\r\nx\r\n\(size)\r\nhello\r\n0\r\n\r\n"), 400),
            ]
        }
        + [
            "100000005", "8000000000000000", "7fffffffffffffff", "ffffffffffffffff",
            "fffffffffffffffb", "10000000000000000", "10000000000000005", "100001",
            "00000000000000000000100001", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        ].flatMap { size in
            [
                WireRow("69: \(size)", chunked("\(size)\r\nhello\r\n0\r\n\r\n"), 413),
                WireRow("69: \(size) without data", chunked(size), 413),
                WireRow("69: \(size) behind a chunk", chunked("1\r\nx\r\n\(size)\r\nh"), 413),
            ]
        }
        + [
            WireRow("69: the most, without data", chunked("100000\r\n"), [], .needsMore),
            WireRow("69: more than is left", chunked("1\r\nx\r\n100000"), 413),
        ]

    private static let extensions: [WireRow] =
        [
            ";a", ";a=b", ";a;b;c=d", ";a=\"b\"", ";a=\"b; c\"", ";a=\"\\\"\"", ";a=\"\"",
            ";a=\"b\\\\\";c", " ;a", "\t; a = b", ";a=\"\u{e9}\"", ";a=\"\t\"", ";a =b",
        ].map {
            WireRow(
                "70: \($0.debugDescription)", chunked("5\($0)\r\nhello\r\n0\($0)\r\n\r\n"),
                ["POST /a hello"])
        }
        + [
            ";a\nb", ";a\rb", ";a=\"b\nc\"", ";a=\"b\rc\"", ";a=\"b\r\nc\"", ";a=\"\\\r\n\"",
            ";a\n",
            ";\n", ";a=\"b\n", " \n",
        ].map {
            WireRow("71: \($0.debugDescription)", chunked("5\($0)\r\nhello\r\n0\r\n\r\n"), 400)
        }
        + [
            ";", ";;a", ";a=", ";=b", ";a==b", ";a b", ";a=b c", ";a=\"b", ";a=\"b\"c", ";a=b\"c\"",
            ";a\0", ";a=\"\0\"", ";a=\"\u{7f}\"", ";a=(", ";\u{e9}", "; ", ";a=\"b\\",
        ].map {
            WireRow("70: not \($0.debugDescription)", chunked("5\($0)\r\nhello\r\n0\r\n\r\n"), 400)
        }
        + [
            "5;a=" + String(repeating: "b", count: 8500), String(repeating: "0", count: 8500),
            "5;a=\"" + String(repeating: "b", count: 8500),
            "5" + String(repeating: " ", count: 8500),
            "0\r\nA: " + String(repeating: "b", count: 8500),
            "0\r\n" + String(repeating: "b", count: 8500),
            "0\r\n" + String(repeating: "A: b\r\n", count: 2500),
            String(repeating: "1;aaaaaaaa\r\nx\r\n", count: 1000),
            String(repeating: "0000001\r\nx\r\n", count: 1500),
        ].map { WireRow("73: \($0.prefix(16).debugDescription)...", chunked($0), 431) }

    private static let ends: [WireRow] =
        ["5\n", "5\r", "5\rX", "5\n\r\n", "5\r\r\n", "5;a\n"].map {
            WireRow(
                "71: the size ends in \($0.debugDescription)", chunked($0 + "hello\r\n0\r\n\r\n"),
                400)
        }
        + ["\n", "\rX", "\n\r", "X\r\n", "!\r\n", "\r\r\n", "", " \r\n", "0\r\n"].map {
            WireRow(
                "72: the data ends in \($0.debugDescription)", chunked("5\r\nhello\($0)0\r\n\r\n"),
                400)
        }
        + [
            WireRow("72: a chunk too short", chunked("5\r\nhell\r\n0\r\n\r\n"), 400),
            WireRow("72: a chunk too long", chunked("5\r\nhello world\r\n0\r\n\r\n"), 400),
            WireRow("71: the last size ends in LF", chunked("5\r\nhello\r\n0\n\r\n"), 400),
            WireRow("71: the last line is LF", chunked("5\r\nhello\r\n0\r\n\n"), 400),
            WireRow("71: the last line is CR X", chunked("5\r\nhello\r\n0\r\n\rX"), 400),
        ]

    private static let trailers: [WireRow] =
        [
            "A: b", "A:", "a: \t b \t", "Content-Length: 99", "Transfer-Encoding: gzip",
            "Host: other", "Authorization: Bearer x", "Connection: close", "X-API-Key: k",
            "A: \u{e9}", "Content-Length: 1\r\nContent-Length: 2", "Host: /\r\nHost: ?",
        ].map {
            WireRow(
                "74: \($0.debugDescription) is dropped",
                chunked("5\r\nhello\r\n0\r\n\($0)\r\n\r\n"), ["POST /a hello"])
        }
        + [
            "A b", "A : b", " A: b", ": b", "A", "A: b\0", "A: b\n", "A: b\r\r", "A: b\r\n c",
            "A: b\rC: d", "A\0: b", "\u{e9}: b", "A(: b", "A: \u{7f}", "\tA: b", "A: b\r\n\rX",
        ].map {
            WireRow(
                "74: not \($0.debugDescription)", chunked("5\r\nhello\r\n0\r\n\($0)\r\n\r\n"), 400)
        }
        + [
            WireRow("75: a request line", chunked("0\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n"), 400),
            WireRow("75: another size", chunked("0\r\n5\r\nhello\r\n0\r\n\r\n"), 400),
        ]

    private static func chunked(_ body: String) -> String {
        post("Transfer-Encoding: chunked", body)
    }
}
