import Foundation

/// Requests that others wrote, with what their parsers make of them. They lie beside the checkout,
/// not in it.
enum Corpus {
    struct Case: Decodable, Sendable {
        let name: String
        let source: String
        let bytes: Data
        let outcome: String
        /// Whole messages in front of the error or the end.
        let messages: Int
        let reason: String
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/http-corpus").standardized

    static let isThere = FileManager.default.fileExists(atPath: folder.path)

    /// The cases of one file, one JSON object a line.
    static func cases(_ file: String) throws -> [Case] {
        let text = try Data(contentsOf: folder.appending(path: file))
        return try text.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Case.self, from: $0)
        }
    }

    /// The files of an archive, unpacked beside nothing of ours.
    static func files(of archive: String) throws -> [(name: String, bytes: [UInt8])] {
        let manager = FileManager.default
        let target = manager.temporaryDirectory.appending(path: "corpus-\(UUID().uuidString)")
        try manager.createDirectory(at: target, withIntermediateDirectories: true)
        defer { try? manager.removeItem(at: target) }
        let paths = [folder.appending(path: archive).path, target.path]
            .map { "'\($0.replacing("'", with: "'\\''"))'" }
        guard system("exec tar -xzf \(paths[0]) -C \(paths[1])") == 0 else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return try manager.subpathsOfDirectory(atPath: target.path).sorted().compactMap { path in
            let file = target.appending(path: path)
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
            else { return nil }
            return (path, Array(try Data(contentsOf: file)))
        }
    }
}
