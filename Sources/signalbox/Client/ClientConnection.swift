import Glibc

/// One request and its answer over a blocking socket. A command line has nothing else to do.
enum ClientConnection {
    /// Bytes of the largest answer that is read.
    static let answerBytesMax = 256 << 20

    /// - Throws: status 69 when nobody answers there, or what answers is no HTTP server.
    static func send(
        _ request: ClientRequest, to url: ServerURL, key: String?
    ) throws(Exit) -> ClientResponse {
        let socket = try open(
            request.serialized(to: url, key: key), to: url, patience: request.patienceSeconds)
        defer { close(socket) }
        guard let bytes = readAll(socket, bytesMax: answerBytesMax) else {
            throw Exit(.unavailable, "no answer from \(url.place): \(systemError())")
        }
        guard let response = ClientResponse(bytes) else {
            throw Exit(.unavailable, "no whole answer from \(url.place)")
        }
        return response
    }

    /// A connection on which a request was sent.
    /// - Parameter patience: seconds that reading and writing may stand still.
    static func open(
        _ request: [UInt8], to url: ServerURL, patience: Int
    ) throws(Exit) -> Int32 {
        let socket = try connected(to: url, patience: patience)
        guard write(request, to: socket) else {
            let cause = systemError()
            close(socket)
            throw Exit(.unavailable, "\(url.place) closed the connection: \(cause)")
        }
        return socket
    }

    private static func connected(to url: ServerURL, patience: Int) throws(Exit) -> Int32 {
        if let path = url.unixPath {
            return try connected(toUnix: path, place: url.place, patience: patience)
        }
        var wanted = addrinfo()
        wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(url.host, String(url.port), &wanted, &list)
        guard status == 0 else {
            let why = gai_strerror(status).map { String(cString: $0) } ?? "unknown name"
            throw Exit(.unavailable, "cannot find \(url.host): \(why)")
        }
        defer { freeaddrinfo(list) }
        var code = ECONNREFUSED
        var next = list
        while let entry = next?.pointee {
            let socket = socket(
                entry.ai_family, entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), entry.ai_protocol
            )
            if socket >= 0 {
                limitWaiting(socket, seconds: patience)
                if connect(socket, entry.ai_addr, entry.ai_addrlen) == 0 { return socket }
                code = errno
                close(socket)
            }
            next = entry.ai_next
        }
        throw Exit(.unavailable, "cannot connect to \(url.place): \(systemError(code))")
    }

    private static func connected(
        toUnix path: String, place: String, patience: Int
    ) throws(Exit) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if socket >= 0 {
            limitWaiting(socket, seconds: patience)
            let code = withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            if code == 0 { return socket }
        }
        let code = errno
        if socket >= 0 { close(socket) }
        throw Exit(.unavailable, "cannot connect to \(place): \(systemError(code))")
    }

    private static func limitWaiting(_ socket: Int32, seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    }

    /// A server that refuses early may close before it has read all: what it said counts then.
    private static func write(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return errno == EPIPE || errno == ECONNRESET }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
