import Runs

/// What a task is called on the wire: `<run>-<step>-<attempt>`, the run's UUID and two numbers.
struct TaskName: Hashable, Sendable {
    let run: RunID
    let step: Int
    let attempt: Int

    var text: String { "\(run.text)-\(step)-\(attempt)" }

    init(run: RunID, step: Int, attempt: Int) {
        self.run = run
        self.step = step
        self.attempt = attempt
    }

    /// Nil for anything that `text` does not write.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 7, let run = RunID(String(text.prefix(36))),
            let step = Self.number(parts[5]), let attempt = Self.number(parts[6])
        else { return nil }
        self.init(run: run, step: step, attempt: attempt)
    }

    private static func number(_ digits: Substring.UTF8View.SubSequence) -> Int? {
        guard (1...6).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 48)
        }
        return value
    }
}
