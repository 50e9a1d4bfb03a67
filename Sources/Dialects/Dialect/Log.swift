import Dispatch
import Glibc
import JSON
import Runs
import Synchronization

/// The program's own log: one JSON object a line, on standard error. Writing never blocks: what the
/// reader of the descriptor does not take within 1 MiB is dropped and counted (reliability G3).
package final class Log: Sendable {
    /// How much a line matters, least first.
    package enum Level: String, Comparable, Sendable {
        /// Each request.
        case requests
        case notice
        case warning
        case error

        package static func < (left: Level, right: Level) -> Bool { left.weight < right.weight }

        private var weight: Int {
            switch self {
            case .requests: 0
            case .notice: 1
            case .warning: 2
            case .error: 3
            }
        }
    }

    /// What is dropped beyond, in bytes that wait.
    package static let pendingMax = 1 << 20
    /// Bytes of one line; the rest of a longer one is left out with its members.
    static let lineMax = 16_384
    /// How long `flush` waits for a descriptor that takes nothing.
    static let flushMilliseconds = 1_000

    /// Lines below are not made.
    package let level: Level
    private let now: @Sendable () -> Timestamp
    private let pending = Pending()
    private let wakeUp: Int32

    /// - Parameter descriptor: written to by a thread of its own; not closed.
    package init(
        to descriptor: Int32 = STDERR_FILENO, level: Level = .notice,
        now: @escaping @Sendable () -> Timestamp = Environment.live.now
    ) {
        self.level = level
        self.now = now
        var ends: [Int32] = [-1, -1]
        let status = pipe(&ends)
        precondition(status == 0, "no descriptor is left at the start")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        wakeUp = ends[1]
        startThread(named: "log") { [pending, reader = ends[0]] in
            Self.drain(pending, wokenBy: reader, to: descriptor)
        }
    }

    deinit { close(wakeUp) }

    /// Writes one line: time, level, event and the members.
    /// - Parameter members: no secrets, no data of runs (reliability G2).
    package func write(
        _ level: Level, _ event: StaticString, _ members: (inout JSONWriter) -> Void
    ) {
        guard level >= self.level else { return }
        var writer = JSONWriter()
        writer.object {
            $0.member("time", now().rfc3339)
            $0.member("level", level.rawValue)
            $0.member("event", "\(event)")
            members(&$0)
        }
        guard writer.bytes.count <= Self.lineMax, pending.add(visible(writer.bytes)) else {
            return pending.countDrop()
        }
        _ = Glibc.write(wakeUp, [1], 1)
    }

    /// Waits on the calling thread until what was written before is with the descriptor: for the
    /// last lines of a process that ends.
    /// - Returns: false when that took longer than `flushMilliseconds`.
    @discardableResult
    package func flush() -> Bool {
        let isDone = DispatchSemaphore(value: 0)
        pending.whenTaken(isDone)
        _ = Glibc.write(wakeUp, [1], 1)
        return isDone.wait(timeout: .now() + .milliseconds(Self.flushMilliseconds)) == .success
    }

    private static func drain(_ pending: Pending, wokenBy reader: Int32, to descriptor: Int32) {
        var byte: [UInt8] = [0]
        while true {
            let count = read(reader, &byte, 1)
            if count < 0, errno == EINTR { continue }
            let (lines, waiting) = pending.take()
            if !writeAll(lines, to: descriptor) { pending.countDrop() }
            for isDone in waiting { isDone.signal() }
            if count <= 0 { break }
        }
        close(reader)
    }
}

/// The lines that wait for the thread.
private final class Pending: Sendable {
    private struct State {
        var lines: [UInt8] = []
        var dropped: Int64 = 0
        var waiting: [DispatchSemaphore] = []
    }

    private let state = Mutex(State())

    /// - Returns: false when there is no room.
    func add(_ line: [UInt8]) -> Bool {
        state.withLock { state in
            guard state.lines.count + line.count < Log.pendingMax else { return false }
            if state.dropped > 0 {
                state.lines += #"{"event":"log.dropped","dropped":\#(state.dropped)}"#.utf8
                state.lines.append(UInt8(ascii: "\n"))
                state.dropped = 0
            }
            state.lines += line
            state.lines.append(UInt8(ascii: "\n"))
            return true
        }
    }

    func countDrop() { state.withLock { $0.dropped += 1 } }

    /// Signals once all that waits now is written.
    func whenTaken(_ isDone: DispatchSemaphore) { state.withLock { $0.waiting.append(isDone) } }

    func take() -> (lines: [UInt8], waiting: [DispatchSemaphore]) {
        state.withLock { state in
            defer {
                state.lines = []
                state.waiting = []
            }
            return (state.lines, state.waiting)
        }
    }
}

/// Blocks until all is written.
/// - Returns: false when the descriptor takes no more.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count == 0 || errno != EINTR {
                return false
            }
        }
        return true
    }
}

/// Escapes what a terminal or a log viewer may act on: DEL, C1, and the two Unicode line ends. Such
/// bytes stand inside strings only, for the rest of JSON is printable ASCII.
private func visible(_ line: [UInt8]) -> [UInt8] {
    guard line.contains(where: { $0 >= 0x7f }) else { return line }
    var output: [UInt8] = []
    for scalar in String(decoding: line, as: UTF8.self).unicodeScalars {
        switch scalar.value {
        case 0x7f...0x9f, 0x2028, 0x2029:
            let digits = String(scalar.value, radix: 16)
            output += "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8
        default: output += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        }
    }
    return output
}
