import Glibc

/// Time, identifiers and chance, injected so that a test can drive all three.
package struct Environment: Sendable {
    /// The wall clock.
    package var now: @Sendable () -> Timestamp
    /// Milliseconds of a clock that never goes back; its zero means nothing.
    package var monotonicMilliseconds: @Sendable () -> Int64
    /// So many bytes nobody can guess.
    package var random: @Sendable (_ count: Int) -> [UInt8]

    package init(
        now: @escaping @Sendable () -> Timestamp,
        monotonicMilliseconds: @escaping @Sendable () -> Int64,
        random: @escaping @Sendable (_ count: Int) -> [UInt8]
    ) {
        self.now = now
        self.monotonicMilliseconds = monotonicMilliseconds
        self.random = random
    }

    /// A new UUIDv7: 48 bits of milliseconds, then chance.
    /// - Source: RFC 9562, section 5.7.
    package func newIdentifier<Named>() -> Identifier<Named> {
        let chance = Identifier<Named>(bytes: random(16)) ?? Identifier(high: 0, low: 0)
        let milliseconds = UInt64(max(0, now().milliseconds))
        return Identifier(
            high: milliseconds << 16 | 0x7000 | chance.high & 0x0fff,
            low: 0x8000_0000_0000_0000 | chance.low & 0x3fff_ffff_ffff_ffff)
    }
}

extension Environment {
    /// The machine's clocks and its CSPRNG.
    package static let live = Environment(
        now: {
            let (seconds, nanoseconds) = read(CLOCK_REALTIME)
            return Timestamp(milliseconds: seconds * 1000 + nanoseconds / 1_000_000)
        },
        monotonicMilliseconds: {
            let (seconds, nanoseconds) = read(CLOCK_MONOTONIC)
            return seconds * 1000 + nanoseconds / 1_000_000
        },
        random: { count in
            var generator = SystemRandomNumberGenerator()
            return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        })

    private static func read(_ clock: clockid_t) -> (seconds: Int64, nanoseconds: Int64) {
        var time = timespec()
        clock_gettime(clock, &time)
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }
}
