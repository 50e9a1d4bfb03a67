import Glibc

/// The processes of one command: a group of its own, led by the process that was started. A process
/// that leaves the group (`setsid`) is not reached by it, and found after a restart only.
///
/// The leader is reaped last. Until then its number, which is the group's too, cannot come to mean
/// other processes, so a signal never goes astray.
struct ProcessGroup: Hashable, Sendable {
    let leader: pid_t

    func send(_ signal: Int32) { kill(-leader, signal) }

    /// Asks every process to end; one that was halted has to go on to hear it.
    func askToEnd() {
        send(SIGTERM)
        send(SIGCONT)
    }

    /// Whether the leader has ended; it is left to be reaped.
    var leaderHasEnded: Bool {
        var found = siginfo_t()
        let status = waitid(P_PID, id_t(leader), &found, WEXITED | WNOHANG | WNOWAIT)
        // Nothing to wait for (ECHILD) must not be waited for.
        return status != 0 || found.si_signo == SIGCHLD
    }

    /// Whether any process of the group still runs. One that has ended counts as gone also when its
    /// parent never reaps it, so this reads /proc: `kill(-group, 0)` would find it for ever.
    var isAlive: Bool {
        ProcessTable.numbers().contains { number in
            guard let status = ProcessTable.status(of: number) else { return false }
            return status.group == leader && !status.hasEnded
        }
    }

    /// Reaps the leader, which has ended.
    func reap() -> Ending {
        var status: Int32 = 0
        while waitpid(leader, &status, 0) < 0 {
            guard errno == EINTR else { return .unknown }
        }
        let signal = status & 0x7f
        return signal == 0 ? .exit(status: status >> 8 & 0xff) : .signal(signal)
    }
}

/// How a process ended.
enum Ending: Hashable, Sendable {
    case exit(status: Int32)
    case signal(Int32)
    /// Somebody else reaped it.
    case unknown

    /// What a failed attempt says of it.
    var text: String {
        switch self {
        case .exit(let status): "exit status \(status)"
        case .signal(let number): "ended by \(Self.signalName(number))"
        case .unknown: "ended in an unknown way"
        }
    }

    private static func signalName(_ number: Int32) -> String {
        let names: [Int32: String] = [
            SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL",
            SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE",
            SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM",
            SIGTERM: "SIGTERM", SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2", SIGXCPU: "SIGXCPU",
            SIGXFSZ: "SIGXFSZ", SIGSYS: "SIGSYS",
        ]
        return names[number] ?? "signal \(number)"
    }
}
