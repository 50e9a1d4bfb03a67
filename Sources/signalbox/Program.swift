/// The program: finds the command and runs it.
enum Program {
    /// The one place that says it; a test holds `openapi/native.json` against it.
    static let version = "0.1.0"

    /// - Returns: how to end. What there is to say was said.
    static func run(arguments: [String]) -> Exit.Status {
        do throws(Exit) {
            try dispatch(arguments)
            return .success
        } catch {
            complain("signalbox: \(error.message)")
            return error.status
        }
    }

    private static func dispatch(_ arguments: [String]) throws(Exit) {
        let own = arguments.prefix { $0 != "--" }
        if arguments.isEmpty || own.contains("--help") {
            return say(try HelpText.text(for: Array(own.prefix { !$0.hasPrefix("-") })))
        }
        if arguments[0] == "help" { return say(try HelpText.text(for: Array(own.dropFirst()))) }
        if arguments == ["--version"] { return say("signalbox \(version)") }
        let environment = try SettingsEnvironment.read(
            SettingsEnvironment.bytes(), known: SettingsEnvironment.known)
        if arguments[0] == "serve" {
            return try Serve.run(Array(arguments.dropFirst()), environment: environment)
        }
        if arguments.prefix(2).joined(separator: " ") == KeyReset.name {
            return try KeyReset.run(Array(arguments.dropFirst(2)), environment: environment)
        }
        if arguments[0].hasPrefix("-") {
            throw Exit(.usage, "the command comes first, then its flags; see signalbox --help")
        }
        for count in [1, 2] {
            let name = arguments.prefix(count).joined(separator: " ")
            guard let command = ClientCommand.all.first(where: { $0.name == name }) else {
                continue
            }
            return try command.run(Array(arguments.dropFirst(count)), environment: environment)
        }
        throw CommandNames.refusal(of: Array(arguments.prefix(2).prefix { !$0.hasPrefix("-") }))
    }
}

extension SettingsEnvironment {
    /// The names of every setting. A server does not mind those of the client commands, nor they
    /// its own: both are often set for a whole machine.
    static let known = Set(
        ServeFlags.all.map(\.environmentName) + ClientFlags.common.map(\.environmentName))
}
