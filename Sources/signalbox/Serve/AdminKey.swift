import Glibc

/// The file that holds the instance key for the command line on the same machine.
enum AdminKey {
    /// A key is far shorter; what is larger is no key.
    static let bytesMax = 4096

    static func path(in folder: String) -> String { folder + "/admin.key" }

    /// Writes the key for its owner alone, and so that the file is there as a whole or not at all,
    /// also after a power cut: a new file, its bytes on disk, its name, the name on disk.
    /// - Throws: status 70 when any of this fails.
    static func write(_ token: String, in folder: String) throws(Exit) {
        let target = path(in: folder)
        let draft = target + ".new"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failed(target) }
        defer { close(file) }
        guard writeAll(Array((token + "\n").utf8), to: file), fsync(file) == 0,
            rename(draft, target) == 0
        else { throw failed(target) }
        let parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw failed(target) }
        defer { close(parent) }
        guard fsync(parent) == 0 else { throw failed(target) }
    }

    private static func failed(_ path: String) -> Exit {
        Exit(.software, "cannot write \(path): \(systemError())")
    }
}
