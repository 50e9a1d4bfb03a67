import Glibc
import Testing

@testable import signalbox

/// A folder that is gone after the test.
private final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/signalbox-test-XXXXXX".utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
    }

    deinit {
        for name in ["admin.key", "admin.key.new", "LOCK"] { unlink("\(path)/data/\(name)") }
        rmdir(path + "/data")
        rmdir(path)
    }
}

private func mode(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
}

@Test func folderAndFilesAreTheOwnersAlone() throws {
    let scratch = try Scratch()
    let data = scratch.path + "/data"
    mkdir(data, 0o755)
    let folder = try DataFolder(data)
    unlink(data + "/admin.key.new")
    let leftover = open(data + "/admin.key.new", O_CREAT | O_WRONLY, 0o666)
    close(leftover)
    try AdminKey.write("secret", in: folder.path)
    #expect(mode(data) == 0o700)
    #expect(mode(data + "/LOCK") == 0o600)
    #expect(mode(AdminKey.path(in: data)) == 0o600)
    #expect(mode(data + "/admin.key.new") == nil)
    #expect(contents(of: AdminKey.path(in: data), bytesMax: 100) == Array("secret\n".utf8))
}

@Test func folderIsHeldOnce() throws {
    let scratch = try Scratch()
    let data = scratch.path + "/data"
    do {
        let folder = try DataFolder(data)
        let second = Result { () throws(Exit) in _ = try DataFolder(folder.path) }
        #expect(second.failureStatus == .temporary)
    }
    let third = Result { () throws(Exit) in _ = try DataFolder(data) }
    #expect(third.failureStatus == nil)
}

@Test(arguments: ["/nonexistent/parent/data", "/dev/null"])
func unusableFolderIsRefused(_ path: String) {
    let result = Result { () throws(Exit) in _ = try DataFolder(path) }
    #expect(result.failureStatus == .configuration)
}
