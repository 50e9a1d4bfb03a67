import HTTP
import Runs
import Testing

@testable import Dialect

/// A request line, and whose it is.
struct StyleRow: Sendable, CustomTestStringConvertible {
    let method: Method
    let path: String
    var version = false
    let style: Style

    init(_ method: Method, _ path: String, version: Bool = false, _ style: Style) {
        self.method = method
        self.path = path
        self.version = version
        self.style = style
    }

    var testDescription: String { "\(method.rawValue) \(path)\(version ? " +version" : "")" }

    func find() -> Destination {
        destination(
            method: method, path: Target(path)?.segments ?? [], hasExtendVersion: version)
    }
}

private let uuid = "018f3c2a-7b00-7a11-8c22-0123456789ab"
private let hex = "6805d0b9f2a1c3d4e5f60718"

/// The golden table: every shape of path there is, with the style that has it.
@Suite struct DialectStyleTests {
    /// The clashes of decisions.md, section 2, by their numbers.
    static let clashes: [Int: [StyleRow]] = [
        1: [
            StyleRow(.get, "/workflows", version: true, .extend),
            StyleRow(.get, "/workflows", .agno),
        ],
        2: [
            StyleRow(.get, "/workflows/\(uuid)", version: true, .extend),
            StyleRow(.get, "/workflows/\(uuid)", .agno),
        ],
        3: [StyleRow(.get, "/workflows/ws", .agno)],
        4: [
            StyleRow(.post, "/workflows", .extend), StyleRow(.post, "/workflows/w", .extend),
            StyleRow(.post, "/workflows", version: true, .extend),
            StyleRow(.get, "/workflows/w/versions", .extend),
            StyleRow(.post, "/workflows/w/versions", .extend),
            StyleRow(.get, "/workflows/w/versions/draft", .extend),
        ],
        5: [
            StyleRow(.get, "/workflows/\(uuid)/executions", .feather),
            StyleRow(.post, "/workflows/\(uuid)/executions", .feather),
            StyleRow(.get, "/workflows/executions/\(uuid)", .feather),
            StyleRow(.get, "/workflows/executions/runs", .agno),
            StyleRow(.get, "/workflows/executions/versions", .extend),
            StyleRow(.get, "/workflows/executions/executions", .feather),
            StyleRow(.get, "/workflows/executions/x", .agno),
        ],
        6: [
            StyleRow(.get, "/\(hex)/execution_flows", .wexa),
            StyleRow(.head, "/\(hex)/execution_flows", .wexa),
            StyleRow(.get, "/\(hex)/execution_flows/", .wexa),
            StyleRow(.get, "/workflows/execution_flows", .agno),
            StyleRow(.get, "/workflow_runs/execution_flows", .extend),
            StyleRow(.get, "/webhook_endpoints/execution_flows", .extend),
            StyleRow(.get, "/webhook_subscriptions/execution_flows", .extend),
            StyleRow(.get, "/sessions/execution_flows", .agno),
            StyleRow(.get, "/execute_flow/execution_flows", .wexa),
            StyleRow(.get, "/agentflow/execution_flows", .wexa),
            StyleRow(.get, "/tasks/execution_flows", .wexa),
            StyleRow(.get, "/task/execution_flows", .wexa),
            StyleRow(.get, "/openapi/execution_flows", .native),
            StyleRow(.get, "/kubiya/execution_flows", .kubiya),
            StyleRow(.get, "/feather/execution_flows", .feather),
            StyleRow(.post, "/\(hex)/execution_flows", .native),
        ],
        7: [
            StyleRow(.post, "/api/v1/executions/cancel", .feather),
            StyleRow(.get, "/api/v1/executions/cancel", .kubiya),
            StyleRow(.patch, "/api/v1/executions/cancel", .kubiya),
        ],
        8: [
            StyleRow(.get, "/api/v1/workflow", .feather),
            StyleRow(.get, "/api/v1/workflow/\(uuid)/executions", .feather),
            StyleRow(.get, "/api/v1/workflows", .kubiya),
            StyleRow(.get, "/api/v1/executions", .kubiya),
            StyleRow(.get, "/api/v1/nothing", .kubiya),
            StyleRow(.get, "/api", .kubiya), StyleRow(.get, "/api/v2/workflow", .kubiya),
        ],
        9: [StyleRow(.post, "/api/v1/executions/batch/terminate", .kubiya)],
        10: [StyleRow(.post, "/api/v1/jobs/webhook/x", .kubiya)],
        11: [StyleRow(.get, "/ws/executions/status", .kubiya)],
        12: [
            StyleRow(.post, "/workflow_runs/batch", .extend),
            StyleRow(.get, "/workflow_runs/batch", .extend),
        ],
        13: [StyleRow(.post, "/execute_flow", .wexa), StyleRow(.post, "/execute_flow/", .wexa)],
        14: [
            StyleRow(.post, "/execute_flow//pause", .wexa),
            StyleRow(.post, "/execute_flow//execute", .wexa),
            StyleRow(.post, "/execute_flow//cancel", .wexa),
        ],
        15: [
            StyleRow(.get, "/workflows/", .agno),
            StyleRow(.get, "/workflows/", version: true, .extend),
            StyleRow(.get, "/workflow_runs/", .extend),
            StyleRow(.get, "/api/v1/executions/", .kubiya),
        ],
        16: [
            StyleRow(.get, "/", .native), StyleRow(.get, "/docs", .agno),
            StyleRow(.get, "/redoc", .agno), StyleRow(.get, "/openapi.json", .agno),
            StyleRow(.get, "/health", .agno), StyleRow(.get, "/info", .agno),
            StyleRow(.get, "/config", .agno),
        ],
        17: [
            StyleRow(.head, "/workflows", .agno), StyleRow(.options, "/workflows", .agno),
            StyleRow(.head, "/api/v1/executions", .kubiya),
            StyleRow(.options, "/api/v1/executions", .kubiya),
        ],
        18: [
            StyleRow(.get, "/v1/runs", .native), StyleRow(.get, "/v1/workflows", .native),
            StyleRow(.get, "/v1/projects", .native),
        ],
    ]

    /// What no clash is about.
    static let plain: [StyleRow] = [
        StyleRow(.get, "/healthz", .native), StyleRow(.get, "/readyz", .native),
        StyleRow(.get, "/metrics", .native), StyleRow(.get, "/openapi/native.json", .native),
        StyleRow(.get, "/nothing/here", .native), StyleRow(.get, "", .native),
        StyleRow(.post, "/workflows/w/runs", .agno),
        StyleRow(.post, "/workflows/w/runs/r/cancel", .agno),
        StyleRow(.post, "/workflow_runs/\(uuid)/cancel", .extend),
        StyleRow(.delete, "/workflow_runs/workflow_run_x", .extend),
        StyleRow(.delete, "/api/v1/workflow/\(uuid)/execution/\(uuid)", .feather),
        StyleRow(.post, "/execute_flow/\(uuid)", .wexa),
        StyleRow(.get, "/agentflows", .wexa),
        StyleRow(.post, "/api/v1/executions/\(uuid)/terminate", .kubiya),
    ]

    @Test(arguments: clashes.sorted { $0.key < $1.key }.flatMap(\.value) + plain)
    func belongs(_ row: StyleRow) {
        #expect(row.find().style == row.style)
    }

    @Test func everyClashIsListed() {
        #expect(Self.clashes.keys.sorted() == Array(1...18))
    }

    /// A vendor's name in front decides, whatever follows.
    @Test(arguments: [
        ("/feather/api/v1/workflow", Style.feather), ("/extend/workflows", .extend),
        ("/wexa/execute_flow/", .wexa), ("/agno/workflows/\(uuid)/versions", .agno),
        ("/kubiya/api/v1/executions", .kubiya), ("/kubiya/api/v1/workflow", .kubiya),
        ("/extend", .extend), ("/wexa/v1/runs", .wexa),
    ])
    func prefix(_ path: String, _ style: Style) {
        let row = StyleRow(.get, path, style)
        #expect(row.find() == Destination(style, prefixCount: 1))
    }
}
