import Dialect

/// The flags of `serve`.
enum ServeFlags {
    static let all = workFlags + [logFlag] + reachFlags + limitFlags

    private static let workFlags: [Flag<ServeSettings>] = [
        Flag(
            "listen", .one("PLACE"), standard: "127.0.0.1:8080",
            help: "HOST:PORT, where port 0 lets the system choose, or unix:PATH for a reverse proxy"
        ) { settings, text throws(Malformed) in
            guard let place = ListenPlace(text) else {
                throw Malformed(
                    "an address in digits and a port, such as 127.0.0.1:8080, or unix: and a path "
                        + "of at most \(ListenPlace.pathBytesMax) bytes")
            }
            settings.listen = place
        },
        Flag(
            "data", .one("DIR"), standard: ServeSettings.standardData,
            help: "the folder that holds the database and the first key"
        ) { settings, text throws(Malformed) in settings.data = try ClientFlags.path(text) },
        Flag(
            "workflows", .one("DIR"),
            help: "take each *.json in this folder as a workflow; these may run commands"
        ) { settings, text throws(Malformed) in settings.workflows = try ClientFlags.path(text)
        },
        Flag(
            "simulate", .one("SECONDS"),
            help: "a built-in worker takes every queue's tasks and works this long on each"
        ) { settings, text throws(Malformed) in
            guard let time = milliseconds(text), time <= 86_400_000 else {
                throw Malformed("seconds, such as 2 or 0.5, at most 86400")
            }
            settings.simulateMilliseconds = time
        },
        Flag("demo", help: "install the workflow demo and print two curl lines for each style") {
            settings, _ throws(Malformed) in settings.isDemo = true
        },
        Flag("allow-commands", help: "workflows made through the API may run commands here") {
            settings, _ throws(Malformed) in settings.allowsCommands = true
        },
        Flag("loops", .one("COUNT"), standard: "1", help: "event loops, a thread each") {
            settings, text throws(Malformed) in
            guard let count = wholeNumber(text), (1...64).contains(count) else {
                throw Malformed("a whole number, 1 to 64")
            }
            settings.loops = Int(count)
        },
    ]

    private static let logFlag = Flag<ServeSettings>(
        "log", .one("LEVEL"), standard: Log.Level.notice.rawValue,
        help: "the least that is logged: requests (a line for each), notice, warning or error"
    ) { settings, text throws(Malformed) in
        guard let level = Log.Level(rawValue: text) else {
            throw Malformed("requests, notice, warning or error")
        }
        settings.logLevel = level
    }

    private static let reachFlags: [Flag<ServeSettings>] = [
        Flag("public-url", .one("URL"), help: "where clients reach the server, for links") {
            settings, text throws(Malformed) in
            guard let url = PublicURL(text) else {
                throw Malformed("a URL such as https://signals.example.com")
            }
            settings.publicURL = url
        },
        Flag("insecure-listen", help: "allow listening beyond this machine, without TLS") {
            settings, _ throws(Malformed) in settings.isInsecureListenAllowed = true
        },
        Flag("host", .many("NAME"), help: "answer to this name in the Host field too") {
            settings, text throws(Malformed) in
            guard let address = ListenAddress(authority: text + ":0") else {
                throw Malformed("a host name")
            }
            settings.hosts.append(address.urlHost)
        },
        Flag(
            "trusted-proxy", .many("CIDR"),
            help: "believe X-Forwarded-For of these addresses, or of the Unix socket's peer (unix)"
        ) { settings, text throws(Malformed) in
            guard settings.trustedProxies.add(text) else {
                throw Malformed(
                    "an address or a network such as 10.0.0.0/8 or fd00::/8, with no bit set "
                        + "behind the prefix, or unix")
            }
        },
    ]

    private static let limitFlags: [Flag<ServeSettings>] = [
        Flag("limit", .many("NAME=VALUE"), help: "set one of the limits listed below") {
            settings, text throws(Malformed) in
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let limit = Limit.all.first(where: { $0.name == parts[0] })
            else { throw Malformed("NAME=VALUE with the name of a limit; see signalbox --help") }
            limit.set(&settings.limits, try limit.value(String(parts[1])))
        }
    ]
}
