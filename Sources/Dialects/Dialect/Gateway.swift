import HTTP
import RunEngine
import Runs
import Synchronization

/// All styles behind one port: finds whose request it is, checks it in the one order that holds for
/// every style, and dresses the answer.
/// - Source: decisions.md, sections 2 and 3; reliability K10.
package final class Gateway: Sendable {
    /// What the server tells its styles, and where it logs.
    package struct Settings: Sendable {
        /// Without a slash at its end.
        package var publicURL: String
        package var environment: Environment
        package var log: Log
        package var streams = KeyCensus.Limits.streams
        package var waiters = KeyCensus.Limits.waiters

        package init(publicURL: String, environment: Environment = .live, log: Log) {
            self.publicURL = publicURL
            self.environment = environment
            self.log = log
        }
    }

    let engine: RunEngine
    let settings: Settings
    private let dialects: [Dialect]
    private let native: Dialect
    private let throttle = FailureThrottle()
    let streams: KeyCensus
    let waiters: KeyCensus
    private let requestIDs: RequestIDs

    /// - Parameter dialects: one for each style; the native one has to be among them.
    package init(dialects: [Dialect], engine: RunEngine, settings: Settings) {
        guard let native = dialects.first(where: { $0.style == .native }) else {
            preconditionFailure("what no vendor claims is native's to answer")
        }
        self.native = native
        self.dialects = dialects
        self.engine = engine
        self.settings = settings
        streams = KeyCensus("streams", settings.streams)
        waiters = KeyCensus("waiters", settings.waiters)
        requestIDs = RequestIDs(settings.environment)
    }

    /// What the HTTP server serves.
    package var application: Application {
        Application(
            admit: { self.admit($0, $1) },
            refuse: { self.refuse($0, $1) })
    }

    /// Answers a whole request, as the server would, without a connection.
    package func answer(_ request: Request) async -> Response {
        switch admit(request.head, request.peer) {
        case .answer(let response): return response
        case .accept(let acceptance):
            guard request.body.count <= acceptance.bodyBytesMax else {
                let error = ParseError(
                    status: 413, reason: "the body is too long", head: request.head)
                return refuse(error, request.peer)
            }
            return await acceptance.handler.answer(request)
        }
    }

    /// Decides on a request by its head: all that can be said before the body is read.
    func admit(_ head: Head, _ peer: Peer) -> Admission {
        let visit = visit(head.method, head.target, head.fields, peer)
        if head.target.form == .asterisk { return .answer(visit.finish(Response(status: 204))) }
        do throws(Refusal) {
            return accept(try visit.check(head), of: visit)
        } catch {
            return .answer(visit.refuse(error, head: head))
        }
    }

    /// Dresses what the HTTP layer refused in the envelope of the style whose path it is.
    func refuse(_ error: ParseError, _ peer: Peer) -> Response {
        visit(error.method, error.target, error.fields, peer)
            .refuse(.transport(status: error.status, reason: error.reason))
    }

    private func accept(_ admitted: Admitted, of visit: Visit) -> Admission {
        let route = admitted.match.route
        var acceptance = Acceptance(
            bodyBytesMax: route.bodyBytesMax, isWaiting: admitted.wait != nil,
            isKnown: route.right != nil, handler: handler(admitted, of: visit))
        // A read has no content that means anything (RFC 9110, section 9.3.1).
        acceptance.keepsBody = route.method != .get
        return .accept(acceptance)
    }

    private func handler(_ admitted: Admitted, of visit: Visit) -> Acceptance.Handler {
        switch admitted.match.route.handler {
        case .now(let handle):
            .now { request in
                do throws(Refusal) {
                    let response = try handle(visit.exchange(request, admitted))
                    return visit.finish(response, admitted)
                } catch {
                    return visit.refuse(error, admitted)
                }
            }
        case .later(let handle):
            .later { [self] request in
                var exchange = visit.exchange(request, admitted)
                do throws(Refusal) {
                    let place = try place(of: admitted)
                    defer { withExtendedLifetime(place) {} }
                    exchange.mayWait = place != nil
                    var response = try await handle(exchange)
                    if let place { response.hold(place) }
                    return visit.finish(response, admitted)
                } catch {
                    return visit.refuse(error, admitted)
                }
            }
        }
    }

    /// Where a request is counted that waits; nil for one that must not wait.
    private func place(of admitted: Admitted) throws(Refusal) -> KeyCensus.Place? {
        let key = admitted.caller.keyID
        return switch admitted.wait {
        case nil: nil
        case .stream: try streams.enter(key: key)
        case .call: try waiters.enter(key: key)
        // What it asks for is done all the same: a stop is not refused because others wait.
        case .afterwards: try? waiters.enter(key: key)
        }
    }

    private func visit(
        _ method: Method?, _ target: Target?, _ fields: Fields?, _ peer: Peer
    ) -> Visit {
        let destination = find(method, target, fields)
        let mark = Mark(
            requestID: requestIDs.next(), method: method?.rawValue ?? "",
            path: target?.rawPath ?? "")
        return Visit(
            gateway: self, throttle: throttle,
            dialect: dialects.first { $0.style == destination.style } ?? native,
            prefixCount: destination.prefixCount, mark: mark, peer: peer,
            startedAt: settings.environment.monotonicMilliseconds())
    }

    private func find(_ method: Method?, _ target: Target?, _ fields: Fields?) -> Destination {
        destination(
            method: method ?? .get, path: target?.segments ?? [],
            hasExtendVersion: fields?.raw("x-extend-api-version") != nil)
    }
}

/// Request ids: a part drawn at the start and a part that counts, 12 hexadecimal digits each.
private final class RequestIDs: Sendable {
    private static let digits = 24
    private let start: UInt128
    private let count = Atomic<UInt64>(0)

    init(_ environment: Environment) {
        start = environment.random(6).reduce(0) { $0 << 8 | UInt128($1) } << 48
    }

    func next() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        var rest = start | UInt128(number & 0xffff_ffff_ffff)
        let hexadecimal: StaticString = "0123456789abcdef"
        return String(unsafeUninitializedCapacity: Self.digits) { text in
            for place in (0..<Self.digits).reversed() {
                text[place] = hexadecimal.utf8Start[Int(truncatingIfNeeded: rest & 15)]
                rest >>= 4
            }
            return Self.digits
        }
    }
}
