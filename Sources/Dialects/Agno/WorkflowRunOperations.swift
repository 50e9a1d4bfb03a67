import Dialect
import HTTP
import JSON
import RunEngine
import Runs

/// What is done to runs: start, and the documented cancel.
/// - Source: Agno contract, sections 2.2, 4 and 9.
extension Agno {
    /// Bytes of a form (decisions.md, section 4).
    static let formBytesMax = 8 << 20

    /// How long an inline run is waited for; longer than the vendor's client does.
    static let inlineMillisecondsMax: Int64 = 3_600_000

    static func startRun(_ exchange: Exchange) async throws(Refusal) -> Response {
        let form = try exchange.runForm()
        let workflow = try exchange.workflow(version: form.version)
        if form.isStreamed {
            throw .said(
                status: 400, message: "stream is not supported yet: send stream=false")
        }
        var start = StartRequest(
            plan: .workflow(.id(workflow.id)),
            input: String(decoding: JSONValue.object(form.input).serialized(), as: UTF8.self))
        start.id = form.id
        start.alias = form.alias
        start.session = form.session
        let request = start
        let reply = try await exchange.ask { () async throws(RunError) in
            try await exchange.engine.start(request, exchange.call, reply: acknowledge)
        }
        return form.isBackground ? Response(reply) : try await end(of: reply, exchange)
    }

    /// 200 with nothing in it, also for a run that has ended by itself: the vendor's server says so
    /// to everything (contract section 4; decisions.md, section 1).
    static func cancelRun(_ exchange: Exchange) async throws(Refusal) -> Response {
        do throws(RunError) {
            let reply = try await exchange.engine.stop(
                exchange.address, StopRequest(.cancel), exchange.call
            ) { _ in Reply(status: 200, json: [:]) }
            return Response(reply)
        } catch .illegal {
            return .json(200, [:])
        } catch {
            throw .run(error)
        }
    }

    /// Waits for the end of an inline run. A caller that goes away ends only the waiting.
    /// - Parameter reply: the acknowledgement of the start, perhaps of an earlier one with the same
    ///   Idempotency-Key: it names the run.
    private static func end(
        of reply: Reply, _ exchange: Exchange
    ) async throws(Refusal) -> Response {
        let acknowledgement = try? JSONValue(parsing: reply.body)
        guard let text = acknowledgement?["run_id"]?.asString else {
            throw .run(.internalFailure)
        }
        do throws(Refusal) {
            var response = inlineAnswer(with: try await exchange.end(of: RunName(agno: text)))
            if reply.isReplay { response.add("Idempotent-Replayed", "true") }
            return response
        } catch .run(.notFound) where reply.isReplay {
            // The run was removed since: what its start was answered is all that is left of it.
            return Response(reply)
        } catch {
            throw error
        }
    }

    private static func inlineAnswer(with details: RunDetails) -> Response {
        switch details.run.state {
        case .failed: agnoRefusal(.said(status: 500, message: WorkflowRun(details).failure))
        case .queued, .running, .waiting, .paused, .failing, .stopping, .succeeded, .cancelled:
            answer(with: details)
        }
    }

    @Sendable
    private static func acknowledge(_ details: RunDetails) -> Reply {
        Reply(
            status: 202,
            json: [
                "run_id": .string(details.agnoID), "session_id": .string(details.agnoSession),
                "status": .string(details.run.state.workflowRunStatus),
            ])
    }
}

extension Exchange {
    /// The run once it has ended, or as it stands when the waiting does.
    fileprivate func end(of name: RunName) async throws(Refusal) -> RunDetails {
        let run = try details(RunAddress(name)).run
        await engine.waitForEnd(of: run.id, caller, milliseconds: Agno.inlineMillisecondsMax)
        return try details(RunAddress(.id(run.id)))
    }

    fileprivate func runForm() throws(Refusal) -> WorkflowRunForm {
        let form: Form
        do {
            form = try Form(request.body, contentType: fields.first("content-type"))
        } catch {
            throw .said(status: 400, message: error.sentence)
        }
        return try WorkflowRunForm(form)
    }
}
