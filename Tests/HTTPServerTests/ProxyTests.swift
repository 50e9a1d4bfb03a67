import HTTP
import Testing

@testable import HTTPServer

/// Who is asking, where a proxy stands in between.
@Suite struct ProxyTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("::ffff:10.0.0.0/104", "10.1.2.3", true),
        ("127.0.0.0/8", "127.9.9.9", true), ("0.0.0.0/0", "203.0.113.9", true),
        ("0.0.0.0/0", "::1", false), ("::/0", "::1", true), ("::/0", "1.2.3.4", false),
        ("192.0.2.4/30", "192.0.2.7", true), ("192.0.2.4/30", "192.0.2.8", false),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("192.0.2.1/32", "192.0.2.1", true), ("fd00::/8", "fdff::1", true),
        ("fd00::/8", "fe00::1", false), ("2001:db8::1", "2001:DB8:0::1", true),
        ("2001:db8::/127", "2001:db8::2", false),
    ])
    func networks(_ network: String, _ address: String, _ isIn: Bool) throws {
        let network = try #require(Network(network))
        #expect(network.contains(try #require(NetworkAddress(address.utf8))) == isIn)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/08", "10.0.0.0/+8",
        "10.0.0.0/8/8", "10.0.0/8", "010.0.0.0/8", "10.0.0.0/-1", "fd00::/129", "fd00::1/8",
        "[::1]", "::1%lo", "localhost", "unix:", "Unix", " ::1", "::ffff:10.0.0.0/95", "10.0.0.0/٨",
        "10.0.0.0/999",
    ])
    func networksAreRefused(_ text: String) {
        var proxies = TrustedProxies()
        #expect(!proxies.add(text) && proxies == TrustedProxies())
    }

    private static let proxies: TrustedProxies = {
        var proxies = TrustedProxies()
        for text in ["10.0.0.0/8", "127.0.0.0/8", "::1", "unix"] { _ = proxies.add(text) }
        return proxies
    }()

    @Test(
        "N12: the last address that is no proxy's",
        arguments: [
            (["203.0.113.9"], "203.0.113.9"),
            (["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            (["198.51.100.1,203.0.113.9 ,\t10.0.0.7"], "203.0.113.9"),
            (["198.51.100.1", "203.0.113.9", "10.0.0.7, 127.0.0.1"], "203.0.113.9"),
            (["nonsense, 203.0.113.9"], "203.0.113.9"),
            (["é, 203.0.113.9"], "203.0.113.9"),
            (["2001:DB8:0:0::9"], "2001:db8::9"),
            (["::ffff:203.0.113.9"], "203.0.113.9"),
            (["192.168.0.1"], "192.168.0.1"),
            (["::ffff:127.0.0.1, 10.1.1.1"], nil),
            (["203.0.113.9, nonsense"], nil),
            (["203.0.113.9, "], nil),
            (["203.0.113.9", ""], nil),
            (["203.0.113.9:80"], nil),
            (["[2001:db8::9]"], nil),
            (["unknown"], nil),
            (["unix"], nil),
            (["10.0.0.7"], nil),
            ([], nil),
        ] as [([String], String?)])
    func forwarded(_ lines: [String], _ client: String?) {
        let fields = Fields(lines.map { ("X-Forwarded-For", $0) })
        #expect(Self.proxies.client(fields) == client.map(Peer.address))
    }

    @Test("N12: other fields and other peers are not believed") func others() throws {
        for name in ["X-Real-IP", "Forwarded", "X-Client-IP", "X-Forwarded", "True-Client-IP"] {
            #expect(Self.proxies.client(Fields([(name, "203.0.113.9")])) == nil)
        }
        for (text, isIn) in [("127.0.0.1", true), ("10.9.9.9", true), ("192.0.2.1", false)] {
            #expect(Self.proxies.contain(try SocketAddress(text, port: 1)) == isIn)
        }
        let socket = try SocketAddress(path: "/tmp/x")
        #expect(Self.proxies.contain(socket) && !TrustedProxies().contain(socket))
    }

    @Test("A proxy's requests are its clients', each its own") func requests() throws {
        let field = "X-Forwarded-For: 203.0.113.9\r\n"
        for (proxies, expected) in [(Self.proxies, "203.0.113.9"), (TrustedProxies(), "loopback")] {
            let station = try Station { $0.trustedProxies = proxies }
            let client = try station.client()
            client.send(get("/whose", field) + get("/whose") + get("/whose", field))
            for text in [expected, "loopback", expected] {
                #expect(try client.answer().body == "\(text) \(text)")
            }
        }
    }

    @Test(
        "122: of IPv6 the network of a client counts, of this machine nothing",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::"), ("2001:db8::ffff:ffff:ffff:ffff", "2001:db8::"),
            ("2001:db8:0:1::1", "2001:db8:0:1::"), ("127.0.0.9", nil), ("::1", nil),
            ("::ffff:127.0.0.1", nil),
        ] as [(String, String?)])
    func counted(_ address: String, _ place: String?) throws {
        #expect(try SocketAddress(address, port: 1).counted == place)
    }

    @Test("122: addresses have a limit each; where there is none they are not counted")
    func census() {
        let census = Census(connectionsMax: 6, addressConnectionsMax: 2, strangersMax: 1)
        #expect(census.enter("a") && census.enter("a") && !census.enter("a"))
        #expect(census.enter("b") && census.count == 3)
        census.leave("a")
        #expect(census.enter("a") && !census.enter("a"))
        #expect(census.enter(nil) && census.enter(nil) && census.enter(nil))
        #expect(!census.enter(nil) && !census.enter("b") && census.count == 6)
        for address in ["a", "a", "b", nil, nil, nil] { census.leave(address) }
        #expect(census.count == 0)
        let unlimited = Census(connectionsMax: 9, addressConnectionsMax: 0, strangersMax: 1)
        for _ in 0..<9 { #expect(unlimited.enter("a")) }
    }
}
