import JSON
import RunEngine
import Runs

/// The workflow of `serve --demo`, and commands to paste that start and stop a run of it.
struct Demo {
    /// Timers only, so that nothing has to be installed: two beside each other, one behind them,
    /// and a cleanup. Long enough for a person to stop a run by hand.
    private static let document = """
        {"name": "demo", "grace_s": 10,
         "steps": [
          {"name": "fetch", "sleep_s": 120},
          {"name": "index", "sleep_s": 120},
          {"name": "publish", "needs": ["fetch", "index"], "sleep_s": 60}],
         "cleanup": [{"name": "release", "sleep_s": 0.2}]}
        """

    private let workflow: WorkflowID
    private let url: String
    /// The command, with the socket where that is no part of the URL.
    private let curl: String
    /// How the shell finds the key.
    private let key: String

    static func install(into engine: RunEngine) throws(Exit) -> WorkflowID {
        do {
            let (name, definition) = try WorkflowDefinition.parse(JSONValue(parsing: document))
            let request = WorkflowRequest(name: name, document: document, definition: definition)
            return try engine.install(request).workflow.id
        } catch {
            throw Exit(.software, "cannot install the demo: \(error)")
        }
    }

    init(workflow: WorkflowID, at place: ListenPlace, port: UInt16, keyPath: String) {
        self.workflow = workflow
        url = place.url(port: port)
        curl =
            switch place {
            case .address: "curl -sS"
            case .unix(let path): "curl -sS --unix-socket \(Self.quoted(path))"
            }
        key = "$(cat \(Self.quoted(keyPath)))"
    }

    /// For each style the line that starts a run and the line that stops it.
    var lines: [String] {
        native + feather + extend + wexa + agno + kubiya
    }

    private var native: [String] {
        [
            "# Signalbox: cancel",
            start("/v1/runs", keyField, #"{"workflow":"demo"}"#, id: "id"),
            "\(curl) -X POST \(keyField) \"\(url)/v1/runs/$RUN/cancel\"",
        ]
    }

    private var feather: [String] {
        let executions = "/api/v1/workflow/\(workflow)/execution"
        let body = #"{"customerLeadId":"lead-1","primaryPhone":"+15550100"}"#
        return [
            "# Feather: delete",
            start(executions, keyField, body, id: "id"),
            "\(curl) -X DELETE \(keyField) \"\(url)\(executions)/$RUN\"",
        ]
    }

    private var extend: [String] {
        let body = #"{"workflow":{"id":"\#(workflow)"},"file":{"text":"hello"}}"#
        let version = "-H \"x-extend-api-version: 2026-02-09\""
        return [
            "# Extend: delete",
            start("/workflow_runs", "\(bearer) \(version)", body, id: "id"),
            "\(curl) -X DELETE \(bearer) \(version) \"\(url)/workflow_runs/$RUN\"",
        ]
    }

    private var wexa: [String] {
        let body = #"{"agentflow_id":"\#(workflow)","goal":"demo"}"#
        return [
            "# Wexa: cancel",
            start("/execute_flow?projectID=default", keyField, body, id: "execution_id"),
            "\(curl) -X POST \(keyField) \"\(url)/execute_flow/$RUN?projectID=default\"",
        ]
    }

    private var agno: [String] {
        let form = "-d message=hello -d background=true -d stream=false"
        return [
            "# Agno: cancel",
            "RUN=$(\(curl) -X POST \(bearer) \(form) \"\(url)/workflows/demo/runs\""
                + " | \(pick("run_id")))",
            "\(curl) -X POST \(bearer) \"\(url)/workflows/demo/runs/$RUN/cancel\"",
        ]
    }

    private var kubiya: [String] {
        let queue = "00000000-0000-0000-0000-000000000000"
        let body = #"{"prompt":"hello","worker_queue_id":"\#(queue)"}"#
        let reason = #"{"reason":"no longer needed"}"#
        return [
            "# Kubiya: terminate",
            start("/api/v1/agents/demo/execute", bearer, body, id: "execution_id"),
            "\(curl) -X POST \(bearer) \(json) -d '\(reason)' "
                + "\"\(url)/api/v1/executions/$RUN/terminate\"",
        ]
    }

    private func start(_ path: String, _ fields: String, _ body: String, id: String) -> String {
        "RUN=$(\(curl) -X POST \(fields) \(json) -d '\(body)' \"\(url)\(path)\" | \(pick(id)))"
    }

    /// Picks the first member of that name out of an answer, with what every system has.
    private func pick(_ member: String) -> String {
        "grep -o '\"\(member)\":\"[^\"]*' | head -n 1 | cut -d '\"' -f 4"
    }

    private var keyField: String { "-H \"X-API-Key: \(key)\"" }
    private var bearer: String { "-H \"Authorization: Bearer \(key)\"" }
    private var json: String { "-H \"Content-Type: application/json\"" }

    /// A path as one word of the shell.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            (0x2d...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                || (0x61...0x7a).contains(byte) || byte == UInt8(ascii: "_")
        }
        return isPlain
            ? path
            : "'"
                + path.split(separator: "'", omittingEmptySubsequences: false).joined(
                    separator: "'\\''")
                + "'"
    }
}
