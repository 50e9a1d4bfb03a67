import Dialect
import JSON
import RunEngine
import Runs

/// Which runs to list.
/// - Source: Extend contract, section 4.3.
struct RunListQuery {
    /// Runs on a page when nothing is said.
    static let pageDefault: Int64 = 10
    /// The largest page that may be asked for.
    static let pageMax: Int64 = 1000

    /// What the engine can tell.
    var runs = RunQuery()
    private let status: WorkflowRunStatus?
    private let namePart: [UInt8]?
    /// Whether a batch is asked for; no run has one.
    let namesBatch: Bool

    init(_ query: QueryReader) throws(Refusal) {
        var query = query
        status = query.word("status")
        runs.states = status?.states
        runs.workflow = query.text("workflowId").map(ExtendID.workflow)
        namesBatch = query.text("batchId") != nil
        namePart = query.text("fileNameContains").map { Array($0.utf8) }
        let order: SortKey? = query.word("sortBy")
        runs.order = order == .createdAt ? .created : .updated
        let direction: SortDirection? = query.word("sortDir")
        runs.isAscending = direction == .asc
        runs.limit = Int(query.integer("maxPageSize", 1...Self.pageMax) ?? Self.pageDefault)
        runs.cursor = query.text("nextPageToken")
        try query.check()
    }

    /// Whether the engine's rows have to be looked at once more: a file's name, and whether a
    /// failed run was rejected, are not in its index.
    var isPicky: Bool { namePart != nil || status == .failed || status == .rejected }

    func matches(_ details: RunDetails) -> Bool {
        if let status, WorkflowRunStatus(details) != status { return false }
        guard let namePart else { return true }
        return RunFile.all(in: createBody(details), of: details.run.id)
            .contains { namePart.isEmpty || Array($0.name.utf8).contains(namePart) }
    }
}

enum SortKey: String, CaseIterable {
    case updatedAt, createdAt
}

enum SortDirection: String, CaseIterable {
    case asc, desc
}

extension QueryReader {
    /// One of a few words; any other is a fault.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ name: String) -> Word?
    where Word.RawValue == String {
        guard let text = text(name) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        fault(name, .value("is not one of \(words)"), input: text)
        return nil
    }
}
