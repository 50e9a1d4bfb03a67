import Glibc

/// The folder of one server. It is held as long as this value lives: a second server is refused.
/// - Source: reliability.md, S1 and S2.
struct DataFolder: ~Copyable {
    let path: String
    private let lock: Int32

    /// Makes the folder if it is not there, for its owner alone, and takes its lock.
    /// - Throws: status 75 when another process holds it, 78 when it cannot be used.
    init(_ path: String) throws(Exit) {
        try Self.makeFolder(path)
        let file = path + "/LOCK"
        let lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw Exit(.configuration, "cannot open \(file): \(systemError())")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(lock)
            guard code == EWOULDBLOCK else {
                throw Exit(.configuration, "cannot lock \(file): \(systemError(code))")
            }
            throw Exit(.temporary, "another signalbox serves the folder \(path)")
        }
        self.path = path
        self.lock = lock
    }

    deinit { close(lock) }

    private static func makeFolder(_ path: String) throws(Exit) {
        if mkdir(path, 0o700) != 0 && errno != EEXIST {
            throw Exit(.configuration, "cannot make the folder \(path): \(systemError())")
        }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            throw Exit(.configuration, "cannot use the folder \(path): \(systemError())")
        }
        defer { close(folder) }
        guard fchmod(folder, 0o700) == 0 else {
            throw Exit(
                .configuration, "cannot keep the folder \(path) to its owner: \(systemError())")
        }
    }
}

/// Whether a folder is there.
func isFolder(_ path: String) -> Bool {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return false }
    close(folder)
    return true
}
