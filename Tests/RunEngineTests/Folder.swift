import Glibc
import Synchronization

/// A folder of its own for one test's database, removed with it.
final class Folder: Sendable {
    let path: String
    /// The token of the instance key, once there is one.
    let token = Mutex("")

    init() throws {
        var template = Array("/tmp/signalbox-engine-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CannotMakeFolder(errno: errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(database + suffix) }
        rmdir(path)
    }

    var database: String { path + "/signalbox.db" }

    struct CannotMakeFolder: Error {
        let errno: Int32
    }
}
