import Glibc
import HTTP
import Testing

@testable import HTTPServer

/// Listening on a Unix socket.
@Suite struct UnixTests {
    /// A folder that is gone after the test.
    private final class Folder {
        let path: String
        var socket: String { path + "/socket" }

        init() throws {
            var template = Array("/tmp/signalbox-test-XXXXXX".utf8CString)
            path = String(cString: try #require(mkdtemp(&template)))
        }

        deinit {
            unlink(socket)
            rmdir(path)
        }
    }

    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    private func listener(_ path: String) throws(ServerError) -> Listener {
        try Listener(SocketAddress(path: path), path: path)
    }

    private func code(_ path: String) -> Int32? {
        do throws(ServerError) {
            _ = try listener(path)
            return nil
        } catch {
            guard case .system(_, let code) = error else { return -1 }
            return code
        }
    }

    @Test("A connection is a Unix socket's, and the file is its owner's and group's")
    func accepted() throws {
        let folder = try Folder()
        let listener = try listener(folder.socket)
        #expect(mode(folder.socket) == S_IFSOCK | 0o660)
        let client = try Client(unix: folder.socket)
        guard case .connection(_, let address) = listener.accept() else {
            Issue.record("one has come")
            return
        }
        #expect(address.peer == .unix && listener.port == 0)
        listener.stop()
        #expect(mode(folder.socket) == nil)
        #expect(throws: Unreachable.self) { try Client(unix: folder.socket) }
        client.hangUp()
    }

    @Test("A file that nobody answers at is replaced; no other is touched") func stale() throws {
        let folder = try Folder()
        do {
            let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            let address = try SocketAddress(path: folder.socket)
            #expect(address.withPointer { bind(left, $0, $1) } == 0)
            close(left)
        }
        let first = try listener(folder.socket)
        #expect(code(folder.socket) == EADDRINUSE)
        #expect(throws: Never.self) { try Client(unix: folder.socket).hangUp() }
        // The file of another is not taken away by the one that ends.
        unlink(folder.socket)
        let second = try listener(folder.socket)
        first.stop()
        #expect(mode(folder.socket) != nil)
        second.stop()
        close(open(folder.socket, O_CREAT | O_WRONLY, 0o600))
        #expect(code(folder.socket) == EEXIST)
        unlink(folder.socket)
        symlink("/nowhere", folder.socket)
        #expect(code(folder.socket) == EEXIST)
        #expect(code(folder.path + "/none/socket") == ENOENT)
    }

    @Test("Paths up to 107 bytes", arguments: [(0, false), (1, true), (107, true), (108, false)])
    func lengths(_ length: Int, _ fits: Bool) {
        let address = Result { () throws(ServerError) in
            try SocketAddress(path: String(repeating: "s", count: length))
        }
        let isTaken = (try? address.get()) != nil
        #expect(isTaken == fits)
    }

    @Test("Requests are served, limits per address do not hold, a drain takes the file away")
    func served() throws {
        let folder = try Folder()
        let path = folder.socket
        let station = try Station {
            $0.unixPath = path
            $0.allowedHosts = nil
            $0.limits.addressConnectionsMax = 1
        }
        let clients = try (0..<3).map { _ in try Client(unix: path) }
        for client in clients {
            client.send(get("/echo"))
            #expect(try client.answer().status == 200)
        }
        station.server.drain(milliseconds: 2000)
        for client in clients { #expect(client.isClosedInOrder()) }
        #expect(mode(path) == nil)
    }
}
