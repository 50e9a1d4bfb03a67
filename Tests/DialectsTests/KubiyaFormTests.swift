import JSON
import RunEngine
import Runs
import Testing

@testable import Kubiya

/// The forms of ids and words, without a server.
@Suite struct KubiyaFormTests {
    private static let uuid = "018f3c2a-7b00-7a11-8c22-0123456789ab"

    @Test(arguments: [
        uuid,
        uuid.uppercased(),
        uuid.replacing("-", with: ""),
        "agent-execution-\(uuid)",
        "agent-execution-\(uuid.uppercased())",
        "team-execution-\(uuid)",
    ])
    func namesARun(_ text: String) {
        #expect(ExecutionID.run(text)?.text == Self.uuid)
    }

    @Test(arguments: [
        "", "exec-1", "agent-execution-", "agent-execution-agent-execution-\(uuid)",
        "plan-generation-\(uuid)", uuid + "0", String(uuid.dropLast()), "{\(uuid)}",
        "018f3c2a7b007a118c22-0123456789ab", "workflow_run_0123456789abcdefghijkl",
    ])
    func namesNothing(_ text: String) {
        #expect(ExecutionID.run(text) == nil)
    }

    @Test(arguments: [
        (RunState.queued, "pending"), (.running, "running"), (.waiting, "waiting_for_input"),
        (.paused, "paused"), (.failing, "running"), (.stopping, "cancelled"),
        (.succeeded, "completed"), (.failed, "failed"), (.cancelled, "cancelled"),
    ])
    func spells(_ state: RunState, _ word: String) {
        #expect(Status(state).rawValue == word)
        #expect(Status.states(word: word).contains(state))
    }

    /// A worker of Kubiya's may ask for it, and no run is ever in it.
    @Test func queuedIsNoState() {
        #expect(Status.states(word: "queued").isEmpty)
    }

    /// Every key of the contract, in its order, for a run started in this style and stopped.
    @Test func goldenRow() throws {
        let row = ExecutionRow(try details(origin: .kubiya))
        let expected = """
            {"id":"\(Self.uuid)","organization_id":"acme","execution_type":"agent",\
            "entity_id":"018f3c2a-0000-7000-8000-000000000001","entity_name":"nightly",\
            "prompt":"go","system_prompt":null,"status":"cancelled","response":"done",\
            "error_message":null,"usage":{},\
            "execution_metadata":{"a":1,"termination_reason":"enough"},"runner_name":"gpu",\
            "user_id":null,"user_name":null,"user_email":null,"user_avatar":null,\
            "created_at":"2026-11-21T00:07:39.429000+00:00",\
            "updated_at":"2026-11-21T00:07:39.429000+00:00","started_at":null,\
            "completed_at":"2026-11-21T00:08:02.350000+00:00","participants":[],\
            "last_message_at":null,"last_message_preview":null}
            """
        #expect(text(row) == expected)
    }

    /// What another style put into a run's input is no prompt.
    @Test func rowOfAnotherStyle() throws {
        let row = ExecutionRow(try details(origin: .native)).json(organization: "acme")
        #expect(row["prompt"] == "")
        #expect(row["execution_type"] == "workflow")
        #expect(row["entity_id"] == .string(workflow().id.text))
        #expect(row["runner_name"] == "default")
    }

    private func text(_ row: ExecutionRow) -> String {
        String(decoding: row.json(organization: "acme").serialized(), as: UTF8.self)
    }

    private func details(origin: Style) throws -> RunDetails {
        let created = Timestamp(milliseconds: 1_795_219_659_429)
        var run = Run(
            number: 1, id: try #require(RunID(Self.uuid)), workspace: 1, workflowVersion: 1,
            state: .cancelled, origin: origin, createdAt: created, steps: [])
        run.stop = Stop(
            fromState: .running, mode: .terminate, reason: "enough",
            author: Author(actor: "k", style: .kubiya, requestID: "r"),
            requestedAt: created.adding(milliseconds: 22_921), graceMilliseconds: 0)
        run.endedAt = created.adding(milliseconds: 30_000)
        let input = #"{"prompt":"go","worker_queue_id":"gpu","execution_metadata":{"a":1}}"#
        let labels = origin == .kubiya ? Entity(kind: .agent, id: workflow().id.text).labels : []
        let data = RunData(input: input, labels: labels, output: #""done""#)
        return RunDetails(run: run, data: data, workflow: workflow())
    }

    private func workflow() -> Workflow {
        let id = WorkflowID(high: 0x018f_3c2a_0000_7000, low: 0x8000_0000_0000_0001)
        let moment = Timestamp(milliseconds: 0)
        return Workflow(
            versionNumber: 1, id: id, name: "nightly", version: 1, document: "{}",
            definition: .single(), createdAt: moment, updatedAt: moment)
    }
}
