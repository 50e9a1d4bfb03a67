import CLinux
import Glibc

/// The file by which a Unix socket is found. Its owner and group may connect, nobody else; it goes
/// when the server ends.
struct SocketFile: Sendable {
    /// Reading and writing for the owner and the group.
    private static let mode: mode_t = 0o660

    private let path: String
    private let device: dev_t
    private let inode: ino_t

    /// Binds a socket to a path and sets who may connect, which nobody can before it listens. A
    /// file that an earlier server left there is replaced.
    /// - Throws: `EADDRINUSE` when somebody listens there, `EEXIST` for another kind of file.
    init(_ path: String, bindingTo socket: Int32, _ address: SocketAddress) throws(ServerError) {
        try SocketFile.clear(path, address)
        guard address.withPointer({ bind(socket, $0, $1) }) == 0 else {
            throw .system(call: "bind", code: errno)
        }
        guard chmod(path, SocketFile.mode) == 0, let status = SocketFile.status(of: path) else {
            let code = errno
            unlink(path)
            throw .system(call: "chmod", code: code)
        }
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    /// Takes the file away, unless another server has put its own there.
    func remove() {
        guard let status = SocketFile.status(of: path), status.st_dev == device,
            status.st_ino == inode
        else { return }
        unlink(path)
    }

    /// Makes room for a new file: one that nobody answers at is of no use to anyone.
    private static func clear(_ path: String, _ address: SocketAddress) throws(ServerError) {
        guard let status = status(of: path) else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .system(call: "bind", code: EEXIST) }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard let probe = Descriptor(owning: socket(AF_UNIX, type | nonBlocking, 0)) else {
            throw .system(call: "socket", code: errno)
        }
        let isAnswered = address.withPointer { connect(probe.number, $0, $1) } == 0
        // EAGAIN: somebody listens, and many wait already.
        if isAnswered || errno == EAGAIN { throw .system(call: "bind", code: EADDRINUSE) }
        guard errno == ECONNREFUSED, unlink(path) == 0 else {
            throw .system(call: "connect", code: errno)
        }
    }

    private static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)

    /// What is at the path itself, not where a link leads; nil when there is nothing.
    private static func status(of path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }
}
