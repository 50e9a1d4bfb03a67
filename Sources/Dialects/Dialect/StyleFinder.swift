import HTTP
import Runs

/// Which style has a request, and the path as that style's routes have it.
package struct Destination: Hashable, Sendable {
    package let style: Style
    /// The segments that a vendor's name in front takes away: 0 or 1.
    package let prefixCount: Int

    package init(_ style: Style, prefixCount: Int = 0) {
        self.style = style
        self.prefixCount = prefixCount
    }
}

/// Decides whose request it is: route table, credential forms, envelope and `Allow` follow from it.
/// - Parameters:
///   - method: HEAD counts as GET.
///   - path: its segments; empty ones are kept, the path `/` is one empty segment.
///   - hasExtendVersion: whether there is a field `x-extend-api-version`.
/// - Source: decisions.md, section 2, in its order.
package func destination(
    method: Method, path: [Segment], hasExtendVersion: Bool
) -> Destination {
    guard let first = path.first else { return Destination(.native) }
    for (name, destination) in firstSegments where first.equals(name) { return destination }
    if first.equals("workflows") {
        let shape = Shape(method: method, rest: path.dropFirst())
        return Destination(workflowsOwner(shape, hasExtendVersion: hasExtendVersion))
    }
    if first.equals("api") { return Destination(apiOwner(method: method, path)) }
    return Destination(isProjectList(method: method, path) ? .wexa : .native)
}

/// The first segments that decide alone: those that only one style uses, and the vendors' names,
/// which are base URLs for clients that can set one. They are few, and most differ in length.
private let firstSegments: [(name: [UInt8], Destination)] = {
    let owned: [(Style, [String])] = [
        (.native, ["v1", "healthz", "", "readyz", "metrics", "openapi"]),
        (.extend, ["workflow_runs", "webhook_endpoints", "webhook_subscriptions"]),
        (.wexa, ["execute_flow", "agentflow", "agentflows", "task", "tasks"]),
        (
            .agno,
            ["sessions", "health", "info", "config", "docs", "redoc", "openapi.json"]
        ),
        (.kubiya, ["ws"]),
    ]
    let vendors: [Style] = [.feather, .extend, .wexa, .agno, .kubiya]
    return owned.flatMap { style, names in names.map { (Array($0.utf8), Destination(style)) } }
        + vendors.map { (Array($0.rawValue.utf8), Destination($0, prefixCount: 1)) }
}()

/// A request under `/workflows`, which three vendors share.
private struct Shape {
    let method: Method
    /// What follows `workflows`.
    let rest: ArraySlice<Segment>

    /// `POST /workflows`, `POST /workflows/{id}`, `/workflows/{id}/versions`, `.../versions/{v}`.
    var isExtends: Bool {
        switch rest.count {
        case 0, 1: method == .post
        case 2, 3: rest[rest.startIndex + 1].equals("versions")
        default: false
        }
    }

    /// `/workflows/{id}/executions`, and `/workflows/executions/{id}` where the id is a UUID. The
    /// last literal goes first, so `executions` may stand for an id before `runs` and `versions`.
    var isFeathers: Bool {
        let path = rest.withoutTrailingSlash
        guard path.count == 2, let first = path.first, let last = path.last else { return false }
        return last.equals("executions")
            || (first.equals("executions") && last.text.flatMap(RunID.init) != nil)
    }
}

extension ArraySlice<Segment> {
    fileprivate var withoutTrailingSlash: ArraySlice<Segment> {
        last?.isEmpty == true ? dropLast() : self
    }
}

private func workflowsOwner(_ shape: Shape, hasExtendVersion: Bool) -> Style {
    if hasExtendVersion || shape.isExtends { return .extend }
    return shape.isFeathers ? .feather : .agno
}

/// Feather has `/api/v1/workflow...` and the one `POST /api/v1/executions/cancel`; the rest under
/// `/api` is Kubiya's.
private func apiOwner(method: Method, _ path: [Segment]) -> Style {
    guard path.count >= 3, path[1].equals("v1") else { return .kubiya }
    if path[2].equals("workflow") { return .feather }
    let rest = path[2...].withoutTrailingSlash
    let isCancelOfAll =
        rest.count == 2 && path[2].equals("executions") && path[3].equals("cancel")
    return method == .post && isCancelOfAll ? .feather : .kubiya
}

/// `GET /{projectID}/execution_flows`; a reserved first segment was taken before.
private func isProjectList(method: Method, _ path: [Segment]) -> Bool {
    guard method == .get || method == .head else { return false }
    let path = path[...].withoutTrailingSlash
    return path.count == 2 && path.last?.equals("execution_flows") == true
}
