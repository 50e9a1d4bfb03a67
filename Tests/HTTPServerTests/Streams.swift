import HTTP

/// Answers that are streams, for tests.
enum Streams {
    /// - `/events`: two events at once, then one more when the gate opens.
    /// - `/pieces?count=C&bytes=B`: pieces of one letter; it does not wait.
    /// - `/broken`: a piece, then a failure.
    static func acceptance(_ head: Head, _ gate: Gate) -> Acceptance {
        switch head.target.rawPath {
        case "/events":
            Acceptance(bodyBytesMax: 0, isWaiting: true) { _ in
                Response(events: Feed(gate: gate))
            }
        case "/pieces":
            Acceptance(bodyBytesMax: 0) { request in
                let number = { (name: String) in
                    request.target.query.first(name).flatMap { Int($0) } ?? 0
                }
                return Response(
                    status: 200, pieces: Pieces(count: number("count"), bytes: number("bytes")))
            }
        default:
            Acceptance(bodyBytesMax: 0) { _ in Response(status: 200, pieces: Broken()) }
        }
    }

    private struct Feed: AsyncSequence, AsyncIteratorProtocol {
        let gate: Gate
        var given = 0

        func makeAsyncIterator() -> Feed { self }

        mutating func next() async -> [ServerSentEvent]? {
            given += 1
            switch given {
            case 1:
                return ["one", "two"].compactMap {
                    ServerSentEvent(id: $0, event: "word", data: $0)
                }
            case 2:
                guard await gate.pass() else { return nil }
                return [ServerSentEvent(data: "three\r\nlines\n")].compactMap { $0 }
            default: return nil
            }
        }
    }

    private struct Pieces: AsyncSequence, AsyncIteratorProtocol {
        var count: Int
        let bytes: Int

        func makeAsyncIterator() -> Pieces { self }

        mutating func next() async -> [UInt8]? {
            guard count > 0 else { return nil }
            count -= 1
            return [UInt8](repeating: 120, count: bytes)
        }
    }

    private struct Broken: AsyncSequence, AsyncIteratorProtocol {
        struct Failure: Error {}
        var given = 0

        func makeAsyncIterator() -> Broken { self }

        mutating func next() async throws -> [UInt8]? {
            given += 1
            if given > 1 { throw Failure() }
            return Array("half".utf8)
        }
    }
}
