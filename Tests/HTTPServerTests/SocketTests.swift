import Glibc
import HTTP
import Testing

@testable import HTTPServer

/// Section I, as far as a test inside the process can look at the sockets.
@Suite struct SocketTests {
    private func option(_ socket: Int32, _ level: Int32, _ name: Int32) -> Int32 {
        var value: Int32 = -1
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, level, name, &value, &size)
        return value
    }

    private func isClosedOnExec(_ socket: Int32) -> Bool {
        fcntl(socket, F_GETFD) & FD_CLOEXEC != 0
    }

    private func doesNotBlock(_ socket: Int32) -> Bool {
        fcntl(socket, F_GETFL) & O_NONBLOCK != 0
    }

    @Test("125: the listener's flags, options and queue") func listener() throws {
        let listener = try Listener(SocketAddress("127.0.0.1", port: 0))
        #expect(isClosedOnExec(listener.number) && doesNotBlock(listener.number))
        #expect(option(listener.number, SOL_SOCKET, SO_REUSEADDR) == 1)
        #expect(option(listener.number, SOL_SOCKET, SO_REUSEPORT) == 0)
        // The kernel tells the length of a listener's queue in the place of `tcpi_sacked`.
        var information = [UInt32](repeating: 0, count: 64)
        var size = socklen_t(information.count * 4)
        #expect(getsockopt(listener.number, Int32(IPPROTO_TCP), TCP_INFO, &information, &size) == 0)
        let most = try #require(readNumber("/proc/sys/net/core/somaxconn"))
        #expect(information[7] == min(4096, UInt32(most)))
    }

    @Test("126, 127: a connection's flags, and no waiting to fill a packet") func accepted() throws
    {
        let listener = try Listener(SocketAddress("127.0.0.1", port: 0))
        guard case .nothing = listener.accept() else {
            Issue.record("nobody has come")
            return
        }
        let client = try Client(listener.port)
        guard case .connection(let descriptor, let address) = listener.accept() else {
            Issue.record("one has come")
            return
        }
        let number = descriptor.number
        #expect(isClosedOnExec(number) && doesNotBlock(number))
        #expect(option(number, Int32(IPPROTO_TCP), TCP_NODELAY) == 1)
        #expect(address.peer == .loopback)
        client.hangUp()
    }

    @Test("126: at most so many are taken in one turn, and none is forgotten") func turns() throws {
        let station = try Station { $0.limits.acceptsPerTurnMax = 1 }
        let clients = try (0..<100).map { _ in try station.client() }
        for client in clients { client.send(get("/echo")) }
        for client in clients { #expect(try client.answer().status == 200) }
    }

    @Test("127: an answer is one segment, its head and its body") func segments() throws {
        let station = try Station()
        let client = try station.client()
        // `tcpi_data_segs_in` of Linux' tcp_info.
        let place = 38
        for body in ["", "short", String(repeating: "x", count: 20_000)] {
            let before = client.information()[place]
            client.send(post("/echo", body))
            #expect(try client.answer().body == body)
            #expect(client.information()[place] == before + 1)
        }
    }

    @Test("131: what is meant for a connection that is gone reaches no other") func tokens() throws
    {
        let loop = try EventLoop()
        loop.takeThread()
        let configuration = Server.Configuration()
        let reactor = Reactor(
            loop,
            Service(
                application: Application(
                    admit: { _, _ in .answer(Response(status: 200)) },
                    refuse: { error, _ in Response(status: error.status) }),
                limits: configuration.limits, allowedHosts: nil, counters: Counters(),
                census: Census(
                    connectionsMax: 1, addressConnectionsMax: 1, strangersMax: 1)))
        let (one, other) = (Ear(), Ear())
        let pipe = try Pipe()
        let first = try #require(reactor.add(one, pipe.output, for: .read))
        loop.poller.remove(pipe.output)
        reactor.remove(first)
        let second = try #require(reactor.add(other, pipe.output, for: .read))
        #expect(first != second && first & 0xffff_ffff == second & 0xffff_ffff)
        reactor.dispatch(first, .read)
        reactor.remove(first)
        #expect(one.heard == 0 && other.heard == 0)
        reactor.dispatch(second, .read)
        #expect(other.heard == 1)
    }

    @Test("132: a descriptor is closed when its owner is gone") func descriptors() throws {
        let pipe = try Pipe()
        do {
            guard let descriptor = Descriptor(owning: dup(pipe.input)) else { throw Unreachable() }
            pipe.closeInput()
            #expect(descriptor.number >= 0)
        }
        var byte: UInt8 = 0
        #expect(read(pipe.output, &byte, 1) == 0)
    }

    @Test("139: an idle connection holds no buffer") func idle() throws {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        guard let descriptor = Descriptor(owning: ends[0]) else { throw Unreachable() }
        defer { close(ends[1]) }
        let station = try Station()
        let reactor = Reactor(try EventLoop(), station.server.service)
        let connection = Connection(descriptor, .loopback, reactor)
        let buffers = [connection.pending.capacity, connection.output.capacity]
        #expect(buffers == [0, 0] && connection.parser.isUntouched && connection.body == nil)
    }

    @Test("149: Date is made once a second") func dates() throws {
        let station = try Station()
        let reactor = Reactor(try EventLoop(), station.server.service)
        let one = reactor.date.withUnsafeBufferPointer { $0.baseAddress }
        let other = reactor.date.withUnsafeBufferPointer { $0.baseAddress }
        #expect(one == other && one != nil)
    }

    private func readNumber(_ path: String) -> Int? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 32)
        guard fgets(&line, 32, file) != nil else { return nil }
        return Int(atol(line))
    }
}

/// Something that is watched, and counts.
private final class Ear: Watched {
    var heard = 0

    func ready(_ readiness: Readiness) { heard += 1 }
    func expired() {}
    func drain() {}
    func cut() {}
}

private final class Pipe {
    let output: Int32
    private(set) var input: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (output, input) = (ends[0], ends[1])
    }

    func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    deinit {
        closeInput()
        close(output)
    }
}
