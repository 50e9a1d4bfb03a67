import JSON
import Runs

/// The flags of the client commands. A command takes the common ones and those it names.
enum ClientFlags {
    static let common: [Flag<ClientOptions>] = [
        Flag(
            "url", .one("URL"), standard: "http://127.0.0.1:8080",
            help: "where the server is, or unix:PATH"
        ) {
            options, text throws(Malformed) in options.url = try ServerURL(text)
        },
        Flag("key", .one("KEY"), help: "the key to send") {
            options, text throws(Malformed) in
            guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
                throw Malformed("a key")
            }
            options.key = text
        },
        Flag(
            "data", .one("DIR"), standard: ServeSettings.standardData,
            help: "take the key from admin.key in this folder"
        ) { options, text throws(Malformed) in options.data = try path(text) },
        Flag("workspace", .one("NAME"), help: "the workspace meant, for an organization's key") {
            options, text throws(Malformed) in
            guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
                throw Malformed("the name or the id of a workspace")
            }
            options.workspace = text
        },
        Flag("json", help: "print the answer as it came") {
            options, _ throws(Malformed) in options.isRaw = true
        },
    ]

    static let own: [Flag<ClientOptions>] =
        bodyFlags + queryFlags + [
            Flag("idempotency-key", .one("KEY"), help: "start at most one run for this key") {
                options, text throws(Malformed) in
                guard (1...255).contains(text.utf8.count),
                    text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
                else { throw Malformed("1 to 255 characters, ! to ~") }
                options.idempotencyKey = text
            }
        ]

    private static let bodyFlags: [Flag<ClientOptions>] = [
        Flag("input", .one("JSON"), help: "the run's input; @FILE reads a file, - standard input") {
            options, text throws(Malformed) in
            guard let bytes = documentBytes(text), let value = try? JSONValue(parsing: bytes) else {
                throw Malformed("a JSON document, or @FILE or - to read one")
            }
            options.body["input"] = value
        },
        Flag("label", .many("NAME=VALUE"), help: "label the run, or find runs by a label") {
            options, text throws(Malformed) in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { throw Malformed("NAME=VALUE") }
            options.labels[String(parts[0])] = .string(String(parts[1]))
            options.query.append((name: "label", value: text))
        },
        member("id", "UUID", "the id of the new run"),
        member("start-at", "TIME", "start no step before, such as 2026-01-02T03:04:05Z"),
        member("reason", "TEXT", "why; kept in the receipt"),
        member("organization", "NAME", "whose key it is; made when it is not there"),
        member("kind", "KIND", "workspace, or organization for a key of all its workspaces"),
        member("role", "ROLE", "owner, admin, operator, worker or viewer"),
        Flag("grace", .one("SECONDS"), help: "between a cancel and its enforcement") {
            options, text throws(Malformed) in
            guard milliseconds(text) != nil, let value = try? JSONValue(parsing: text) else {
                throw Malformed("seconds, such as 10 or 0.5")
            }
            options.body["grace_s"] = value
        },
    ]

    private static let states = RunState.allCases.map(\.rawValue).joined(separator: ", ")

    private static let queryFlags: [Flag<ClientOptions>] = [
        parameter("state", "STATE", "only runs in this state: \(states)"),
        parameter("workflow", "NAME", "only runs of this workflow"),
        parameter("step", "STEP", "the output of this step"),
        parameter("limit", "COUNT", "how many to list"),
        parameter("cursor", "CURSOR", "go on where the last list ended"),
        Flag("follow", help: "print each event as it happens") {
            options, _ throws(Malformed) in options.isFollowing = true
        },
        Flag("exit-status", help: "end with status 2 when the run did not succeed") {
            options, _ throws(Malformed) in options.wantsExitStatus = true
        },
        Flag("wait", .one("SECONDS"), help: "wait so long for the run to end") {
            options, text throws(Malformed) in
            guard let seconds = wholeNumber(text), seconds <= 3600 else {
                throw Malformed("whole seconds, at most 3600")
            }
            options.waitSeconds = seconds
            options.query.append((name: "wait_s", value: text))
        },
    ]

    /// A flag whose text becomes a member of the request's body.
    private static func member(
        _ name: String, _ placeholder: String, _ help: String
    ) -> Flag<ClientOptions> {
        Flag(name, .one(placeholder), help: help) { options, text throws(Malformed) in
            options.body[name == "start-at" ? "start_at" : name] = .string(text)
        }
    }

    /// A flag whose text becomes a parameter of the request's query.
    private static func parameter(
        _ name: String, _ placeholder: String, _ help: String
    ) -> Flag<ClientOptions> {
        Flag(name, .one(placeholder), help: help) { options, text throws(Malformed) in
            options.query.append((name: name, value: text))
        }
    }

    static func path(_ text: String) throws(Malformed) -> String {
        guard !text.isEmpty, !text.utf8.contains(0) else { throw Malformed("a path") }
        return text
    }

    /// Bytes of the largest document read from a file or standard input.
    static let documentBytesMax = 32 << 20

    /// What `JSON`, `@FILE` or `-` stands for; nil when the file cannot be read.
    static func documentBytes(_ text: String) -> [UInt8]? {
        if text == "-" { return readAll(0, bytesMax: documentBytesMax) }
        guard text.hasPrefix("@") else { return Array(text.utf8) }
        return contents(of: String(text.dropFirst()), bytesMax: documentBytesMax)
    }
}
