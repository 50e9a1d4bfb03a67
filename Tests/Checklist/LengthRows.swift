extension WireRow {
    /// Section C: the length of the message.
    static let lengths: [WireRow] =
        notLengths + numbers + twice + notCodings + codings + bodies

    private static let notLengths: [WireRow] =
        [
            "+5", "-1", "-0", "-5", "0x5", "0x0", "5b", "b5", "5e0", "5.0", "5.", ".5", "5_0",
            "\"5\"", "'5'", "5;a", "5;", "5 5", "5\t5", "0 5", "", " ", "\u{b}5", "5\u{b}",
            "\u{a0}5", "5\u{a0}", "\u{85}5", "\05", "5\0", "\u{ff15}", "\u{665}", "five", "#5",
            "NaN", "1e400", "~5", "5,", ",5", ",",
        ].flatMap { value in
            [
                WireRow("51: \(value.debugDescription)", length(value), 400),
                WireRow(
                    "51: \(value.debugDescription) with GET",
                    "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: \(value)\r\n\r\n", 400),
            ]
        }

    private static let numbers: [WireRow] =
        [
            "18446744073709551621", "18446744073709551616", "18446744073709551615",
            "9223372036854775808", "9223372036854775807", "9223372036854775813", "4294967301",
            "340282366920938463463374607431768211461", "1" + String(repeating: "0", count: 500),
        ].map { WireRow("52: \($0.prefix(45))", length($0), 413) }
        + [
            WireRow("55: leading zeros", length("0005"), ["POST /a hello"]),
            WireRow(
                "55: many of them", length(String(repeating: "0", count: 400) + "5"),
                ["POST /a hello"]),
            WireRow("55: nothing but zeros", post("Content-Length: 0000", ""), ["POST /a"]),
            WireRow("51: five", length("5"), ["POST /a hello"]),
        ]

    private static let twice: [WireRow] = [
        WireRow("53: in two lines", post("Content-Length: 5\r\nContent-Length: 6", "hello"), 400),
        WireRow(
            "53: in two lines, nought", post("Content-Length: 0\r\nContent-Length: 5", "hello"), 400
        ),
        WireRow("53: in a list", length("5, 6"), 400),
        WireRow("53: in a list without a space", length("6,5"), 400),
        WireRow("53: apart", post("Content-Length: 5\r\nA: b\r\ncontent-length: 6", "hello"), 400),
        WireRow("54: in two lines", post("Content-Length: 5\r\nContent-Length: 5", "hello"), 400),
        WireRow("54: in a list", length("5, 5"), 400),
        WireRow("54: in a list without a space", length("5,5"), 400),
        WireRow(
            "54: spelled otherwise", post("Content-Length: 5\r\nContent-Length: 05", "hello"), 400),
    ]

    private static let notCodings: [WireRow] =
        [
            "identity", "gzip", "chunked, gzip", "chunked, identity", "chunked, chunked",
            "chunked,chunked", "gzip, chunked, gzip", "chunked, gzip, chunked", "xchunked",
            "chunkedx", "x-chunked", "chunk", "\"chunked\"", "'chunked'", "chunked;q=1", "chunked;",
            "chunked; a", "cow chunked", "chunked cow", "chunked chunked", "", " ", ",",
            "\u{b}chunked", "chunked\u{b}", "\u{c}chunked", "\u{a0}chunked", "chunked\u{a0}",
            "\0chunked", "chunked\0", "chun\u{212a}ed", "chun\u{fb}ked", "[chunked]", "chunked/1",
            "5", "nothing-much", "gzip;a, chunked",
        ].map { WireRow("56: \($0.debugDescription)", coding($0), 400) }
        + [
            // Members may be empty elsewhere (48); where a message ends is never guessed.
            WireRow("56: an empty member behind", coding("chunked,"), 400),
            WireRow("56: an empty member before", coding(", chunked"), 400),
            WireRow(
                "56: an empty line behind",
                post("Transfer-Encoding: chunked\r\nTransfer-Encoding:", "0\r\n\r\n"), 400),
            WireRow(
                "56: identity in another line",
                post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n"),
                400),
        ]

    private static let codings: [WireRow] =
        ["gzip, chunked", "gzip,chunked", "identity, chunked", "deflate, gzip, chunked"].map {
            WireRow("57: \($0)", coding($0), 501)
        }
        + ["CHUNKED", "Chunked", "cHuNkEd", "chunked \t"].map {
            WireRow("58: \($0)", coding($0), ["POST /a hello"])
        }
        + [
            ("5", "chunked"), ("0", "chunked"), ("x", "chunked"), ("5", "identity"), ("5", ""),
            ("5", "gzip, chunked"), ("5", "xchunked"),
        ].flatMap { length, coding in
            let one = "Content-Length: \(length)"
            let other = "Transfer-Encoding: \(coding)"
            return [
                WireRow("59: \(one), \(other)", post("\(one)\r\n\(other)", chunkedHello), 400),
                WireRow("59: \(other), \(one)", post("\(other)\r\n\(one)", chunkedHello), 400),
            ]
        }
        + ["", "Connection: keep-alive\r\n", "Host: h\r\nContent-Length: 5\r\n"].map {
            WireRow(
                "60: chunked in 1.0 \($0.debugDescription)",
                "POST /a HTTP/1.0\r\n\($0)Transfer-Encoding: chunked\r\n\r\n" + chunkedHello, 400)
        }

    private static let bodies: [WireRow] =
        ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map {
            WireRow("61: \($0) with neither", line("\($0) /a HTTP/1.1"), ["\($0) /a"])
        }
        + ["GET", "DELETE", "OPTIONS", "PUT", "PATCH"].flatMap { method in
            let inner = "GET /b HTTP/1.1\r\nHost: h\r\n\r\n"
            let start = "\(method) /a HTTP/1.1\r\nHost: h\r\n"
            return [
                WireRow(
                    "62: \(method) with a body",
                    "\(start)Content-Length: \(inner.utf8.count)\r\n\r\n\(inner)",
                    ["\(method) /a \(inner)"]),
                WireRow(
                    "62: \(method) with chunks",
                    "\(start)Transfer-Encoding: chunked\r\n\r\n" + chunkedHello,
                    ["\(method) /a hello"]),
            ]
        }
        + [
            WireRow("63: cut short", length("6"), [], .needsMore),
            WireRow("63: nothing of it", length("6", ""), [], .needsMore),
            WireRow(
                "63: before the last chunk", coding("chunked", "5\r\nhello\r\n"), [], .needsMore),
            WireRow(
                "63: in the last chunk", coding("chunked", "5\r\nhello\r\n0\r\n"), [], .needsMore),
            WireRow("63: in a chunk", coding("chunked", "5\r\nhel"), [], .needsMore),
            WireRow("63: in a size", coding("chunked", "5"), [], .needsMore),
            WireRow("63: in the trailer", coding("chunked", "0\r\nA: b\r\n\r"), [], .needsMore),
            WireRow("64: declared too large", length("1048577", ""), 413),
            WireRow("64: declared far too large", length("10000000000", "hello"), 413),
            WireRow("64: as large as allowed", length("1048576", ""), [], .needsMore),
        ]

    private static let chunkedHello = "5\r\nhello\r\n0\r\n\r\n"

    private static func length(_ value: String, _ body: String = "hello") -> String {
        post("Content-Length: \(value)", body)
    }

    private static func coding(_ value: String, _ body: String = chunkedHello) -> String {
        post("Transfer-Encoding: \(value)", body)
    }
}
