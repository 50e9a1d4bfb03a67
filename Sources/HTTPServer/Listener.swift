import CLinux
import Glibc
import HTTP

/// A socket that listens; all loops of a server share one.
final class Listener: Sendable {
    /// What came of one call of `accept`.
    enum Accepted: ~Copyable {
        case connection(Descriptor, SocketAddress)
        /// Nobody is waiting, or nobody can come any more.
        case nothing
        /// That one is gone already; there may be others.
        case again
        /// The system has no descriptor or no memory left.
        case exhausted
    }

    /// What the kernel queues for us at most; it caps this at its own limit.
    private static let backlog: Int32 = 4096
    /// What the kernel takes of an answer before it can be sent. Else it takes 4 MiB for a client
    /// that reads nothing, and a thousand such clients use up what it has for all of TCP.
    private static let unsentBytesMax: Int32 = 32 * 1024

    private let socket: Descriptor
    /// Where a Unix socket is found; nil for other sockets.
    private let file: SocketFile?
    /// The port it listens on, also where 0 was asked for; 0 for a Unix socket.
    let port: UInt16

    /// - Parameter path: of the address, where it is a Unix socket's.
    init(_ address: SocketAddress, path: String? = nil) throws(ServerError) {
        let type =
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            | Int32(SOCK_CLOEXEC.rawValue)
        guard let socket = Descriptor(owning: Glibc.socket(address.family, type, 0)) else {
            throw .system(call: "socket", code: errno)
        }
        if let path {
            file = try SocketFile(path, bindingTo: socket.number, address)
        } else {
            file = nil
            setOption(socket.number, SOL_SOCKET, SO_REUSEADDR)
            // Connections have it from their listener. A Unix socket has a small bound anyway.
            setOption(
                socket.number, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, to: Listener.unsentBytesMax)
            guard address.withPointer({ bind(socket.number, $0, $1) }) == 0 else {
                throw .system(call: "bind", code: errno)
            }
        }
        guard listen(socket.number, Listener.backlog) == 0 else {
            let code = errno
            file?.remove()
            throw .system(call: "listen", code: code)
        }
        let number = socket.number
        port = path == nil ? SocketAddress { _ = getsockname(number, $0, &$1) }.port : 0
        self.socket = socket
    }

    /// The number to watch.
    var number: Int32 { socket.number }

    /// Refuses newcomers from now on, also where other loops still hold the listener.
    func stop() {
        file?.remove()
        shutdown(socket.number, Int32(SHUT_RDWR))
    }

    func accept() -> Accepted {
        var accepted: Int32 = -1
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        var code: Int32 = 0
        let address = SocketAddress {
            accepted = accept4(socket.number, $0, &$1, flags)
            code = errno
        }
        if let descriptor = Descriptor(owning: accepted) {
            if file == nil { setOption(descriptor.number, Int32(IPPROTO_TCP), TCP_NODELAY) }
            return .connection(descriptor, address)
        }
        switch code {
        case EAGAIN, EINVAL: return .nothing
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
        default: return .again
        }
    }
}

private func setOption(_ socket: Int32, _ level: Int32, _ option: Int32, to value: Int32 = 1) {
    var value = value
    setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
}
