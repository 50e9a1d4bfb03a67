import Glibc
import Testing

/// A client that sends bytes and looks at bytes. Every wait ends in time.
final class Client {
    /// Long enough for a slow and busy machine; nothing waits that long when all is well.
    static let patienceSeconds = 60
    private static let withoutWaiting = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    private var socket: Int32
    private var received: [UInt8] = []

    /// - Parameter receiveBufferBytes: a small one makes a client that takes little at a time.
    init(_ port: UInt16, receiveBufferBytes: Int32? = nil) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        if var bytes = receiveBufferBytes {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Unreachable() }
    }

    /// A client of a Unix socket.
    init(unix path: String) throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else { throw Unreachable() }
    }

    deinit { hangUp() }

    func send(_ text: String) {
        send(Array(text.utf8))
    }

    /// Sends what the server takes; a server that has closed takes nothing.
    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    /// Sends a byte now and then until the server says something or closes.
    /// - Returns: how many bytes it took; nil when the server took them all.
    func drip(_ text: String, everyMilliseconds pause: Int32 = 20) -> Int? {
        for (index, byte) in text.utf8.enumerated() {
            send([byte])
            if hears(withinMilliseconds: pause) { return index + 1 }
        }
        return nil
    }

    /// Whether there is something to read, or the end.
    func hears(withinMilliseconds pause: Int32) -> Bool {
        var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, pause) == 1
    }

    /// Sends the same bytes until the server has taken none for a while.
    /// - Returns: how many bytes it took, at most `bytesMax`.
    func flood(_ bytes: [UInt8], bytesMax: Int) -> Int {
        var sent = 0
        while sent < bytesMax {
            let offset = sent % bytes.count
            let count = bytes[offset...].withUnsafeBytes {
                Glibc.send(
                    socket, $0.baseAddress, $0.count, Self.withoutWaiting)
            }
            if count > 0 {
                sent += count
            } else {
                var watched = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
                if poll(&watched, 1, 300) == 0 { return sent }
            }
        }
        return sent
    }

    /// What the kernel tells of the connection: words of `tcp_info`.
    func information() -> [UInt32] {
        var words = [UInt32](repeating: 0, count: 64)
        var size = socklen_t(words.count * 4)
        getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &words, &size)
        return words
    }

    /// Ends the connection with a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        hangUp()
    }

    /// Says that no more will be sent.
    func halfClose() { shutdown(socket, Int32(SHUT_WR)) }

    func hangUp() {
        if socket >= 0 { close(socket) }
        socket = -1
    }

    /// Reads one answer: its head and the body that its length announces.
    /// - Parameter hasBody: false after HEAD.
    func answer(hasBody: Bool = true) throws -> Answer {
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound {
                var answer = Answer(String(decoding: received[..<end], as: UTF8.self))
                let length = hasBody ? answer.length : 0
                if received.count >= end + length {
                    answer.body = String(decoding: received[end..<(end + length)], as: UTF8.self)
                    received.removeSubrange(..<(end + length))
                    return answer
                }
            }
            try #require(read() > 0, "no whole answer, but \(text)")
        }
    }

    /// Reads exactly these bytes, behind the first `mark` where one is given.
    func expect(after mark: String = "", _ text: String) throws {
        let wanted = Array(text.utf8)
        while true {
            let start =
                mark.isEmpty ? 0 : received.firstRange(of: Array(mark.utf8))?.upperBound ?? -1
            if start >= 0, received.count >= start + wanted.count {
                let came = received[start..<(start + wanted.count)]
                try #require(came.elementsEqual(wanted), "\(String(decoding: came, as: UTF8.self))")
                received.removeSubrange(..<(start + wanted.count))
                return
            }
            try #require(read() > 0, "not \(text), but \(self.text)")
        }
    }

    /// Reads at most so many bytes and forgets them.
    /// - Returns: how many came; 0 at the end.
    func take(bytes: Int) -> Int {
        var buffer = [UInt8](repeating: 0, count: bytes)
        return max(0, recv(socket, &buffer, bytes, 0))
    }

    /// Reads to the end of the connection.
    /// - Returns: what came that was not read as an answer.
    func end() -> String {
        while read() > 0 {}
        return text
    }

    /// Whether the connection has ended, by a close or a reset, and nothing came before it.
    func isClosed() -> Bool {
        let (text, code) = endWithCode()
        return text.isEmpty && (code == 0 || code == ECONNRESET)
    }

    /// Whether the connection has ended by a close, without a reset, and nothing came before it.
    func isClosedInOrder() -> Bool { endWithCode() == ("", 0) }

    private func endWithCode() -> (String, Int32) {
        while true {
            let count = read()
            if count <= 0 { return (text, count == 0 ? 0 : errno) }
        }
    }

    /// - Returns: the bytes read; 0 at the end, less after an error or too long a wait.
    private func read() -> Int {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &buffer, buffer.count, 0)
        if count > 0 { received += buffer[..<count] }
        return count
    }

    private var text: String { String(decoding: received, as: UTF8.self) }
}

/// Nobody listens there.
struct Unreachable: Error {}

/// An answer as the bytes say it.
struct Answer {
    let head: String
    var body = ""

    init(_ head: String) {
        self.head = head
    }

    var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var closes: Bool { head.contains("\r\nConnection: close\r\n") }

    func field(_ name: String) -> String? {
        head.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }
            .map { String($0.dropFirst(name.utf8.count + 2)) }
    }

    var length: Int { field("Content-Length").flatMap { Int($0) } ?? 0 }
}
