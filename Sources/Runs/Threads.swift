import Glibc

/// Starts a thread that nobody joins: it ends with its body or with the process.
/// - Parameter name: what the kernel shows, at most 15 bytes.
/// - Returns: false when the system has no thread left; nothing runs then.
@discardableResult
package func startThread(
    named name: String, _ body: @escaping @Sendable () -> Void
) -> Bool {
    let box = Unmanaged.passRetained(ThreadBody(name: name, body: body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let status = pthread_create(
        &thread, &attributes,
        { argument in
            guard let argument else { return nil }
            let body = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
            showName(body.name)
            body.body()
            return nil
        }, box.toOpaque())
    if status != 0 { box.release() }
    return status == 0
}

/// `pthread_setname_np` needs _GNU_SOURCE; the kernel takes the name by a file too. A thread
/// without a name works as well.
private func showName(_ name: String) {
    let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = Array(name.utf8.prefix(15)).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
}

private final class ThreadBody: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}
