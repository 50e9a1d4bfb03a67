import Glibc
import RunEngine
import Runs

/// A running command on its own thread: feeds its input, keeps its output, sends the heartbeats and
/// sees it to its end.
struct CommandWatch: ~Copyable {
    /// How much is read at once, in bytes, and how often in a row before another look at the rest.
    static let pieceBytes = 65_536
    static let piecesMax = 16
    /// How long to wait before looking again for processes that the leader left behind, and for the
    /// leader's end where the kernel does not tell of it.
    static let lookPauseMilliseconds: Int64 = 20

    private let attempt: CommandAttempt
    private let board: Board
    private let drainMilliseconds: Int64
    private var process: CommandProcess
    private var input: ArraySlice<UInt8>
    private var output = OutputHead()
    private var errors = OutputTail()
    private var leaderHasEnded = false
    private var heartbeatAt: Int64
    /// When the group is killed, because the run stops or because the server does.
    private var stopAt: Int64?
    private var drainAt: Int64?

    init(
        _ process: consuming CommandProcess, of attempt: CommandAttempt, board: Board,
        drainMilliseconds: Int64
    ) {
        self.attempt = attempt
        self.board = board
        self.drainMilliseconds = drainMilliseconds
        input = Array(attempt.task.input.utf8)[...]
        heartbeatAt =
            board.environment.monotonicMilliseconds() + attempt.task.lease.heartbeatMilliseconds
        attempt.began(process.group)
        self.process = process
    }

    /// Returns when the command has ended, and when it was asked to, every process of its group.
    /// - Returns: what to report; nil when the attempt was taken away.
    consuming func run() -> TaskReport? {
        while !isOver() {
            wait()
            feed()
            collect()
            obey()
        }
        collect()
        // What the leader left behind, while its number is still ours.
        attempt.kill()
        let orders = attempt.orders
        return report(attempt.reap(), orders)
    }

    private var now: Int64 { board.environment.monotonicMilliseconds() }

    private mutating func isOver() -> Bool {
        if !leaderHasEnded { leaderHasEnded = process.group.leaderHasEnded }
        guard leaderHasEnded else { return false }
        let orders = attempt.orders
        return orders.isRevoked || !orders.isAny || !process.group.isAlive
    }

    private func wait() {
        var until = min(heartbeatAt, stopAt ?? .max, drainAt ?? .max)
        if leaderHasEnded || !process.exit.isOpen {
            until = min(until, now + Self.lookPauseMilliseconds)
        }
        let reading = Int16(POLLIN)
        var slots = [
            pollfd(fd: process.input.number, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: process.output.number, events: reading, revents: 0),
            pollfd(fd: process.errors.number, events: reading, revents: 0),
            pollfd(fd: leaderHasEnded ? -1 : process.exit.number, events: reading, revents: 0),
            pollfd(fd: attempt.bell.number, events: reading, revents: 0),
        ]
        poll(&slots, nfds_t(slots.count), Int32(clamping: max(0, until - now)))
        attempt.bell.hush()
    }

    /// Writes what the command takes of its input; closes it behind the last byte.
    private mutating func feed() {
        while process.input.isOpen {
            if input.isEmpty { return process.input.shut() }
            switch input.withUnsafeBytes({ process.input.write($0) }) {
            case .bytes(let count): input = input.dropFirst(count)
            case .nothing: return
            case .end: process.input.shut()
            }
        }
    }

    private mutating func collect() {
        var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
        for _ in 0..<Self.piecesMax where process.output.isOpen {
            guard let count = Self.read(&process.output, into: &piece) else { break }
            output.append(piece[..<count])
        }
        for _ in 0..<Self.piecesMax where process.errors.isOpen {
            guard let count = Self.read(&process.errors, into: &piece) else { break }
            errors.append(piece[..<count])
        }
    }

    /// Nil when there is nothing now, or nothing any more.
    private static func read(_ source: inout Descriptor, into piece: inout [UInt8]) -> Int? {
        switch piece.withUnsafeMutableBytes({ source.read(into: $0) }) {
        case .bytes(let count): return count
        case .nothing: return nil
        case .end:
            source.shut()
            return nil
        }
    }
}

extension CommandWatch {
    /// Does what is due: by an order, or by the clock.
    private mutating func obey() {
        let orders = attempt.orders
        if orders.isDraining, drainAt == nil { drainAt = now + drainMilliseconds }
        if orders.isTold, stopAt == nil {
            stopAt = now + attempt.task.graceMilliseconds
            heartbeat()  // its answer says by when to end
        } else if now >= heartbeatAt {
            heartbeat()
        }
        if now >= min(stopAt ?? .max, drainAt ?? .max) {
            attempt.kill()
            stopAt = stopAt.map { _ in .max }
            drainAt = drainAt.map { _ in .max }
        }
    }

    private mutating func heartbeat() {
        heartbeatAt = now + attempt.task.lease.heartbeatMilliseconds
        do {
            let answer = try board.report(
                .heartbeat(progress: nil), attempt.task.task, attempt.task.lease.token)
            guard answer.isTold else { return }
            attempt.tell()
            if let stopBy = answer.stopBy, stopAt != .max {
                let rest = stopBy.milliseconds - board.environment.now().milliseconds
                stopAt = now + max(0, rest)
            }
        } catch {
            if !error.isPassing { attempt.revoke() }
        }
    }

    private func report(_ ending: Ending, _ orders: CommandAttempt.Orders) -> TaskReport? {
        if orders.isRevoked { return nil }
        if orders.isTold { return .stopped }
        if orders.isDraining { return .release }
        switch ending {
        case .exit(status: 0): return .complete(output: output.json)
        case .unknown: return .lost
        case .exit, .signal:
            let tail = errors.text
            let error = tail.isEmpty ? ending.text : "\(ending.text): \(tail)"
            return .fail(error: error, isRetryable: true)
        }
    }
}
