/// What `signalbox --help` prints.
enum HelpText {
    static func whole() -> String {
        let commands = [("serve", "run the server")] + ClientCommand.all.map { ($0.usage, $0.help) }
        let limits = Limit.all.map { limit in
            ("\(limit.name)=\(limit.standard)", "\(limit.unit.rawValue): \(limit.help)")
        }
        let statuses = [
            ("0", "done"), ("1", "the server refused"), ("64", "wrong command line"),
            ("65", "the data is damaged or newer than this program"),
            ("69", "no server answers"), ("70", "storage or the program failed"),
            ("75", "another process serves the folder"), ("78", "wrong settings"),
        ]
        var lines = [
            "signalbox \(Program.version): a control plane for workflow runs", "",
            "Usage: signalbox COMMAND [FLAGS]", "", "Commands:",
        ]
        lines += FlagHelp.columns(commands)
        lines += [
            "", "Flags of serve (each also as SIGNALBOX_NAME, such as SIGNALBOX_PUBLIC_URL):",
        ]
        lines += FlagHelp.lines(ServeFlags.all)
        lines += ["", "Flags of the other commands:"]
        lines += FlagHelp.lines(ClientFlags.common)
        lines += ["", "and, where they fit:"] + FlagHelp.lines(ClientFlags.own)
        lines += ["", "Limits, set by --limit NAME=VALUE:"] + FlagHelp.columns(limits)
        lines += ["", "Exit statuses:"] + FlagHelp.columns(statuses)
        return lines.joined(separator: "\n")
    }
}
