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
}
