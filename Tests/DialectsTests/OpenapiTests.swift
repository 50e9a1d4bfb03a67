import Agno
import Dialect
import Extend
import Feather
import Glibc
import HTTP
import JSON
import Kubiya
import Native
import Runs
import Testing
import Wexa

/// The documents under `openapi/` say what the route tables do, no more and no less.
@Suite struct OpenapiTests {
    private static let pages = Agno.Pages(
        startedAt: Timestamp(milliseconds: 0), version: "test", openAPI: [])

    static let dialects: [Dialect] = [
        Native.dialect(), Feather.dialect, Extend.dialect, Wexa.dialect,
        Agno.dialect(pages), Kubiya.dialect,
    ]

    @Test(arguments: dialects.map(\.style))
    func listsTheRoutes(_ style: Style) throws {
        let dialect = try #require(Self.dialects.first { $0.style == style })
        let document = try readDocument(style)
        let served = Set(
            dialect.routes.map { "\($0.method.rawValue) \(path(of: $0.pattern.text))" })
        let listed = Set(
            operations(of: document).map { "\($0.method.uppercased()) \($0.path)" })
        #expect(listed.subtracting(served).sorted() == [], "listed and not served")
        #expect(served.subtracting(listed).sorted() == [], "served and not listed")
    }

    @Test(arguments: dialects.map(\.style))
    func operationsAreWhole(_ style: Style) throws {
        let dialect = try #require(Self.dialects.first { $0.style == style })
        let document = try readDocument(style)
        #expect(document["openapi"]?.asString?.hasPrefix("3.1") == true)
        for operation in operations(of: document) {
            let name = "\(operation.method) \(operation.path)"
            #expect(operation.value["responses"]?.asObject?.isEmpty == false, "\(name)")
            #expect(operation.parameters(in: document) == operation.placeholders, "\(name)")
            let isPublic = dialect.routes.contains {
                $0.right == nil && $0.method.rawValue == operation.method.uppercased()
                    && path(of: $0.pattern.text) == operation.path
            }
            #expect((operation.value["security"]?.asArray?.isEmpty == true) == isPublic, "\(name)")
        }
    }

    @Test(arguments: dialects.map(\.style))
    func referencesResolve(_ style: Style) throws {
        let document = try readDocument(style)
        for reference in references(in: document) {
            #expect(resolve(reference, in: document) != nil, "\(reference)")
        }
    }

    /// What any request with a key may be told, and what it may say: see `Visit.check`.
    @Test(arguments: [Style.native, .kubiya])
    func tellsWhatEveryRouteHas(_ style: Style) throws {
        let document = try readDocument(style)
        for operation in operations(of: document) {
            guard operation.value["security"] == nil else { continue }
            let name = "\(operation.method) \(operation.path)"
            let isRead = operation.method == "get"
            let keepsAnswers = !["/v1/keys", "/v1/tasks/claim"].contains(operation.path)
            let refused = ["400", "401", "403", "404"] + (isRead || !keepsAnswers ? [] : ["422"])
            let told = operation.value["responses"]?.asObject?.names ?? []
            #expect(refused.filter { !told.contains($0) } == [], "\(name)")
            let fields = operation.parameters(in: document, at: "header")
                .filter { $0 != "Last-Event-ID" }
            let idempotency = isRead || !keepsAnswers ? [] : ["Idempotency-Key"]
            #expect(fields == idempotency + ["x-signalbox-workspace"], "\(name)")
        }
    }

    /// Every route is found by the request that is written for it, at the root and under the
    /// vendor's name.
    @Test(arguments: dialects.map(\.style))
    func routesAreReached(_ style: Style) throws {
        let dialect = try #require(Self.dialects.first { $0.style == style })
        let uuid = "018f3c2a-7b00-7a11-8c22-0123456789ab"
        for route in dialect.routes {
            let path = route.pattern.text.split(separator: "/", omittingEmptySubsequences: false)
                .map { $0.hasPrefix("{") ? uuid : String($0) }.joined(separator: "/")
            let atRoot = destination(
                method: route.method, path: try #require(Target(path)).segments,
                hasExtendVersion: style == .extend)
            let isAgnosIndex = style == .agno && route.pattern.text == "/"
            #expect(atRoot.style == style || isAgnosIndex, "\(route.pattern.text)")
            guard style != .native else { continue }
            let below = destination(
                method: route.method, path: try #require(Target("/\(style)\(path)")).segments,
                hasExtendVersion: false)
            #expect(below == Destination(style, prefixCount: 1), "\(route.pattern.text)")
        }
    }

    /// A pattern as OpenAPI writes it: it has no word for a parameter that may be empty.
    private func path(of pattern: String) -> String { pattern.filter { $0 != "?" } }
}

private struct Operation {
    let method: String
    let path: String
    let item: JSONValue
    let value: JSONValue

    var placeholders: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }
            .map { String($0.dropFirst().dropLast()) }.sorted()
    }

    func parameters(in document: JSONValue, at place: JSONValue = "path") -> [String] {
        let all = [item, value].flatMap { $0["parameters"]?.asArray ?? [] }
        return all.compactMap { parameter in
            let reference = parameter["$ref"]?.asString
            let parameter = reference.flatMap { resolve($0, in: document) } ?? parameter
            return parameter["in"] == place ? parameter["name"]?.asString : nil
        }.sorted()
    }
}

private func operations(of document: JSONValue) -> [Operation] {
    let methods: Set = ["get", "post", "put", "patch", "delete", "head", "options"]
    return (document["paths"]?.asObject?.members ?? []).flatMap { path in
        (path.value.asObject?.members ?? []).filter { methods.contains($0.name) }.map {
            Operation(method: $0.name, path: path.name, item: path.value, value: $0.value)
        }
    }
}

private func references(in value: JSONValue) -> [String] {
    switch value {
    case .object(let object):
        object.members.flatMap { member in
            member.name == "$ref"
                ? [member.value.asString ?? ""] : references(in: member.value)
        }
    case .array(let items): items.flatMap(references)
    default: []
    }
}

/// What a reference within a document points at.
func resolve(_ reference: String, in document: JSONValue) -> JSONValue? {
    guard reference.hasPrefix("#/") else { return nil }
    return reference.dropFirst(2).split(separator: "/").reduce(document as JSONValue?) {
        $0?[String($1)]
    }
}

/// `openapi/<style>.json` as it lies in the tree.
func readDocument(_ style: Style) throws -> JSONValue {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let file = try #require(fopen("/\(root)/openapi/\(style).json", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
        bytes += buffer[..<count]
    }
    return try JSONValue(parsing: bytes)
}
