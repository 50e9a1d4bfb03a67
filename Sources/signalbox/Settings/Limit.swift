/// One limit of the server: what `--limit NAME=VALUE` sets.
struct Limit: Sendable {
    let name: String
    /// Of its value: `seconds`, `bytes`, `connections`.
    let unit: String
    let standard: Int64
    let range: ClosedRange<Int64>
    let help: String
    let set: @Sendable (inout ServeLimits, Int64) -> Void
}

extension Limit {
    static let all: [Limit] = []
}

/// The limits of the server and of the engine.
struct ServeLimits: Sendable {
    /// - Throws: status 78 for limits that contradict each other.
    func check() throws(Exit) {}
}
