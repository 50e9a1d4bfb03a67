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
///   - segments: of the path, decoded; empty ones are kept, the path `/` is one empty segment. The
///     first one is asked for alone where it decides.
///   - hasExtendVersion: whether there is a field `x-extend-api-version`.
/// - Source: decisions.md, section 2, in its order.
package func destination(
    method: Method, segments: some Collection<String>, hasExtendVersion: Bool
) -> Destination {
    let first = segments.first ?? ""
    if let vendor = vendorPrefixes[first] { return Destination(vendor, prefixCount: 1) }
    if let owner = firstSegments[first] { return Destination(owner) }
    let segments = Array(segments)
    switch first {
    case "workflows":
        let shape = Shape(method: method, rest: Array(segments.dropFirst()))
        return Destination(workflowsOwner(shape, hasExtendVersion: hasExtendVersion))
    case "api": return Destination(apiOwner(method: method, segments))
    case _ where isProjectList(method: method, segments): return Destination(.wexa)
    default: return Destination(.native)
    }
}

/// Vendors' names: base URLs for clients that can set one.
private let vendorPrefixes: [String: Style] = [
    "feather": .feather, "extend": .extend, "wexa": .wexa, "agno": .agno, "kubiya": .kubiya,
]

/// First segments that only one style uses.
private let firstSegments: [String: Style] = [
    "": .native, "v1": .native, "healthz": .native, "readyz": .native, "metrics": .native,
    "openapi": .native,
    "workflow_runs": .extend, "webhook_endpoints": .extend, "webhook_subscriptions": .extend,
    "execute_flow": .wexa, "agentflow": .wexa, "agentflows": .wexa, "task": .wexa, "tasks": .wexa,
    "sessions": .agno, "health": .agno, "info": .agno, "config": .agno, "docs": .agno,
    "redoc": .agno, "openapi.json": .agno,
    "ws": .kubiya,
]

/// A request under `/workflows`, which three vendors share.
private struct Shape {
    let method: Method
    /// What follows `workflows`.
    let rest: [String]

    /// `POST /workflows`, `POST /workflows/{id}`, `/workflows/{id}/versions`, `.../versions/{v}`.
    var isExtends: Bool {
        switch rest.count {
        case 0, 1: method == .post
        case 2, 3: rest[1] == "versions"
        default: false
        }
    }

    /// `/workflows/{id}/executions`, and `/workflows/executions/{id}` where the id is a UUID. The
    /// last literal goes first, so `executions` may stand for an id before `runs` and `versions`.
    var isFeathers: Bool {
        let path = rest.last == "" ? rest.dropLast() : rest[...]
        guard path.count == 2 else { return false }
        return path[1] == "executions" || (path[0] == "executions" && RunID(path[1]) != nil)
    }
}

private func workflowsOwner(_ shape: Shape, hasExtendVersion: Bool) -> Style {
    if hasExtendVersion || shape.isExtends { return .extend }
    return shape.isFeathers ? .feather : .agno
}

/// Feather has `/api/v1/workflow...` and the one `POST /api/v1/executions/cancel`; the rest under
/// `/api` is Kubiya's.
private func apiOwner(method: Method, _ segments: [String]) -> Style {
    guard segments.count >= 3, segments[1] == "v1" else { return .kubiya }
    if segments[2] == "workflow" { return .feather }
    let rest = segments[2...]
    let isCancelOfAll =
        rest.elementsEqual(["executions", "cancel"])
        || rest.elementsEqual(["executions", "cancel", ""])
    return method == .post && isCancelOfAll ? .feather : .kubiya
}

/// `GET /{projectID}/execution_flows`; a reserved first segment was taken before.
private func isProjectList(method: Method, _ segments: [String]) -> Bool {
    guard method == .get || method == .head else { return false }
    let path = segments.last == "" ? segments.dropLast() : segments[...]
    return path.count == 2 && path[1] == "execution_flows"
}
