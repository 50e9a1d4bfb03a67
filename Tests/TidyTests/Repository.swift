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
        let folder = root.path.replacing("'", with: "'\\''")
        guard let output = popen("exec git -C '\(folder)' ls-files 2>/dev/null", "re") else {
            return nil
        }
        var paths: [String] = []
        var line: UnsafeMutablePointer<CChar>?
        var room = 0
        while getline(&line, &room, output) > 0, let line {
            paths.append(String(String(cString: line).dropLast()))
        }
        free(line)
        return pclose(output) == 0 && !paths.isEmpty ? paths : nil
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
