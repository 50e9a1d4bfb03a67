import Dialect
import JSON
import RunEngine
import Runs

/// Everything in a request that names an execution or a project, before it is known to agree.
///
/// The parts are checked in the contract's order: what is missing or has the wrong type (422), what
/// contradicts itself (400), what names nothing here (404).
/// - Source: Wexa contract, section 7, items 1 and 5 to 11.
struct ExecutionTarget {
    /// From the path; nil when the segment is missing or empty.
    let pathID: String?
    /// From the body; never empty.
    let bodyID: String?
    /// From the query; only the execute call has it, and it counts last and is never compared.
    let queryID: String?
    let projects: ProjectClaim

    /// Takes the name from what there is: the path, else the body, else the query.
    /// - Throws: 422 when there is none, 400 when path and body name two executions or the projects
    ///   differ, 404 when the name or the project is not one of the caller's workspace.
    func address(in workspace: Workspace) throws(Refusal) -> RunAddress {
        guard let text = pathID ?? bodyID ?? queryID else {
            throw .input([Fault(["body", "execution_id"], .missing)])
        }
        try projects.checkAgreement(in: workspace)
        if let pathID, let bodyID, !isSameExecution(pathID, bodyID) {
            throw .said(status: 400, message: "execution_id in path and body do not match")
        }
        guard let name = RunName(execution: text), projects.isEmptyOrNames(workspace) else {
            throw .run(.notFound(.run))
        }
        return RunAddress(name)
    }
}

/// The `projectID`s of a request: at most one in the body, any number in query and path.
struct ProjectClaim {
    /// Without the empty ones: a template whose variable was left empty sends `projectID=`.
    let outside: [String]
    let inBody: String?
    /// Where the ones outside the body stand, for the message.
    let place: String

    init(outside: [String], inBody: String?, place: String = "query") {
        self.outside = outside.filter { !$0.isEmpty }
        self.inBody = inBody.flatMap { $0.isEmpty ? nil : $0 }
        self.place = place
    }

    var isEmpty: Bool { all.isEmpty }

    /// - Throws: 400 when two of them name different projects. Two spellings of the caller's own
    ///   workspace are one project.
    func checkAgreement(in workspace: Workspace) throws(Refusal) {
        let texts = Set(all.map { Array($0.utf8) })
        if texts.count <= 1 || all.allSatisfy(workspace.isProject) { return }
        let places = inBody == nil ? place : "\(place) and body"
        throw .said(status: 400, message: "projectID in \(places) do not match")
    }

    /// Whether nothing is claimed, or the caller's workspace.
    func isEmptyOrNames(_ workspace: Workspace) -> Bool { all.allSatisfy(workspace.isProject) }

    private var all: [String] { outside + (inBody.map { [$0] } ?? []) }
}
