extension WireRow {
    /// Section B without Host.
    static let fields: [WireRow] =
        lines + nameBytes + valueBytes + lineEnds + singletons + lists + fieldLimits

    private static let lines: [WireRow] =
        ["A : b", "A\t: b", "A  : b", "Content-Length : 0", "Connection : close"].map {
            WireRow("30: \($0)", get("\($0)\r\n"), 400)
        }
        + [
            WireRow("30: Host", "GET /a HTTP/1.1\r\nHost : h\r\n\r\n", 400),
            WireRow("30: chunked", post("Transfer-Encoding : chunked", "0\r\n\r\n"), 400),
            WireRow("31: folded with a space", get("A: b\r\n c\r\n"), 400),
            WireRow("31: folded with a tab", get("A: b\r\n\tc\r\n"), 400),
            WireRow("31: an empty line that is folded", get("A: b\r\n \r\n"), 400),
            WireRow("31: a folded Host", "GET /a HTTP/1.1\r\nHost:\r\n h\r\n\r\n", 400),
            WireRow(
                "31: a folded coding", post("Transfer-Encoding:\r\n chunked", "0\r\n\r\n"), 400),
            WireRow("32: space first", "GET /a HTTP/1.1\r\n Host: h\r\n\r\n", 400),
            WireRow("32: tab first", "GET /a HTTP/1.1\r\n\tHost: h\r\n\r\n", 400),
            WireRow("32: a blank line first", "GET /a HTTP/1.1\r\n \r\nHost: h\r\n\r\n", 400),
            WireRow("33: no colon", get("Abc\r\n"), 400),
            WireRow("33: no colon, two words", get("GET /b HTTP/1.1\r\n"), 400),
            WireRow("33: empty name", get(": b\r\n"), 400),
            WireRow("33: colon only", get(":\r\n"), 400),
            WireRow("35: every token byte", get("!#$%&'*+-.^_`|~09azAZ: c\r\n"), ["GET /a"]),
            WireRow("40: empty value", get("A:\r\n"), ["GET /a"]),
            WireRow("40: blank value", get("A: \t \r\n"), ["GET /a"]),
            WireRow("40: names without case", "GET /a HTTP/1.1\r\nhOST: h\r\n\r\n", ["GET /a"]),
            WireRow(
                "40: no case but ASCII's", get("Connection: clo\u{17f}e\r\n"), ["GET /a"]),
        ]

    private static let nameBytes: [WireRow] =
        notToken(except: ":").map {
            WireRow("34: \(hex($0)) in a name", "GET /a HTTP/1.1\r\nHost: h\r\nA", $0, end, 400)
        }
        + notToken(except: ":\r").map {
            WireRow("34: \(hex($0)) before a name", "GET /a HTTP/1.1\r\nHost: h\r\n", $0, end, 400)
        }

    private static let end = "b: c\r\n\r\n"

    private static let valueBytes: [WireRow] =
        [0x00, 0x0a, 0x0d].flatMap { inValue("36", $0) } + controls.flatMap { inValue("37", $0) }
        + (0x80...0xff).map(opaque)
        + [
            WireRow("39: NBSP around a length", post("Content-Length: \u{a0}5", "hello"), 400),
            WireRow("39: NEL around a length", post("Content-Length: 5\u{85}", "hello"), 400),
            WireRow(
                "39: tabs and spaces", post("Content-Length:\t 5 \t", "hello"), ["POST /a hello"]),
        ]

    private static func opaque(_ byte: UInt8) -> WireRow {
        let before = Array("GET /a HTTP/1.1\r\nHost: h\r\nA: b".utf8)
        let bytes: [UInt8] = before + [byte, 0x09, 0x20, byte, 0x0d, 0x0a, 0x0d, 0x0a]
        return WireRow("38: \(hex(byte)) is data", bytes, ["GET /a"])
    }

    private static let controls: [UInt8] =
        Array(0x01...0x08) + Array(0x0e...0x1f) + [0x0b, 0x0c, 0x7f]

    /// A byte at the start, in the middle and at the end of a value.
    private static func inValue(_ item: String, _ byte: UInt8) -> [WireRow] {
        let start = "GET /a HTTP/1.1\r\nHost: h\r\nA: "
        return [
            WireRow("\(item): \(hex(byte)) in a value", start + "b", byte, "c\r\n\r\n", 400),
            WireRow("\(item): \(hex(byte)) before a value", start, byte, "c\r\n\r\n", 400),
            WireRow("\(item): \(hex(byte)) after a value", start + "b", byte, "\r\n\r\n", 400),
        ]
    }

    private static let lineEnds: [WireRow] = [
        WireRow("36: a NUL in a value", get("A: b\0c\r\n"), 400),
        WireRow("37: a control in a value", get("A: b\u{1}c\r\n"), 400),
        WireRow("41: LF", get("A: b\n"), 400),
        WireRow("41: LF between two fields", get("A: b\nC: d\r\n"), 400),
        WireRow("41: CR CR LF", get("A: b\r\r\n"), 400),
        WireRow("41: LF CR", get("A: b\n\r"), 400),
        WireRow("41: CR X", get("A: b\rX\r\n"), 400),
        WireRow("41: LF ends the head", "GET /a HTTP/1.1\r\nHost: h\r\n\n", 400),
        WireRow("41: CR CR LF ends the head", "GET /a HTTP/1.1\r\nHost: h\r\n\r\r\n", 400),
        WireRow("42: CR ends no line", get("A: b\rC: d\r\n"), 400),
        WireRow("42: CR ends no name", get("A\r: b\r\n"), 400),
        WireRow("42: CRLF CR x ends no head", get("A: b\r\n\rx"), 400),
        WireRow("42: CRLF CR CRLF ends no head", get("A: b\r\n\r\r\n"), 400),
    ]

    private static let singletons: [WireRow] =
        [
            "Authorization", "Content-Type", "Content-Length", "Host", "Idempotency-Key",
            "X-API-Key",
        ].flatMap { name in
            [("0", "0"), ("0", "1"), ("", "")].map { one, other in
                WireRow(
                    "47: \(name) twice: \"\(one)\", \"\(other)\"",
                    "GET /a HTTP/1.1\r\n\(name == "Host" ? "" : "Host: h\r\n")"
                        + "\(name): \(one)\r\nB: c\r\n\(name.lowercased()): \(other)\r\n\r\n", 400)
            }
        }

    private static let lists: [WireRow] = [
        WireRow("48: empty members", get("Connection: , ,close,\r\n"), ["GET /a"], .closed),
        WireRow(
            "48: lines are joined", get("Connection:\r\nConnection: a\r\nConnection: close\r\n"),
            ["GET /a"], .closed),
        WireRow(
            "48: codings in two lines",
            post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), 501),
        WireRow(
            "48: chunked in two lines is chunked twice",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), 400),
        WireRow(
            "48: expectations in two lines",
            "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nExpect: , 100-Continue\r\n\r\n",
            ["POST /a"]),
        WireRow("48: no expectation", get("Expect: ,\r\n"), ["GET /a"]),
        WireRow(
            "87: an expectation in two lines", get("Expect: 100-continue\r\nExpect: a\r\n"), 417),
        WireRow("87: an expectation", get("Expect: 200-ok\r\n"), 417),
        WireRow("87: one with a parameter", get("Expect: 100-continue;a=b\r\n"), 417),
    ]

    private static let fieldLimits: [WireRow] = [
        WireRow("49: sixty of sixty", get(many(60, of: 60)), ["GET /a"]),
        WireRow("49: as many as allowed", get(many(99, of: 10)), ["GET /a"]),
        WireRow("49: one too many", get(many(100, of: 10)), 431),
        WireRow("49: as long as allowed", get(many(1, of: 16 * 1024)), ["GET /a"]),
        WireRow("49: one byte too long", get(many(1, of: 16 * 1024 + 1)), 431),
        WireRow("49: too long together", get(many(40, of: 1000)), 431),
        WireRow(
            "50: a value without end",
            "GET /a HTTP/1.1\r\nHost: h\r\nA: " + String(repeating: "b", count: 16_500), 431),
        WireRow(
            "50: a name without end",
            "GET /a HTTP/1.1\r\nHost: h\r\n" + String(repeating: "b", count: 16_500), 431),
        WireRow("50: blanks without end", String(get("A: " + blanks).dropLast(2)), 431),
    ]

    private static let blanks = String(repeating: " ", count: 16_500)

    private static func many(_ count: Int, of bytes: Int) -> String {
        let value = String(repeating: "b", count: bytes - 7)
        return (0..<count).map { "A\($0 + 10): \(value.dropLast($0 < 90 ? 0 : 1))\r\n" }.joined()
    }
}
