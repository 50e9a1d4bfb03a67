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
        decision("approve", "let the waiting step of a run succeed"),
        decision("reject", "let the waiting step of a run fail"),
        ClientCommand(
            "run delete", ["RUN"], help: "stop a run by force and remove it; its receipt stays"
        ) { _, words throws(Exit) in ClientRequest("DELETE", try run(words[0])) },
        ClientCommand("run receipt", ["RUN"], help: "show what a stop did to each step") {
            _, words throws(Exit) in ClientRequest("GET", try run(words[0]) + "/receipt")
        },
        ClientCommand(
            "run output", ["RUN"], flags: ["step"], help: "show the output of a run or of a step",
            lack: { _, output in
                let step = output["step"]?.asString.map { "step \($0)" }
                return unsuccessful(step ?? "the run", output).map { "there is no output: \($0)" }
            },
            request: { options, words throws(Exit) in
                ClientRequest("GET", options.target(try run(words[0]) + "/output"))
            }),
    ]

    private static let workflowCommands = [
        ClientCommand(
            "workflow create", ["FILE"],
            help: "make a workflow from a JSON file; - reads standard input"
        ) { _, words throws(Exit) in
            ClientRequest("POST", "/v1/workflows", body: try document(words[0]))
        },
        ClientCommand(
            "workflow update", ["WORKFLOW", "FILE"],
            help: "make the next version of a workflow; - reads standard input"
        ) { _, words throws(Exit) in
            let target = "/v1/workflows/" + (try segment(words[0]))
            return ClientRequest("PUT", target, body: try document(words[1]))
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
            "key create", flags: ["organization", "role", "kind"],
            help: "make a key, for --workspace too, and print it, this once"
        ) { options, _ throws(Exit) in
            guard options.body["role"] != nil else {
                let words = "owner, admin, operator, worker or viewer"
                throw Exit(.usage, "key create wants --role ROLE: \(words)")
            }
            var body = options.body
            // A key of a whole organization is of no workspace: there it says where we act.
            if let workspace = options.workspace, body["kind"]?.asString != "organization" {
                body["workspace"] = .string(workspace)
            }
            return ClientRequest("POST", "/v1/keys", body: .object(body))
        },
        ClientCommand("key list", help: "list keys, without their secrets") {
            _, _ throws(Exit) in ClientRequest("GET", "/v1/keys")
        },
        ClientCommand("key revoke", ["KEY-ID"], help: "end a key at once") {
            _, words throws(Exit) in
            ClientRequest("DELETE", "/v1/keys/" + (try segment(words[0])))
        },
    ]

    /// A JSON file; `-` is standard input.
    private static func document(_ path: String) throws(Exit) -> JSONValue {
        guard let bytes = ClientFlags.documentBytes(path == "-" ? "-" : "@" + path) else {
            throw Exit(.usage, "cannot read \(path): \(systemError())")
        }
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw Exit(.usage, "\(path) is not JSON at byte \(error.offset): \(error.message)")
        }
    }

    private static func decision(_ verb: String, _ help: String) -> ClientCommand {
        ClientCommand("run \(verb)", ["RUN", "STEP"], help: help) { _, words throws(Exit) in
            ClientRequest(
                "POST", try run(words[0]) + "/\(verb)", body: ["step": .string(words[1])])
        }
    }

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
