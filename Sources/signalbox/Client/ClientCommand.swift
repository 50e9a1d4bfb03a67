import JSON

/// A command that is one request to a running server.
struct ClientCommand: Sendable {
    /// `run start`.
    let name: String
    /// The words that follow: `WORKFLOW`.
    let operands: [String]
    /// The flags it takes beside the common ones.
    let flags: Set<String>
    let help: String
    /// The events that are followed first, by the path; nil where none are unless `--follow` says.
    let follows: (@Sendable ([String]) throws(Exit) -> String)?
    let request: @Sendable (ClientOptions, [String]) throws(Exit) -> ClientRequest
    /// Why an answer with success is none to who asked, to be said after it; nil when it is one.
    let lack: @Sendable (ClientOptions, JSONValue) -> String?

    init(
        _ name: String, _ operands: [String] = [], flags: Set<String> = [], help: String,
        follows: (@Sendable ([String]) throws(Exit) -> String)? = nil,
        lack: @escaping @Sendable (ClientOptions, JSONValue) -> String? = { _, _ in nil },
        request: @escaping @Sendable (ClientOptions, [String]) throws(Exit) -> ClientRequest
    ) {
        self.name = name
        self.operands = operands
        self.flags = flags
        self.help = help
        self.follows = follows
        self.lack = lack
        self.request = request
    }

    /// The flags that may stand behind it.
    var allFlags: [Flag<ClientOptions>] {
        ClientFlags.common + ClientFlags.own.filter { flags.contains($0.name) }
    }

    /// `run start WORKFLOW`, as the help shows it.
    var usage: String { ([name] + operands).joined(separator: " ") }

    /// Reads the arguments after the command's name, asks the server, prints its answer.
    /// - Throws: 64, 69 or 78 by `Exit`; status 1 with the server's words when it refused, 2 when
    ///   the run that was asked about did not succeed.
    func run(_ arguments: [String], environment: [String: String]) throws(Exit) {
        let parser = FlagParser(flags: allFlags, command: name)
        var options = ClientOptions()
        try FlagParser(flags: ClientFlags.common).apply(environment, to: &options)
        let words = try parser.parse(arguments, into: &options)
        guard words.count == operands.count else {
            throw Exit(.usage, "usage: signalbox \(usage); see signalbox \(name) --help")
        }
        var request = try request(options, words)
        if options.isFollowing { return try follow(request.target, options) }
        if let follows { try follow(try follows(words), options) }
        request.patienceSeconds += Int(options.waitSeconds ?? 0)
        request.idempotencyKey = options.idempotencyKey
        let key = try options.credential()
        request.workspace = options.workspace(for: key, saidInBody: request.body?["workspace"])
        let response = try ClientConnection.send(request, to: options.url, key: key)
        try show(response, options)
    }

    private func show(_ response: ClientResponse, _ options: ClientOptions) throws(Exit) {
        let value = try? JSONValue(parsing: response.body)
        guard (200..<300).contains(response.status) else {
            throw Exit(.refused, Self.refusal(response.status, value))
        }
        if options.isRaw {
            writeAll(response.body + [UInt8(ascii: "\n")], to: 1)
        } else if let value {
            say(PrettyJSON.text(value))
        }
        if let lack = value.flatMap({ lack(options, $0) }) { throw Exit(.unsuccessful, lack) }
    }

    /// The server's refusal in one line: its code and what it said.
    static func refusal(_ status: Int, _ problem: JSONValue?) -> String {
        let words = ["detail", "title"].lazy.compactMap { problem?[$0]?.asString }.first
        let errors = problem?["errors"]?.asArray ?? []
        let faults = (errors.count > 1 ? errors : []).map { fault in
            let pointer = fault["pointer"]?.asString ?? ""
            return "\n  \(pointer) \(fault["detail"]?.asString ?? "")"
        }
        let code = problem?["code"]?.asString.map { " \($0)" } ?? ""
        return "the server refused (\(status)\(code)): \(words ?? "no reason given")"
            + faults.joined()
    }
}
