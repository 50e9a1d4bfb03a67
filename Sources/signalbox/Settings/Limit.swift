import Dialect
import HTTPServer
import RunEngine

/// One limit of the server: what `--limit NAME=VALUE` sets.
struct Limit: Sendable {
    enum Unit: String, Sendable {
        /// Written with a fraction where wanted, kept in milliseconds.
        case seconds
        case bytes
        case count
    }

    /// Ends in `_s` for seconds and in `_bytes` for bytes; all else is counted.
    let name: String
    /// In milliseconds where the unit is seconds, as are all values here.
    let range: ClosedRange<Int64>
    let help: String
    let get: @Sendable (ServeLimits) -> Int64
    let set: @Sendable (inout ServeLimits, Int64) -> Void

    var unit: Unit { name.hasSuffix("_s") ? .seconds : name.hasSuffix("_bytes") ? .bytes : .count }

    /// Reads a value as it is written in the settings.
    /// - Throws: what it should have been.
    func value(_ text: String) throws(Malformed) -> Int64 {
        let number = unit == .seconds ? milliseconds(text) : wholeNumber(text)
        guard let number, range.contains(number) else {
            throw Malformed(
                "\(name) from \(written(range.lowerBound)) to \(written(range.upperBound)) "
                    + unit.rawValue)
        }
        return number
    }

    /// A value as a person would write it: `60`, `0.5`.
    func written(_ value: Int64) -> String {
        guard unit == .seconds else { return String(value) }
        let (seconds, rest) = value.quotientAndRemainder(dividingBy: 1000)
        if rest == 0 { return String(seconds) }
        var digits = String(repeating: "0", count: 3 - String(rest).utf8.count) + String(rest)
        while digits.last == "0" { digits.removeLast() }
        return "\(seconds).\(digits)"
    }

    var standard: String { written(get(ServeLimits())) }
}

/// The limits of the server and of the engine.
struct ServeLimits: Sendable {
    var server = Server.Limits()
    var engine = EngineLimits()
    var streams = KeyCensus.Limits.streams
    var waiters = KeyCensus.Limits.waiters

    /// - Throws: status 78 for limits that contradict each other.
    func check() throws(Exit) {
        if engine.heartbeatMilliseconds >= engine.leaseMilliseconds {
            throw Exit(.configuration, "--limit: heartbeat_s has to be less than lease_s")
        }
    }
}
