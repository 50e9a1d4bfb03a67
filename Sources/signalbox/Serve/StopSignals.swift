import Glibc

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
    /// - Returns: nil when none came within the time.
    func next(withinSeconds seconds: Int? = nil) -> Int32? {
        var set = set
        while true {
            let number: Int32
            if let seconds {
                var time = timespec(tv_sec: seconds, tv_nsec: 0)
                number = sigtimedwait(&set, nil, &time)
            } else {
                number = sigwaitinfo(&set, nil)
            }
            if number > 0 { return number }
            if errno != EINTR { return nil }
        }
    }
}
