import Glibc
import Runs

/// The signals that end the server, taken by one thread that waits for them. Nothing runs in a
/// signal handler.
struct StopSignals {
    private var set = sigset_t()

    /// To be made before any other thread, which then inherits the mask. A write to a closed
    /// socket is an error, not a signal, from here on (reliability N1).
    init() {
        signal(SIGPIPE, SIG_IGN)
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for the next of them.
    /// - Parameter deadline: in monotonic milliseconds; without one it waits for ever.
    /// - Returns: nil when none came by then.
    func next(by deadline: Int64? = nil) -> Int32? {
        var set = set
        while true {
            let number: Int32
            if let deadline {
                let rest = max(0, deadline - Environment.live.monotonicMilliseconds())
                var time = timespec(
                    tv_sec: Int(rest / 1000), tv_nsec: Int(rest % 1000) * 1_000_000)
                number = sigtimedwait(&set, nil, &time)
            } else {
                number = sigwaitinfo(&set, nil)
            }
            if number > 0 { return number }
            if errno != EINTR { return nil }
        }
    }

    /// Waits for the next that ends the server: a SIGHUP changes nothing.
    func nextEnd(by deadline: Int64) -> Int32? {
        while let number = next(by: deadline) {
            if number != SIGHUP { return number }
        }
        return nil
    }
}
