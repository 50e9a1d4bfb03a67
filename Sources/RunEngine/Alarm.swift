import Dispatch
import Runs
import Synchronization

/// What the clock's thread sleeps on: anyone may ask it to look earlier than it meant to.
final class Alarm: Sendable {
    private struct Setting {
        /// The earliest moment asked for since the last look began.
        var earliest = Int64.max
        /// Until when the thread sleeps; nil while it is awake.
        var asleepUntil: Int64?
    }

    private let setting = Mutex(Setting())
    private let bell = DispatchSemaphore(value: 0)
    private let environment: Environment

    init(environment: Environment) {
        self.environment = environment
    }

    /// Asks for a look at a moment of the wall clock.
    func set(at moment: Timestamp) {
        let ahead = moment.milliseconds.subtractingReportingOverflow(environment.now().milliseconds)
        set(in: ahead.overflow ? .max : ahead.partialValue)
    }

    /// Asks for a look at a moment of the monotonic clock.
    func set(atMonotonic moment: Int64) {
        let ring = setting.withLock { setting in
            setting.earliest = min(setting.earliest, moment)
            guard let until = setting.asleepUntil, moment < until else { return false }
            setting.asleepUntil = moment
            return true
        }
        if ring { bell.signal() }
    }

    private func set(in milliseconds: Int64) {
        let now = environment.monotonicMilliseconds()
        let (moment, overflow) = now.addingReportingOverflow(max(0, milliseconds))
        set(atMonotonic: overflow ? .max : moment)
    }

    /// Forgets what was asked for: the thread looks now.
    func beginLook() {
        setting.withLock { $0.earliest = .max }
    }

    /// Sleeps until a moment of the monotonic clock, or an earlier one that was or is asked for.
    func sleep(until moment: Int64) {
        let until = setting.withLock { setting in
            let until = min(moment, setting.earliest)
            setting.asleepUntil = until
            return until
        }
        let milliseconds = until - environment.monotonicMilliseconds()
        if milliseconds > 0 {
            _ = bell.wait(timeout: .now() + .milliseconds(Int(min(milliseconds, 3_600_000))))
        }
        setting.withLock { $0.asleepUntil = nil }
    }
}
