import Dialect
import JSON
import RunEngine
import Runs
import Testing

@testable import Wexa

private let uuid = "01965001-2345-7abc-8def-0123456789ab"
private let short = "0196500123457abc8def0123"
private let otherUUID = "01965001-9999-7abc-8def-0123456789ab"

/// A workspace whose projectID is `1` and zeros.
private let workspace = Workspace(
    number: 7, id: WorkspaceID(high: 0x1000_0000_0000_0000, low: 5), name: "default")
private let project = "100000000000000000000000"

@Suite struct WexaPartTests {
    @Test(arguments: [
        (RunState.queued, "ready"), (.running, "running"), (.waiting, "input_required"),
        (.paused, "paused"), (.failing, "running"), (.stopping, "cancelled"),
        (.succeeded, "completed"), (.failed, "failed"), (.cancelled, "cancelled"),
    ])
    func status(_ state: RunState, _ word: String) {
        #expect(state.executionStatus == word)
        #expect(RunState.executionStates(word).contains(state))
    }

    @Test(arguments: [
        (uuid, true), (uuid.uppercased(), true), (short, true), (short.uppercased(), true),
        (uuid + "0", false), (String(uuid.dropLast()), false), (short + "0", false),
        (String(short.dropLast()), false), ("", false), ("g196500123457abc8def0123", false),
        ("0196500123457abc8def012é", false), ("01965001_2345_7abc_8def_0123456789ab", false),
    ])
    func executionNames(_ text: String, _ isReadable: Bool) {
        #expect((RunName(execution: text) != nil) == isReadable)
    }

    @Test(arguments: [
        (uuid, short, true), (short, uuid, true), (uuid, uuid.uppercased(), true),
        (short, short.uppercased(), true), (uuid, otherUUID, false),
        (short, "0196500199997abc8def0123", false), ("x", "x", true), ("x", uuid, false),
        ("é", "e\u{301}", false),
    ])
    func sameExecution(_ one: String, _ other: String, _ isSame: Bool) {
        #expect(isSameExecution(one, other) == isSame)
    }

    @Test(arguments: [
        (project, true), (workspace.id.text, true), ("default", true), ("Default", false),
        (uuid, false), (short, false), ("", false),
    ])
    func projects(_ text: String, _ isOurs: Bool) {
        #expect(workspace.isProject(text) == isOurs)
    }

    @Test func agentflowNames() {
        #expect(WorkflowName(agentflow: "nightly") == .name("nightly"))
        #expect(WorkflowName(agentflow: uuid) == WorkflowID(uuid).map { .id($0) })
        #expect(
            WorkflowName(agentflow: short) == WorkflowID.range(prefix: short).map { .range($0) })
    }
}

/// Path, body and query against each other: section 7 of the contract.
@Suite struct WexaTargetTests {
    struct Row: CustomTestStringConvertible {
        var path: String?
        var body: String?
        var query: String?
        var queryProjects: [String] = []
        var bodyProject: String?
        /// The status of the refusal, or nil with the execution that is meant.
        var status: Int?
        var means: String?

        var testDescription: String {
            "path \(path ?? "-") body \(body ?? "-") query \(query ?? "-") "
                + "projects \(queryProjects) \(bodyProject ?? "-")"
        }
    }

    @Test(arguments: [
        Row(path: uuid, means: uuid),
        Row(path: short, means: short),
        Row(body: uuid, means: uuid),
        Row(query: uuid, means: uuid),
        Row(status: 422),
        Row(path: uuid, body: short, means: uuid),
        Row(path: short, body: uuid, means: short),
        Row(path: uuid, body: otherUUID, status: 400),
        Row(path: uuid, body: "x", status: 400),
        Row(path: "x", body: "x", status: 404),
        // The query is never compared, and the body goes before it.
        Row(body: uuid, query: otherUUID, means: uuid),
        Row(path: uuid, query: "x", means: uuid),
        Row(path: uuid, queryProjects: [project], bodyProject: project, means: uuid),
        Row(path: uuid, queryProjects: [project], bodyProject: "default", means: uuid),
        Row(path: uuid, queryProjects: ["", project], bodyProject: "", means: uuid),
        Row(path: uuid, queryProjects: [project], bodyProject: short, status: 400),
        Row(path: uuid, queryProjects: [project, short], status: 400),
        Row(path: uuid, queryProjects: [short], bodyProject: short, status: 404),
        Row(path: uuid, bodyProject: short, status: 404),
        // 400 goes before 404, and 422 before both.
        Row(path: "x", queryProjects: [project], bodyProject: short, status: 400),
        Row(queryProjects: [project], bodyProject: short, status: 422),
    ])
    func address(_ row: Row) throws {
        let target = ExecutionTarget(
            pathID: row.path, bodyID: row.body, queryID: row.query,
            projects: ProjectClaim(outside: row.queryProjects, inBody: row.bodyProject))
        do throws(Refusal) {
            let address = try target.address(in: workspace)
            #expect(row.status == nil)
            #expect(address.run == row.means.flatMap { RunName(execution: $0) })
        } catch {
            #expect(executionRefusal(error).status == row.status)
        }
    }
}
