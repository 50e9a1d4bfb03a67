import Glibc
import JSON

/// A stream of events, taken up again wherever it breaks until the server says that it is over.
struct EventStream {
    /// Seconds without a byte after which the server is given up; it says something every 15.
    static let silenceSeconds = 45
    /// Between two tries.
    static let pauseMilliseconds: Int32 = 1_000
    /// Bytes of an answer that is no stream.
    static let refusalBytesMax = 1 << 20

    let url: ServerURL
    let key: String?
    /// `/v1/events`, with a query where there is one.
    let target: String
    /// Named in `x-signalbox-workspace`: a key of a whole organization has to say it.
    let workspace: String?
    private var lastID: String?
    private var hasBegun = false

    init(_ target: String, url: ServerURL, key: String?, workspace: String? = nil) {
        self.workspace = workspace
        self.target = target
        self.url = url
        self.key = key
    }

    /// Follows to the end.
    /// - Parameter each: told every event's data.
    /// - Throws: 69 when nobody answers the first time, 1 when the server refuses.
    mutating func follow(_ each: ([UInt8]) -> Void) throws(Exit) {
        while true {
            do throws(Exit) {
                if try take(each) { return }
            } catch {
                // A server that was there will be there again.
                guard hasBegun, error.status == .unavailable else { throw error }
            }
            poll(nil, 0, Self.pauseMilliseconds)
        }
    }

    /// Takes what one connection gives.
    /// - Returns: whether nothing follows any more.
    private mutating func take(_ each: ([UInt8]) -> Void) throws(Exit) -> Bool {
        let socket = try ClientConnection.open(
            request, to: url, patience: Self.silenceSeconds)
        defer { close(socket) }
        var head: [UInt8] = []
        var body = try readHead(of: socket, into: &head)
        guard let response = ClientResponse(head + (isStream(head) ? [] : rest(of: socket, body)))
        else { throw Exit(.unavailable, "no answer from \(url.place)") }
        if response.status == 204 { return true }
        guard response.status == 200 else {
            let isTooMany = response.status == 429 || response.status == 503
            let words = ClientCommand.refusal(
                response.status, try? JSONValue(parsing: response.body))
            throw Exit(isTooMany && hasBegun ? .unavailable : .refused, words)
        }
        hasBegun = true
        var parser = EventParser()
        // The head may come before any of the body.
        repeat {
            for event in parser.take(body) {
                if let id = event.id { lastID = id }
                if event.kind == "end" { return true }
                if event.kind != "reset" { each(event.data) }
            }
            body = receive(from: socket)
        } while !body.isEmpty
        return false
    }

    /// To HTTP/1.0 a stream ends with its connection and has no chunks.
    private var request: [UInt8] {
        var head = "GET \(url.prefix)\(target) HTTP/1.0\r\nHost: \(url.authority)\r\n"
        head += "Accept: text/event-stream\r\n"
        if let key { head += "Authorization: Bearer \(key)\r\n" }
        if let workspace { head += "x-signalbox-workspace: \(workspace)\r\n" }
        if let lastID { head += "Last-Event-ID: \(lastID)\r\n" }
        return Array((head + "\r\n").utf8)
    }

    private func isStream(_ head: [UInt8]) -> Bool { head.starts(with: "HTTP/1.1 200 ".utf8) }

    /// - Returns: what came of the body with it.
    private func readHead(
        of socket: Int32, into head: inout [UInt8]
    ) throws(Exit) -> [UInt8] {
        while head.count < Self.refusalBytesMax {
            let piece = receive(from: socket)
            guard !piece.isEmpty else { break }
            head += piece
            let end = head.indices.dropLast(3).first {
                head[$0..<($0 + 4)].elementsEqual("\r\n\r\n".utf8)
            }
            guard let end else { continue }
            let body = Array(head[(end + 4)...])
            head.removeLast(body.count)
            return body
        }
        throw Exit(.unavailable, "no answer from \(url.place)")
    }

    private func rest(of socket: Int32, _ body: [UInt8]) -> [UInt8] {
        body + (readAll(socket, bytesMax: Self.refusalBytesMax) ?? [])
    }

    /// Empty at the end, and when nothing came for too long.
    private func receive(from socket: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if count < 0 && errno == EINTR { continue }
            return Array(bytes.prefix(max(0, count)))
        }
    }
}
