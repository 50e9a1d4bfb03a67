import Synchronization

/// Lets a number of callers do something at a time; the others wait, first come first served.
final class Turns: Sendable {
    private struct Line {
        var free: Int
        var waiting: [UnsafeContinuation<Void, Never>] = []
        /// Where those begin who still wait.
        var start = 0
    }

    private let line: Mutex<Line>

    init(max: Int) {
        line = Mutex(Line(free: max))
    }

    /// How many wait for a turn.
    var waiting: Int { line.withLock { $0.waiting.count - $0.start } }

    /// Waits for a turn, which has to be given back.
    func take() async {
        await withUnsafeContinuation { continuation in
            let isFree = line.withLock { line in
                guard line.free > 0 else {
                    line.waiting.append(continuation)
                    return false
                }
                line.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    /// Gives a turn back: the next one in line has it.
    func give() {
        let next = line.withLock { line -> UnsafeContinuation<Void, Never>? in
            guard line.start < line.waiting.count else {
                line.free += 1
                return nil
            }
            let next = line.waiting[line.start]
            line.start += 1
            // Those who had their turn are let go of when they are the most of what is kept.
            if line.start > line.waiting.count / 2 {
                line.waiting.removeFirst(line.start)
                line.start = 0
            }
            return next
        }
        next?.resume()
    }
}
