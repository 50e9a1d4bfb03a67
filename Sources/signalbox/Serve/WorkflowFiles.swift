import Glibc
import JSON
import RunEngine
import Runs

/// The operator's workflow files: `*.json` in one folder, a workflow each.
enum WorkflowFiles {
    /// Bytes of the largest file that is read.
    static let bytesMax = 1 << 20

    /// Installs every file, in the order of their names. A file that has not changed since the last
    /// time changes nothing.
    /// - Returns: how many made a workflow or a new version.
    /// - Throws: status 78 with the file's name and its first fault; files before it are installed.
    static func install(from folder: String, into engine: RunEngine) throws(Exit) -> Int {
        var count = 0
        for name in try names(in: folder) {
            let path = folder + "/" + name
            let request = try request(path)
            do throws(RunError) {
                if try engine.install(request).outcome != .unchanged { count += 1 }
            } catch {
                throw Exit(.software, "cannot install \(path): \(error)")
            }
        }
        return count
    }

    /// Reads one file.
    static func request(_ path: String) throws(Exit) -> WorkflowRequest {
        guard let bytes = contents(of: path, bytesMax: bytesMax) else {
            throw Exit(.configuration, "cannot read \(path), or it is over \(bytesMax) bytes")
        }
        do {
            let (name, definition) = try WorkflowDefinition.parse(
                written: JSONValue(parsing: bytes))
            return WorkflowRequest(
                name: name, document: String(decoding: bytes, as: UTF8.self),
                definition: definition)
        } catch let error as DocumentFault {
            throw Exit(.configuration, "\(path): \(error.pointer) \(error.reason)")
        } catch let error as JSONError {
            throw Exit(
                .configuration, "\(path) is no JSON at byte \(error.offset): \(error.message)")
        } catch {
            throw Exit(.configuration, "\(path): \(error)")
        }
    }

    private static func names(in folder: String) throws(Exit) -> [String] {
        guard let stream = opendir(folder) else {
            throw Exit(.configuration, "cannot read the folder \(folder): \(systemError())")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".json"), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
