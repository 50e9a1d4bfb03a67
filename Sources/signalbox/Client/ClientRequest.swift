import JSON

/// What a client command asks the server.
struct ClientRequest: Equatable, Sendable {
    var method: String
    /// From the first slash, encoded: `/v1/runs/...`.
    var target: String
    /// Sent as JSON when there is one.
    var body: JSONValue?
    /// Seconds the server may take before the first byte of its answer.
    var patienceSeconds: Int = 30
    var idempotencyKey: String?
    /// Named in `x-signalbox-workspace`: a key of a whole organization has to say it.
    var workspace: String?

    init(_ method: String, _ target: String, body: JSONValue? = nil) {
        self.method = method
        self.target = target
        self.body = body
    }

    /// The bytes to send. The connection serves this one request.
    func serialized(to url: ServerURL, key: String?) -> [UInt8] {
        var head = "\(method) \(url.prefix)\(target) HTTP/1.1\r\nHost: \(url.authority)\r\n"
        head += "Connection: close\r\nAccept: application/json\r\n"
        if let key { head += "Authorization: Bearer \(key)\r\n" }
        if let workspace { head += "x-signalbox-workspace: \(workspace)\r\n" }
        if let idempotencyKey { head += "Idempotency-Key: \(idempotencyKey)\r\n" }
        let content = body?.serialized()
        if let content {
            head += "Content-Type: application/json\r\nContent-Length: \(content.count)\r\n"
        } else if method != "GET" {
            head += "Content-Length: 0\r\n"
        }
        return Array((head + "\r\n").utf8) + (content ?? [])
    }
}
