import JSON

extension ClientCommand {
    /// Commands about what happened, and what happens.
    static let eventCommands = [
        ClientCommand(
            "events", flags: ["limit", "cursor", "follow"],
            help: "list the events of all runs, or print each as it happens"
        ) { options, _ throws(Exit) in ClientRequest("GET", options.target("/v1/events")) },
        ClientCommand(
            "run events", ["RUN"], flags: ["limit", "cursor", "follow"],
            help: "list the events of a run, or print each until the run has ended"
        ) { options, words throws(Exit) in
            ClientRequest("GET", options.target(try run(words[0]) + "/events"))
        },
        ClientCommand(
            "run watch", ["RUN"], flags: ["exit-status"],
            help: "print each event of a run, and the run when it has ended",
            follows: { words throws(Exit) in try run(words[0]) + "/events" },
            lack: { options, run in
                guard options.wantsExitStatus else { return nil }
                return unsuccessful("the run", run)
            },
            request: { _, words throws(Exit) in ClientRequest("GET", try run(words[0])) }),
    ]

    /// Says what state something is in that has not succeeded.
    static func unsuccessful(_ subject: String, _ answer: JSONValue) -> String? {
        guard let state = answer["state"]?.asString, state != "succeeded" else { return nil }
        return "\(subject) is \(state)"
    }

    /// Prints each event on a line of its own, to the end of the stream.
    func follow(_ target: String, _ options: ClientOptions) throws(Exit) {
        var stream = EventStream(
            target, url: options.url, key: try options.credential(), workspace: options.workspace)
        try stream.follow { data in writeAll(data + [UInt8(ascii: "\n")], to: 1) }
    }
}
