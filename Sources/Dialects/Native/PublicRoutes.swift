import Dialect
import HTTP
import JSON
import Runs

extension Native {
    /// What anybody may ask: that the server lives, that it takes work, what its APIs are. Nothing
    /// here tells versions or counts (reliability X3).
    static func publicRoutes(_ settings: Settings) -> [Route] {
        let documents = settings.documents
        let isReady = settings.isReady
        return [
            Route(native: .get, "/", nil) { _ in index(documents.keys.sorted()) },
            Route(native: .get, "/healthz", nil) { _ in .written { $0.member("status", "ok") } },
            Route(native: .get, "/readyz", nil) { (_) throws(Refusal) in
                guard isReady() else { throw .run(.unavailable) }
                return .written { $0.member("status", "ok") }
            },
            Route(native: .get, "/openapi/{name}", nil) { (exchange) throws(Refusal) in
                let name = exchange.path["name"] ?? ""
                guard name.hasSuffix(".json"), let bytes = documents[String(name.dropLast(5))]
                else { throw .noRoute }
                return .json(200, bytes)
            },
        ]
    }

    private static func index(_ names: [String]) -> Response {
        .written {
            $0.member("service", "signalbox")
            $0.member("api", "/v1")
            $0.key("openapi")
            $0.array { writer in
                for name in names { writer.string("/openapi/\(name).json") }
            }
        }
    }
}
