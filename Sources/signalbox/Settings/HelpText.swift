/// What `signalbox --help` prints, and `signalbox run start --help`.
enum HelpText {
    private static let commands: [(name: String, usage: String, help: String)] =
        [("serve", "serve", "run the server"), (KeyReset.name, KeyReset.name, KeyReset.help)]
        + ClientCommand.all.map { ($0.name, $0.usage, $0.help) }

    /// - Parameter words: the command that help is wanted on, or the first word of several; none,
    ///   or `help`, for all there is.
    /// - Throws: status 64 when there is no such command.
    static func text(for words: [String]) throws(Exit) -> String {
        guard let first = words.first, first != "help" else { return whole() }
        if first == "serve" { return serve() }
        let name = words.prefix(2).joined(separator: " ")
        if let command = ClientCommand.all.first(where: { $0.name == name }) {
            return text(of: command)
        }
        if name == KeyReset.name {
            let lines = ["Usage: signalbox \(name) [FLAGS]", "", KeyReset.help, "", "Flags:"]
            return (lines + FlagHelp.lines(KeyReset.flags)).joined(separator: "\n")
        }
        let group = commands.filter { $0.name.hasPrefix(first + " ") }
        guard !group.isEmpty else { throw CommandNames.refusal(of: words) }
        let lines = ["Usage: signalbox \(first) COMMAND [FLAGS]", "", "Commands:"]
        return
            (lines + FlagHelp.columns(group.map { ($0.usage, $0.help) })
            + ["", "Flags: signalbox \(first) COMMAND --help"]).joined(separator: "\n")
    }

    static func whole() -> String {
        let statuses = [
            ("0", "done"), ("1", "the server refused"),
            ("2", "the run did not succeed, or not yet (run output, run watch --exit-status)"),
            ("64", "wrong command line"),
            ("65", "the data is damaged or newer than this program"),
            ("69", "no server answers"), ("70", "storage or the program failed"),
            ("75", "another process has the data folder or the address"), ("78", "wrong settings"),
        ]
        var lines = [
            "signalbox \(Program.version): a control plane for workflow runs", "",
            "Usage: signalbox COMMAND [FLAGS]", "", "Commands:",
        ]
        lines += FlagHelp.columns(commands.map { ($0.usage, $0.help) })
        lines += ["", "The flags of one command: signalbox COMMAND --help", ""] + serveFlags
        lines += ["", "Flags of the other commands:"]
        lines += FlagHelp.lines(ClientFlags.common)
        lines += ["", "and, where they fit:"] + FlagHelp.lines(ClientFlags.own)
        lines += [""] + environment + [""] + limits
        lines += ["", "Exit statuses:"] + FlagHelp.columns(statuses)
        return lines.joined(separator: "\n")
    }

    /// What to say of a flag that a command does not take: whose it is, if it is anybody's.
    static func unknownFlag(_ flag: String, of command: String) -> String {
        let name = String(flag.drop { $0 == "-" })
        var takers = ClientCommand.all.filter { command in
            command.allFlags.contains { $0.name == name }
        }.map(\.name)
        if takers.count == ClientCommand.all.count { takers = ["the client commands"] }
        if ServeFlags.all.contains(where: { $0.name == name }) { takers.insert("serve", at: 0) }
        let place =
            takers.isEmpty
            ? "unknown flag \(flag)"
            : "\(command) takes no \(flag), which is a flag of \(takers.joined(separator: ", "))"
        return "\(place); see signalbox \(command) --help"
    }

    private static func serve() -> String {
        (["Usage: signalbox serve [FLAGS]", "", "run the server", ""] + serveFlags + [""] + limits)
            .joined(separator: "\n")
    }

    private static func text(of command: ClientCommand) -> String {
        let own = ClientFlags.own.filter { command.flags.contains($0.name) }
        var lines = ["Usage: signalbox \(command.usage) [FLAGS]", "", command.help]
        if !own.isEmpty { lines += ["", "Flags:"] + FlagHelp.lines(own) }
        lines += [
            "", "Flags of every such command (each also as a variable, such as SIGNALBOX_URL):",
        ]
        lines += FlagHelp.lines(ClientFlags.common)
        return lines.joined(separator: "\n")
    }

    private static var serveFlags: [String] {
        ["Flags of serve (each also as a variable, such as SIGNALBOX_PUBLIC_URL):"]
            + FlagHelp.lines(ServeFlags.all)
    }

    /// Every variable that the program reads, with the flag that it stands for.
    private static var environment: [String] {
        let ofServe = ServeFlags.all.map { (name: $0.environmentName, flag: $0.name) }
        let ofClients = ClientFlags.common.map { (name: $0.environmentName, flag: $0.name) }
        let shared = Set(ofServe.map(\.name)).intersection(ofClients.map(\.name))
        let rows =
            ofServe.map { ($0.name, $0.flag, shared.contains($0.name) ? "all commands" : "serve") }
            + ofClients.filter { !shared.contains($0.name) }
            .map { ($0.name, $0.flag, "the client commands") }
        return [
            "Environment (a flag wins; several values have commas between, a switch is 1 or 0):"
        ] + FlagHelp.columns(rows.map { ($0.0, "--\($0.1) of \($0.2)") })
    }

    private static var limits: [String] {
        let rows = Limit.all.map { limit in
            ("\(limit.name)=\(limit.standard)", "\(limit.unit.rawValue): \(limit.help)")
        }
        return ["Limits, set by --limit NAME=VALUE:"] + FlagHelp.columns(rows)
    }
}
