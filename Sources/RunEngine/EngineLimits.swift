/// The numbers of the engine, each settable by `--limit NAME=VALUE`.
/// - Source: decisions.md, section 4; reliability.md, sections 4 and 7.
package struct EngineLimits: Sendable {
    /// Grace when neither request, run nor workflow says; 0 to 3,600,000.
    package var graceMilliseconds: Int64 = 10_000
    /// How long a worker may be silent.
    package var leaseMilliseconds: Int64 = 60_000
    /// How often workers are told to send a heartbeat.
    package var heartbeatMilliseconds: Int64 = 3_000
    /// How often leases that are over are looked for.
    package var rescueMilliseconds: Int64 = 2_000
    /// How often a step is queued again after its worker was lost.
    package var lossesMax = 3
    /// How long an Idempotency-Key is remembered.
    package var idempotencyMilliseconds: Int64 = 24 * 3_600_000
    /// Runs of a workspace that have not started.
    package var queuedRunsMax = 100_000
    /// Events of a run; above it progress is not logged any more, all else is.
    package var eventsMax: Int64 = 50_000
    /// Bytes of a name, a reason, an error, a label.
    package var textBytesMax = 65_536
    /// Bytes of a step's error that stay with the run; the whole text is in the event.
    package var stepErrorBytesMax = 1_024
    /// Bytes of inputs and outputs that one page of a list is made from.
    package var pageBytesMax = 32 << 20
    /// Bytes of workflow documents that are remembered.
    package var definitionBytesMax = 16 << 20
    /// How long a claim or another wait goes on before its key is looked at again.
    package var recheckMilliseconds: Int64 = 15_000
    /// Labels of a run.
    package var labelsMax = 64
    /// Claims that wait, of one worker.
    package var pollsMax = 1
    /// Claims and waits of all callers together.
    package var waitersMax = 10_000

    package init() {}
}
