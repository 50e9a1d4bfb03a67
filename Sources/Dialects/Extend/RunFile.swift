import JSON
import Runs

/// A file that a run was started with, as its create body names it.
struct RunFile {
    let id: String
    let name: String
    /// One of the vendor's words; nil where the name does not tell.
    let type: String?

    /// The files of a create body: that of `file`, or those of `package`.
    static func all(in body: JSONObject, of run: RunID) -> [RunFile] {
        let entries = body["package"]?["files"]?.asArray ?? [body["file"]].compactMap { $0 }
        return entries.enumerated().compactMap { index, entry in
            entry.asObject.map { RunFile($0, of: run, at: index) }
        }
    }

    private init(_ entry: JSONObject, of run: RunID, at index: Int) {
        id = entry["id"]?.asString ?? ExtendID.derived("file_", of: run.bytes, index)
        let isText = entry["text"]?.asString != nil
        name =
            entry["name"]?.asString ?? entry["url"]?.asString.map(lastPart)
            ?? (isText ? "text.txt" : id)
        type = isText ? "TXT" : fileType(name)
    }

    /// - Source: Extend contract, section 3, FileSummary.
    func write(to writer: inout JSONWriter, at time: Timestamp) {
        writer.object {
            $0.member("object", "file")
            $0.member("id", id)
            $0.member("name", name)
            $0.member("type", type)
            $0.member("parentFileId", nil as String?)
            $0.member("metadata", [:])
            $0.member("createdAt", time.rfc3339)
            $0.member("updatedAt", time.rfc3339)
        }
    }
}

/// The last part of a URL's path, as it was sent.
func lastPart(of url: String) -> String {
    let path = url.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    return path.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) }
        ?? url
}

/// The vendor's word for a kind of file, by the end of its name.
func fileType(_ name: String) -> String? {
    let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count > 1, let end = parts.last else { return nil }
    return switch String(decoding: end, as: UTF8.self).lowercased() {
    case "pdf": "PDF"
    case "csv": "CSV"
    case "png", "jpg", "jpeg", "gif", "tif", "tiff", "webp", "bmp", "heic": "IMG"
    case "txt", "md": "TXT"
    case "doc", "docx": "DOCX"
    case "xls", "xlsx", "xlsm": "EXCEL"
    case "xml": "XML"
    case "htm", "html": "HTML"
    default: nil
    }
}
