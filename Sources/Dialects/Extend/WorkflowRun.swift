import JSON
import Runs

/// A run as create, get and cancel answer it.
/// - Source: Extend contract, section 3, WorkflowRun. Secrets of the create body are never shown.
struct WorkflowRun {
    let details: RunDetails
    let publicURL: String
    let metadata: JSONObject
    let files: [RunFile]

    /// A run of another style has no metadata and no files.
    init(_ details: RunDetails, publicURL: String) {
        self.details = details
        self.publicURL = publicURL
        let body = createBody(details)
        files = RunFile.all(in: body, of: details.run.id)
        metadata = withCleanTags(body["metadata"]?.asObject ?? JSONObject())
    }

    var json: [UInt8] {
        let run = details.run
        let review = Review(details)
        let status = WorkflowRunStatus(details)
        var writer = JSONWriter(reserving: 2048)
        writer.object {
            $0.member("object", "workflow_run")
            $0.member("id", ExtendID.of(run.id))
            $0.key("workflow")
            WorkflowSummary(details.workflow).write(to: &$0)
            $0.key("workflowVersion")
            VersionSummary(details.workflow).write(to: &$0)
            $0.member("dashboardUrl", dashboardURL(run.id, at: publicURL))
            $0.member("status", status.rawValue)
            $0.member("metadata", .object(metadata))
            $0.member("batchId", nil as String?)
            $0.key("files")
            writeFiles(files, of: run, to: &$0)
            $0.member("failureReason", status == .failed ? "WORKFLOW_STEP_FAILED" : nil)
            $0.member("failureMessage", status == .failed ? failureMessage : nil)
            $0.member("initialRunAt", run.createdAt.rfc3339)
            $0.member("startTime", run.startedAt?.rfc3339)
            $0.member("endTime", run.endedAt?.rfc3339)
            $0.member("reviewed", review.isReviewed)
            $0.member("reviewedByUser", nil as String?)
            $0.member("reviewedAt", review.reviewedAt?.rfc3339)
            $0.member("rejectionNote", review.rejectionNote)
            $0.key("stepRuns")
            StepRuns(details).write(to: &$0)
            $0.member("usage", nil as String?)
        }
        return writer.bytes
    }

    private var failureMessage: String? {
        details.data.error ?? details.run.steps.lazy.compactMap(\.error).first
    }
}

/// A run in a list.
/// - Source: Extend contract, section 3, WorkflowRunSummary.
struct WorkflowRunSummary {
    let details: RunDetails
    let publicURL: String

    func write(to writer: inout JSONWriter) {
        let run = details.run
        let review = Review(details)
        writer.object {
            $0.member("object", "workflow_run")
            $0.member("id", ExtendID.of(run.id))
            $0.member("status", WorkflowRunStatus(details).rawValue)
            $0.key("workflow")
            WorkflowSummary(details.workflow).write(to: &$0)
            $0.key("workflowVersion")
            VersionSummary(details.workflow).write(to: &$0)
            $0.member("dashboardUrl", dashboardURL(run.id, at: publicURL))
            $0.key("files")
            writeFiles(RunFile.all(in: createBody(details), of: run.id), of: run, to: &$0)
            $0.member("createdAt", run.createdAt.rfc3339)
            $0.member("updatedAt", run.updatedAt.rfc3339)
            $0.member("reviewedByUser", nil as String?)
            $0.member("reviewedAt", review.reviewedAt?.rfc3339)
            $0.member("initialRunAt", run.createdAt.rfc3339)
            $0.member("startTime", run.startedAt?.rfc3339)
            $0.member("endTime", run.endedAt?.rfc3339)
            $0.member("batchId", nil as String?)
            $0.member("rejectionNote", review.rejectionNote)
            $0.member("usage", nil as String?)
        }
    }
}

/// What a run of this style was created with; empty for a run of another.
func createBody(_ details: RunDetails) -> JSONObject {
    guard details.run.origin == .extend else { return JSONObject() }
    return (try? JSONValue(parsing: details.data.input))?.asObject ?? JSONObject()
}

private func writeFiles(_ files: [RunFile], of run: Run, to writer: inout JSONWriter) {
    writer.array {
        for file in files { file.write(to: &$0, at: run.createdAt) }
    }
}

/// Where a run can be looked at.
private func dashboardURL(_ run: RunID, at publicURL: String) -> String {
    "\(publicURL)/v1/runs/\(run.text)"
}

/// Usage tags keep letters, digits, `-` and `_` only.
/// - Source: Extend contract, section 4.1.
private func withCleanTags(_ metadata: JSONObject) -> JSONObject {
    guard let tags = metadata[RunRequest.tagsName]?.asArray else { return metadata }
    var metadata = metadata
    metadata[RunRequest.tagsName] = .array(
        tags.map { tag in
            let kept = (tag.asString ?? "").utf8.filter(isTagCharacter)
            return .string(String(decoding: kept, as: UTF8.self))
        })
    return metadata
}

private func isTagCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
    default: false
    }
}
