import Dialect
import JSON
import RunEngine
import Runs
import Testing

@testable import Extend

/// What goes over the wire, byte for byte.
@Suite struct ExtendWireTests {
    private static let run = "workflow_run_0000000000000000000001"
    private static let workflow = [
        #""workflow":{"object":"workflow","id":"workflow_0000000000000000000002","name":"w","#,
        #""createdAt":"1970-01-01T00:00:00.000Z","updatedAt":"1970-01-01T00:00:00.500Z","#,
        #""createdBy":null},"workflowVersion":{"object":"workflow_version","#,
        #""id":"\#(versionID)","version":"3","createdAt":"1970-01-01T00:00:00.500Z","#,
        #""name":null,"createdBy":null},"#,
        #""dashboardUrl":"http://h/v1/runs/00000000-0000-0000-0000-000000000001","#,
    ].joined()
    private static let versionID = ExtendID.derived(
        "workflow_version_", of: WireRun.workflowBytes + Array("3".utf8), 3)
    private static let files = [
        #""files":[{"object":"file","id":"file_1","name":"n.csv","type":"CSV","#,
        #""parentFileId":null,"metadata":{},"createdAt":"1970-01-01T00:00:01.000Z","#,
        #""updatedAt":"1970-01-01T00:00:01.000Z"}],"#,
    ].joined()
    private static let input =
        #"{"workflow":{"id":"w"},"file":{"id":"file_1","name":"n.csv"},"metadata":{"a":1.0}}"#

    private static func details(queue: String = "PARSE") -> RunDetails {
        var run = WireRun(origin: .extend, input: input)
        run.queue = queue
        return run.details
    }

    @Test func workflowRun() {
        let stepRun = ExtendID.derived("workflow_step_run_", of: WireRun.runBytes, 0)
        let step = ExtendID.derived("step_", of: WireRun.workflowBytes, 0)
        let golden = [
            #"{"object":"workflow_run","id":"\#(Self.run)",\#(Self.workflow)"#,
            #""status":"CANCELLING","metadata":{"a":1.0},"batchId":null,\#(Self.files)"#,
            #""failureReason":null,"failureMessage":null,"#,
            #""initialRunAt":"1970-01-01T00:00:01.000Z","#,
            #""startTime":"1970-01-01T00:00:02.000Z","endTime":null,"reviewed":false,"#,
            #""reviewedByUser":null,"reviewedAt":null,"rejectionNote":null,"stepRuns":["#,
            #"{"object":"workflow_step_run","id":"\#(stepRun)","workflowRunId":"\#(Self.run)","#,
            #""stepType":"PARSE","status":"PROCESSING","files":[],"#,
            #""step":{"object":"workflow_step","id":"\#(step)","name":"call","type":"PARSE"},"#,
            #""result":null}],"usage":null}"#,
        ].joined()
        let body = WorkflowRun(Self.details(), publicURL: "http://h").json
        #expect(String(decoding: body, as: UTF8.self) == golden)
    }

    /// The SDK turns a step of a type it does not know into nothing.
    @Test(arguments: ["TRIGGER", "HUMAN_REVIEW", "default"]) func ownSteps(_ queue: String) {
        let body = WorkflowRun(Self.details(queue: queue), publicURL: "http://h").json
        #expect(String(decoding: body, as: UTF8.self).contains(#""stepRuns":[],"#))
    }

    @Test func summary() {
        let golden = [
            #"{"object":"workflow_run","id":"\#(Self.run)","status":"CANCELLING","#,
            #"\#(Self.workflow)\#(Self.files)"createdAt":"1970-01-01T00:00:01.000Z","#,
            #""updatedAt":"1970-01-01T00:00:03.000Z","reviewedByUser":null,"reviewedAt":null,"#,
            #""initialRunAt":"1970-01-01T00:00:01.000Z","#,
            #""startTime":"1970-01-01T00:00:02.000Z","endTime":null,"batchId":null,"#,
            #""rejectionNote":null,"usage":null}"#,
        ].joined()
        var writer = JSONWriter()
        WorkflowRunSummary(details: Self.details(), publicURL: "http://h").write(to: &writer)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == golden)
    }

    @Test func otherStyles() {
        let run = WorkflowRun(
            WireRun(origin: .native, input: Self.input).details, publicURL: "http://h")
        #expect(run.metadata.isEmpty && run.files.isEmpty)
    }

    /// A form of an id, and whether it names the run with the bytes 0...01.
    @Test(arguments: [
        ("workflow_run_0000000000000000000001", true),
        ("00000000-0000-0000-0000-000000000001", true),
        ("workflow_run_000000000000000000001", false),
        ("workflow_run_00000000000000000000001", false),
        ("workflow_run_zzzzzzzzzzzzzzzzzzzzzz", false),
        ("Workflow_run_0000000000000000000001", false),
        ("workflow_0000000000000000000001", false), ("workflow_run_", false), ("", false),
        ("00000000000000000000000000000001", false),
    ]) func runIDs(_ text: String, _ isOne: Bool) {
        #expect(ExtendID.run(text) == (isOne ? RunID(high: 0, low: 1) : nil))
    }

    @Test func workflowIDs() {
        let id = WorkflowID(high: 0, low: 2)
        #expect(ExtendID.workflow("workflow_0000000000000000000002") == .id(id))
        #expect(ExtendID.workflow(id.text) == .id(id))
        #expect(ExtendID.workflow("workflow_nightly") == .name("workflow_nightly"))
    }
}
