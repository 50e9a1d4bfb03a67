import Dialect
import HTTP
import JSON
import RunEngine
import Runs

extension Extend {
    /// 1. The body, unchanged, is the run's input: its secrets reach the worker and no answer.
    static func create(_ exchange: Exchange) async throws(Refusal) -> Response {
        let asked = try RunRequest(try exchange.object())
        try checkVersion(asked, exchange)
        let request = StartRequest(
            plan: .workflow(asked.workflow),
            input: String(decoding: exchange.request.body, as: UTF8.self))
        let publicURL = exchange.publicURL
        return Response(
            try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.start(request, exchange.call) { details in
                    Reply(status: 200, body: WorkflowRun(details, publicURL: publicURL).json)
                }
            })
    }

    /// Runs follow the newest version: the draft, the latest, and that one's number are the same,
    /// any other number is not there to be run.
    private static func checkVersion(
        _ asked: RunRequest, _ exchange: Exchange
    ) throws(Refusal) {
        guard let version = asked.version, version != "draft", version != "latest" else { return }
        let newest = try workflow(asked.workflow, exchange).version
        guard version == String(newest) else {
            throw .said(status: 404, message: "Workflow version not found.")
        }
    }

    /// 3.
    static func get(_ exchange: Exchange) throws(Refusal) -> Response {
        let address = try address(exchange)
        do {
            let details = try exchange.engine.details(address, exchange.caller)
            return .json(200, WorkflowRun(details, publicURL: exchange.publicURL).json)
        } catch {
            throw .run(error)
        }
    }

    /// 5. What is not cancelled by this call is 400, a run that is stopping already included. A
    /// body is not looked at.
    static func cancel(_ exchange: Exchange) async throws(Refusal) -> Response {
        let address = try address(exchange)
        let publicURL = exchange.publicURL
        let reply: Reply
        do throws(RunError) {
            reply = try await exchange.engine.stop(address, StopRequest(.cancel), exchange.call) {
                let details = try $0.details()
                guard $0.changed else {
                    let word = WorkflowRunStatus(details).rawValue
                    var refusal = Reply(status: 400, body: Array(word.utf8))
                    refusal.isKept = false
                    return refusal
                }
                return Reply(status: 200, body: WorkflowRun(details, publicURL: publicURL).json)
            }
        } catch .illegal {
            throw uncancellable(
                try exchange.look { () throws(RunError) in
                    WorkflowRunStatus(try exchange.engine.details(address, exchange.caller))
                }.rawValue)
        } catch {
            throw .run(error)
        }
        guard reply.status == 200 else {
            throw uncancellable(String(decoding: reply.body, as: UTF8.self))
        }
        return Response(reply)
    }

    private static func uncancellable(_ word: String) -> Refusal {
        .said(status: 400, message: "A workflow run that is \(word) does not take cancel.")
    }

    /// 6: stops what is open and removes it, in one transaction.
    /// - Source: "Delete Workflow Run"; Extend contract, section 4.6.
    static func delete(_ exchange: Exchange) async throws(Refusal) -> Response {
        let address = try address(exchange)
        return Response(
            try await exchange.ask { () async throws(RunError) in
                try await exchange.engine.delete(address, reason: nil, exchange.call) {
                    Reply(status: 200, json: ["id": .string(ExtendID.of($0.run.id))])
                }
            })
    }

    /// The run of the path. What is no id of a run names none.
    private static func address(_ exchange: Exchange) throws(Refusal) -> RunAddress {
        guard let id = exchange.path["id"].flatMap(ExtendID.run) else {
            throw .run(.notFound(.run))
        }
        return RunAddress(.id(id))
    }
}
