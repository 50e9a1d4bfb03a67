import HTTPServer
import Testing

@testable import signalbox

/// What a command line and an environment make of the settings.
struct SettingsCase: Sendable, CustomTestStringConvertible {
    var arguments: [String] = []
    var environment: [String: String] = [:]
    let expect: @Sendable (ServeSettings) -> Bool

    var testDescription: String { "\(arguments) \(environment)" }
}

private func settings(
    _ arguments: [String], _ environment: [String: String] = [:]
) throws(Exit) -> ServeSettings {
    var settings = ServeSettings()
    let parser = FlagParser(flags: ServeFlags.all)
    try parser.apply(environment, to: &settings)
    let words = try parser.parse(arguments, into: &settings)
    #expect(words.isEmpty)
    try settings.check()
    return settings
}

@Test(arguments: [
    SettingsCase { $0.listen.text == "127.0.0.1:8080" && $0.loops == 1 },
    SettingsCase(arguments: ["--listen", "127.0.0.1:0"]) {
        $0.listen == .address(ListenAddress(host: "127.0.0.1", port: 0))
    },
    SettingsCase(arguments: ["--listen=[::1]:81"]) {
        $0.listen == .address(ListenAddress(host: "::1", port: 81))
            && $0.listen.text == "[::1]:81" && $0.allowedHosts?.contains("[::1]") == true
    },
    SettingsCase(arguments: ["--listen", "unix:/run/x y.sock"]) {
        $0.listen == .unix(path: "/run/x y.sock") && $0.allowedHosts == nil
            && $0.listen.url(port: 0) == "http://localhost"
            && $0.listen.name(port: 0) == "unix:/run/x y.sock"
    },
    SettingsCase(arguments: ["--listen", "unix:" + String(repeating: "s", count: 107)]) {
        $0.listen.isLoopback
    },
    SettingsCase(arguments: ["--listen", "localhost:80"]) { $0.listen.isLoopback },
    SettingsCase(arguments: ["--listen", "0.0.0.0:80", "--insecure-listen"]) {
        !$0.listen.isLoopback
    },
    SettingsCase(arguments: ["--data=/tmp/x=y"]) { $0.data == "/tmp/x=y" },
    SettingsCase(arguments: ["--simulate", "0.25"]) { $0.simulateMilliseconds == 250 },
    SettingsCase(arguments: ["--simulate", "2"]) { $0.simulateMilliseconds == 2000 },
    SettingsCase { $0.logLevel == .notice },
    SettingsCase(arguments: ["--log", "requests"]) { $0.logLevel == .requests },
    SettingsCase(environment: ["SIGNALBOX_LOG": "error"]) { $0.logLevel == .error },
    SettingsCase(arguments: ["--demo", "--allow-commands"]) { $0.isDemo && $0.allowsCommands },
    SettingsCase(arguments: ["--host", "a", "--host", "b.example"]) {
        $0.hosts == ["a", "b.example"]
    },
    SettingsCase(arguments: ["--public-url", "https://signals.example.com/x/"]) {
        $0.publicURL?.text == "https://signals.example.com/x"
            && $0.publicURL?.host == "signals.example.com"
    },
    SettingsCase(
        arguments: ["--trusted-proxy", "10.0.0.0/8", "--trusted-proxy=unix"],
        environment: ["SIGNALBOX_TRUSTED_PROXY": "::1,127.0.0.0/8"]
    ) { settings in
        var proxies = TrustedProxies()
        return ["::1", "127.0.0.0/8", "10.0.0.0/8", "unix"].allSatisfy { proxies.add($0) }
            && settings.trustedProxies == proxies
    },
    SettingsCase(environment: ["SIGNALBOX_HOST": "a,b", "SIGNALBOX_DEMO": "1"]) {
        $0.hosts == ["a", "b"] && $0.isDemo
    },
    SettingsCase(environment: ["SIGNALBOX_ALLOW_COMMANDS": "false"]) { !$0.allowsCommands },
    SettingsCase(arguments: ["--loops", "2"], environment: ["SIGNALBOX_LOOPS": "3"]) {
        $0.loops == 2
    },
])
func settingsAreTaken(_ row: SettingsCase) throws {
    #expect(row.expect(try settings(row.arguments, row.environment)))
}

@Test(arguments: [
    ["--nonsense"], ["--listn", "x"], ["-l"], ["--listen"], ["--listen", "8080"],
    ["--listen", "127.0.0.1:65536"], ["--listen", "127.0.0.1:+80"], ["--listen", "::1:80"],
    ["--listen", ":80"], ["--listen", "example.com:80"], ["--listen", "127.1:80"],
    ["--listen", "127.0.0.1.example.com:80"], ["--listen", "[::g]:80"],
    ["--listen", "[fe80::1%eth0]:80"], ["--listen", "unix:"], ["--listen", "unix:/run/"],
    ["--listen", "unix:" + String(repeating: "s", count: 108)],
    ["--log", "debug"], ["--log", ""], ["--loops", "0"], ["--loops", "two"],
    ["--loops", "1", "--loops", "2"],
    ["--simulate", "2s"], ["--simulate", "-1"], ["--simulate", "1.2345"], ["--simulate", "1."],
    ["--demo=yes"], ["--data", ""], ["--public-url", "ftp://x"], ["--public-url", "http://"],
    ["--trusted-proxy", "10.0.0.1/8"], ["--trusted-proxy", ""], ["--host", "a b"],
    ["--limit", "lease_s"], ["--limit", "nonsense=1"],
    ["--limit", "lease_s=many"], ["--limit", "lease_s=0"],
])
func usageIsRefused(_ arguments: [String]) {
    #expect(throws: Exit.self) { try settings(arguments) }
    let status = Result { () throws(Exit) in try settings(arguments) }
    #expect(status.failureStatus == .usage)
}

@Test(arguments: [
    SettingsCase(arguments: ["--listen", "0.0.0.0:80"]) { _ in false },
    SettingsCase(environment: ["SIGNALBOX_LISTEN": "example.com:80"]) { _ in false },
    SettingsCase(arguments: ["--workflows", "/nonexistent/folder"]) { _ in false },
    SettingsCase(environment: ["SIGNALBOX_LISTEN": "nowhere"]) { _ in false },
    SettingsCase(environment: ["SIGNALBOX_DEMO": "perhaps"]) { _ in false },
    SettingsCase(environment: ["SIGNALBOX_LIMIT": "nonsense=1"]) { _ in false },
])
func configurationIsRefused(_ row: SettingsCase) {
    let status = Result { () throws(Exit) in try settings(row.arguments, row.environment) }
    #expect(status.failureStatus == .configuration)
}

@Test func environmentIsRead() throws {
    let bytes = Array("PATH=/bin\0SIGNALBOX_LISTEN=a=b:1\0SIGNALBOX_TASK=x\0\0SIGNAL=1\0".utf8)
    let found = try SettingsEnvironment.read(bytes, known: SettingsEnvironment.known)
    #expect(found == ["SIGNALBOX_LISTEN": "a=b:1"])
}

@Test(arguments: ["SIGNALBOX_LISTN=1\0", "SIGNALBOX_=1\0", "SIGNALBOX_DATA\0"])
func unknownEnvironmentIsRefused(_ text: String) {
    let result = Result { () throws(Exit) in
        try SettingsEnvironment.read(Array(text.utf8), known: SettingsEnvironment.known)
    }
    #expect(result.failureStatus == .configuration)
}

@Test(arguments: ServeFlags.all.map(\.name) + ClientFlags.common.map(\.name))
func namesAreInTheHelp(_ name: String) {
    #expect(HelpText.whole().contains("--" + name))
}

@Test(arguments: SettingsEnvironment.known.sorted())
func variablesAreInTheHelp(_ name: String) {
    #expect(HelpText.whole().split(separator: "\n").contains { $0.hasPrefix("  \(name) ") })
}

/// What help is asked of, and a line of what it says.
@Test(arguments: [
    ("", "Usage: signalbox COMMAND [FLAGS]"), ("help", "Usage: signalbox COMMAND [FLAGS]"),
    ("serve", "Usage: signalbox serve [FLAGS]"), ("run", "Usage: signalbox run COMMAND [FLAGS]"),
    ("run start", "Usage: signalbox run start WORKFLOW [FLAGS]"),
    ("key reset", "Usage: signalbox key reset [FLAGS]"),
])
func helpIsOfTheCommand(_ command: String, _ line: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let lines = try HelpText.text(for: words).split(separator: "\n")
    #expect(lines.contains(Substring(line)))
    let takesReason = lines.contains { $0.contains("--reason") }
    #expect(takesReason == ["", "help"].contains(command))
}

@Test(arguments: [
    ("--reason", "serve", "serve takes no --reason, which is a flag of run cancel, run terminate"),
    ("--loops", "run list", "run list takes no --loops, which is a flag of serve"),
    ("--key", "serve", "serve takes no --key, which is a flag of the client commands"),
    ("--nonsense", "run list", "unknown flag --nonsense"),
])
func unknownFlagIsPlaced(_ flag: String, _ command: String, _ words: String) {
    let text = HelpText.unknownFlag(flag, of: command)
    #expect(text == "\(words); see signalbox \(command) --help")
}

@Test func namesAreUnique() {
    #expect(Set(ServeFlags.all.map(\.environmentName)).count == ServeFlags.all.count)
    let client = ClientFlags.common + ClientFlags.own
    #expect(Set(client.map(\.name)).count == client.count)
    #expect(Set(Limit.all.map(\.name)).count == Limit.all.count)
    #expect(Set(ClientCommand.all.map(\.name)).count == ClientCommand.all.count)
}

extension Result where Failure == Exit {
    /// How the program would end; nil for a success.
    var failureStatus: Exit.Status? {
        if case .failure(let exit) = self { exit.status } else { nil }
    }
}
