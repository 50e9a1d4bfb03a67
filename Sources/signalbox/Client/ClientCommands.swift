import JSON

extension ClientCommand {
    /// Every command that asks a running server, in the order of the help.
    static let all = runCommands + eventCommands + workflowCommands + keyCommands

    private static let runCommands = [
        ClientCommand(
            "run start", ["WORKFLOW"],
            flags: ["input", "label", "id", "start-at", "grace", "idempotency-key"],
            help: "start a run of a workflow, named by its name or id"
        ) { options, words throws(Exit) in
            var body = options.body
            body["workflow"] = .string(words[0])
            if !options.labels.isEmpty { body["labels"] = .object(options.labels) }
            return ClientRequest("POST", "/v1/runs", body: .object(body))
        },
        ClientCommand(
            "run list", flags: ["state", "workflow", "label", "limit", "cursor"],
            help: "list runs, newest first"
        ) { options, _ throws(Exit) in ClientRequest("GET", options.target("/v1/runs")) },
        ClientCommand("run show", ["RUN"], help: "show a run and its steps") {
            _, words throws(Exit) in ClientRequest("GET", try run(words[0]))
        },
        signal("cancel", "stop a run: its workers are told, cleanup steps run", isStop: true),
        signal("terminate", "stop a run by force, at once", isStop: true),
        signal("pause", "begin no further step of a run"),
        signal("resume", "go on with a paused run"),
        ClientCommand(
            "run delete", ["RUN"], help: "stop a run by force and remove it; its receipt stays"
        ) { _, words throws(Exit) in ClientRequest("DELETE", try run(words[0])) },
        ClientCommand("run receipt", ["RUN"], help: "show what a stop did to each step") {
            _, words throws(Exit) in ClientRequest("GET", try run(words[0]) + "/receipt")
        },
    ]

    private static let workflowCommands = [
        ClientCommand(
            "workflow create", ["FILE"],
            help: "make a workflow from a JSON file; - reads standard input"
        ) { _, words throws(Exit) in
            let name = words[0] == "-" ? "-" : "@" + words[0]
            guard let bytes = ClientFlags.documentBytes(name) else {
                throw Exit(.usage, "cannot read \(words[0]): \(systemError())")
            }
            do throws(JSONError) {
                let document = try JSONValue(parsing: bytes)
                return ClientRequest("POST", "/v1/workflows", body: document)
            } catch {
                let place = "at byte \(error.offset)"
                throw Exit(.usage, "\(words[0]) is not JSON \(place): \(error.message)")
            }
        },
        ClientCommand("workflow list", flags: ["limit", "cursor"], help: "list workflows") {
            options, _ throws(Exit) in ClientRequest("GET", options.target("/v1/workflows"))
        },
        ClientCommand("workflow show", ["WORKFLOW"], help: "show a workflow") {
            _, words throws(Exit) in
            ClientRequest("GET", "/v1/workflows/" + (try segment(words[0])))
        },
    ]

    private static let keyCommands = [
        ClientCommand(
            "key create", flags: ["organization", "workspace", "role", "kind"],
            help: "make a key and print it, this once", shown: "key"
        ) { options, _ throws(Exit) in
            guard options.body["role"] != nil else {
                throw Exit(.usage, "key create wants --role ROLE; see signalbox --help")
            }
            return ClientRequest("POST", "/v1/keys", body: .object(options.body))
        },
        ClientCommand("key list", help: "list keys, without their secrets") {
            _, _ throws(Exit) in ClientRequest("GET", "/v1/keys")
        },
        ClientCommand("key revoke", ["KEY-ID"], help: "end a key at once") {
            _, words throws(Exit) in
            ClientRequest("DELETE", "/v1/keys/" + (try segment(words[0])))
        },
    ]

    private static func signal(
        _ verb: String, _ help: String, isStop: Bool = false
    ) -> ClientCommand {
        let flags: Set<String> = isStop ? ["reason", "grace", "wait"] : []
        return ClientCommand("run \(verb)", ["RUN"], flags: flags, help: help) {
            options, words throws(Exit) in
            ClientRequest(
                "POST", options.target(try run(words[0]) + "/\(verb)"), body: .object(options.body))
        }
    }

    /// The path of a run.
    static func run(_ name: String) throws(Exit) -> String {
        "/v1/runs/" + (try segment(name))
    }

    /// A name that can stand in a path.
    private static func segment(_ name: String) throws(Exit) -> String {
        guard !name.isEmpty, name != ".", name != ".." else {
            throw Exit(.usage, "\"\(name)\" names nothing")
        }
        return percentEncoded(name)
    }
}
