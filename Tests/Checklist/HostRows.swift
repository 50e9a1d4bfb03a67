extension WireRow {
    /// Section B, Host: that it is there, once, and is a host.
    static let hosts: [WireRow] =
        [
            WireRow("43: no Host", "GET /a HTTP/1.1\r\n\r\n", 400),
            WireRow("43: no Host, other fields", "GET /a HTTP/1.1\r\nA: b\r\n\r\n", 400),
            WireRow("43: no Host in 1.2", "GET /a HTTP/1.2\r\n\r\n", 400),
            WireRow("43: two Hosts, equal", get("Host: h\r\n"), 400),
            WireRow("43: two Hosts", get("host: i\r\n"), 400),
            WireRow("43: two Hosts in 1.0", "GET /a HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n", 400),
            WireRow("43: a bad Host in 1.0", "GET /a HTTP/1.0\r\nHost: h h\r\n\r\n", 400),
            WireRow(
                "43: a bad Host, absolute form", "GET http://h/ HTTP/1.1\r\nHost: /\r\n\r\n", 400),
        ]
        + good.map { WireRow("44: \($0)", host($0), ["GET /a"]) }
        + bad.map { WireRow("44: \($0.debugDescription)", host($0), 400) }
        + notText.map {
            WireRow("44: \(hex($0))", "GET /a HTTP/1.1\r\nHost: h", $0, "i\r\n\r\n", 400)
        }

    /// A tab is stripped, or stands between two words.
    private static let notText: [UInt8] =
        Array(0x00...0x08) + Array(0x0a...0x1f) + Array(0x7f...0xff)

    private static let good = [
        "h", "H", "h:8080", "h:", "h:00080", "h:65535", "h:0", "a.b-c_d~e", "h.", "127.0.0.1",
        "127.0.0.1:80", "[::1]", "[::1]:8080", "[::]", "[2001:db8::8:800:200c:417a]",
        "[1:2:3:4:5:6:7:8]", "[::ffff:127.0.0.1]", "[1:2:3:4:5:6:1.2.3.4]", "[1::]", "[FE80::a]",
        "xn--bcher-kva.example", "!$&'()*+,;=", "%41",
    ]

    private static let bad = [
        "", "h h", "h\ti", "h/", "/", "h/a", "h?a", "?", "h#a", "#", "u@h", "@h", "u:p@h", "h\\a",
        "h<", "h>", "h{a}", "h|a", "h^", "h`", "h\"", "http://h", "h:8o", "h:-1", "h:+80", "h: 80",
        "h :80", "h:80 80", "h:1:2", "h::80", ":80", ":", "h:65536", "h:99999",
        "h:18446744073709551696", "h:0x50", "h:80a", "%", "%4", "%zz", "h%", "[::1", "::1", "::1]",
        "[]", "[", "]", "[]:80", "[h]", "[1]", "[:]", "[:::]", "[::1]a", "[::1]80",
        "[[::1]]", "[::1]]", "[::1]:x", "[::1]:80:80", "[::1]:65536", "[::1%25eth0]", "[::1::2]",
        "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[12345::]", "[::g]", "[1:2:3:4:5:6:7:8::]",
        "[1.2.3.4]", "[::1.2.3]", "[::1.2.3.256]", "[::1.2.3.4.5]", "[::1.2.3.04]", "[1.2.3.4::]",
        "[:1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:]", "a[::1]", "[::1] ]",
    ]

    private static func host(_ value: String) -> String {
        "GET /a HTTP/1.1\r\nHost: \(value)\r\n\r\n"
    }
}
