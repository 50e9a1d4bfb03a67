import Glibc

/// Writes a line to standard output at once, past any buffer: who waits for it reads a pipe.
func say(_ line: String) {
    writeAll(Array((line + "\n").utf8), to: STDOUT_FILENO)
}

/// Writes a line to standard error at once.
func complain(_ line: String) {
    writeAll(Array((line + "\n").utf8), to: STDERR_FILENO)
}

/// Writes every byte, however often the descriptor takes only a part.
/// - Returns: false when it takes no more.
@discardableResult
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return false }
        rest = rest.dropFirst(count)
    }
    return true
}

/// Reads a descriptor to its end.
/// - Returns: nil when reading fails or there is more than `bytesMax`.
func readAll(_ descriptor: Int32, bytesMax: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= bytesMax {
        let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return nil }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
    }
    return nil
}

/// The bytes of a file; nil when it cannot be read or is larger than `bytesMax`.
func contents(of path: String, bytesMax: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return readAll(descriptor, bytesMax: bytesMax)
}

/// What the last failed call of the system said.
func systemError(_ code: Int32 = errno) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
