import Runs

/// A worker asks for work.
package struct ClaimRequest: Sendable {
    /// The worker's name, 1 to 255 bytes.
    package var worker: String
    /// 1 to 64 names of queues.
    package var queues: [String]
    /// 1 to 100 tasks.
    package var max = 1
    /// How long to wait while there is nothing, 0 to 30,000.
    package var waitMilliseconds: Int64 = 0

    package init(worker: String, queues: [String]) {
        self.worker = worker
        self.queues = queues
    }
}

/// An attempt in the hand of a worker.
package struct ClaimedTask: Sendable {
    /// `<run>-<step>-<attempt>`: the run's UUID and two numbers.
    package let task: String
    package let run: RunID
    package let step: StepDefinition
    package let queue: String
    /// 1, 2, 3, ...
    package let attempt: Int
    /// The run's input, JSON text.
    package let input: String
    package let lease: Lease
    /// When the attempt's time is over; nil for no limit.
    package let timeoutAt: Timestamp?
    /// Milliseconds that a told worker has.
    package let graceMilliseconds: Int64
}

/// The right to report on an attempt.
package struct Lease: Sendable {
    /// The fencing token: 32 hexadecimal digits, shown once and stored hashed.
    package let token: String
    package let expiresAt: Timestamp
    /// How often to send a heartbeat.
    package let heartbeatMilliseconds: Int64
}

/// What a worker says of an attempt.
package enum TaskReport: Sendable {
    /// `progress`: JSON text or nil; kept with the newest heartbeat.
    case heartbeat(progress: String?)
    /// `output`: JSON text or nil.
    case complete(output: String?)
    case fail(error: String, isRetryable: Bool)
    /// The worker acknowledges a stop.
    case stopped
    /// The built-in worker hands the attempt back, uncounted, because the server drains.
    case release
    /// The built-in worker lost the process.
    case lost
}

/// What the engine answers a worker.
package struct TaskAnswer: Sendable {
    /// Whether a result came after its step was told to stop: it was dropped and counts as the
    /// acknowledgement. Answered 409 `run_stopping`, and yet committed.
    package let isRefused: Bool
    package let runState: RunState
    package let stepState: StepState
    /// Nil when the attempt is not in hand any more.
    package let leaseExpiresAt: Timestamp?
    /// When set, the worker has to stop this attempt by `stopBy`.
    package let stop: Stop?
    /// Whether the worker was told to stop (also when a run fails, without any stop).
    package let isTold: Bool
    package let stopBy: Timestamp?
    package let isPaused: Bool
}
