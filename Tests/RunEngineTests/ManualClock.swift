import Runs
import Synchronization

/// Time that only moves when a test says so, and chance that is the same every time.
final class ManualClock: Sendable {
    private struct Hands {
        var wall: Int64 = 1_767_323_045_000
        var monotonic: Int64 = 1_000
        var drawn: UInt64 = 0
        var readings = 0
    }

    private let hands: Mutex<Hands>

    /// - Parameter seed: of the chance; clocks of one seed draw the same.
    init(seed: UInt64 = 0) {
        hands = Mutex(Hands(drawn: seed << 32))
    }

    var now: Timestamp { Timestamp(milliseconds: hands.withLock { $0.wall }) }

    /// How often the engine has asked for the time.
    var readings: Int { hands.withLock { $0.readings } }

    /// Lets both clocks go on.
    func advance(_ milliseconds: Int64) {
        hands.withLock {
            $0.wall += milliseconds
            $0.monotonic += milliseconds
        }
    }

    /// Sets the wall clock forth or back; the monotonic one does not notice.
    func jump(_ milliseconds: Int64) {
        hands.withLock { $0.wall += milliseconds }
    }

    var environment: Environment {
        Environment(
            now: { [self] in
                hands.withLock { $0.readings += 1 }
                return now
            },
            monotonicMilliseconds: { [self] in hands.withLock { $0.monotonic } },
            random: { [self] count in (0..<count).map { _ in draw() } })
    }

    private func draw() -> UInt8 {
        hands.withLock { hands in
            hands.drawn += 1
            return UInt8(truncatingIfNeeded: mixed(hands.drawn) >> 32)
        }
    }
}

/// The output function of SplitMix64: every counter gives another, well spread number.
func mixed(_ counter: UInt64) -> UInt64 {
    var value = counter &* 0x9e37_79b9_7f4a_7c15
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
}
