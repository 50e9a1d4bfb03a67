import Foundation

/// The files of this package as they lie on disk.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let sources = files(under: "Sources")
    static let tests = files(under: "Tests")
    static let endToEndTests = files(under: "Tests/EndToEnd", named: ".py")

    /// Paths git keeps; nil without git or outside of a clone.
    static let tracked: [String]? = {
        let git = "/usr/bin/git"
        guard FileManager.default.isExecutableFile(atPath: git) else { return nil }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: git)
        process.arguments = ["-C", root.path, "ls-files"]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let paths = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        return process.terminationStatus == 0 && !paths.isEmpty ? paths : nil
    }()

    private static func files(under folder: String, named end: String = ".swift") -> [SourceFile] {
        let start = root.appending(path: folder)
        let paths = FileManager.default.enumerator(atPath: start.path)?.compactMap { $0 as? String }
        return (paths ?? []).filter { $0.hasSuffix(end) }.sorted().compactMap { path in
            guard let text = try? String(contentsOf: start.appending(path: path), encoding: .utf8)
            else { return nil }
            return SourceFile(path: "\(folder)/\(path)", text: text)
        }
    }
}
