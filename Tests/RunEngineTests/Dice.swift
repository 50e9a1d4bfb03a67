/// Chance that can be played again: the same seed rolls the same.
struct Dice {
    private var rolled: UInt64

    init(seed: UInt64) { rolled = seed << 32 }

    /// A number from 0 up to below the bound.
    mutating func roll(_ bound: Int) -> Int {
        rolled += 1
        return Int(mixed(rolled) % UInt64(bound))
    }

    /// True that often of a hundred times.
    mutating func chance(_ percent: Int) -> Bool { roll(100) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[roll(elements.count)]
    }
}

extension Dice {
    /// The native form of some workflow: up to six steps of every kind, needs among them, limits,
    /// retries, up to two cleanup steps.
    mutating func workflow(named name: String) -> String {
        var steps: [String] = []
        for index in 0..<(1 + roll(6)) { steps.append(step("s\(index)", after: index, "s")) }
        var cleanup: [String] = []
        for index in 0..<roll(3) { cleanup.append(step("c\(index)", after: index, "c")) }
        let grace = chance(50) ? #""grace_s": \#(roll(20)),"# : ""
        let timeout = chance(25) ? #""timeout_s": \#(20 + roll(100)),"# : ""
        return """
            {"name": "\(name)", \(grace) \(timeout) "steps": [\(steps.joined(separator: ","))],
             "cleanup": [\(cleanup.joined(separator: ","))]}
            """
    }

    private mutating func step(_ name: String, after count: Int, _ prefix: String) -> String {
        var parts = [#""name": "\#(name)""#]
        switch roll(10) {
        case 0..<6:
            parts.append(#""queue": "q\#(roll(2))""#)
            if chance(20) { parts.append(#""timeout_s": \#(5 + roll(25))"#) }
            if chance(40) {
                let (attempts, delay) = (1 + roll(3), roll(5))
                parts.append(
                    #""retry": {"max_attempts": \#(attempts), "backoff_s": \#(delay)}"#)
            }
        case 6..<8: parts.append(#""sleep_s": \#(roll(20))"#)
        default: parts.append(#""approval": "?""#)
        }
        var needs: [String] = []
        for index in 0..<count where chance(30) { needs.append("\"\(prefix)\(index)\"") }
        parts.append(#""needs": [\#(needs.joined(separator: ","))]"#)
        return "{\(parts.joined(separator: ", "))}"
    }
}
