import Glibc

/// The system's clocks, read here only. Deadlines go by the monotonic one, which nobody sets.
enum Clock {
    /// Milliseconds since some moment in the past.
    static func monotonicMilliseconds() -> Int64 { milliseconds(CLOCK_MONOTONIC) }

    /// Milliseconds since 1970; for the Date field only.
    static func wallMilliseconds() -> Int64 { milliseconds(CLOCK_REALTIME) }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
