/// What can be named and not found.
package enum Thing: String, CaseIterable, Sendable {
    case run, workflow, task, key, workspace
}

/// Why the engine did not do what it was asked. Nothing changed when one is thrown.
package enum RunError: Error, Hashable, Sendable {
    /// Names nothing that this caller may see.
    case notFound(Thing)
    /// Kubiya's terminate only: the run is another organization's.
    case otherOrganization
    /// The run's table refuses the signal.
    case illegal(Signal, in: RunState)
    /// The step's table refuses the signal: there is nothing to approve or to acknowledge.
    case illegalStep(StepSignal)
    /// A value is out of its range; `field` is a JSON pointer without the first slash, or a name.
    case invalid(field: String, reason: String)
    /// The id or the name is taken, or was deleted.
    case conflict(Thing)
    /// The attempt is not in hand under this token.
    case leaseLost
    /// The last instance key in force: without one nobody could make keys any more.
    case lastInstanceKey
    /// The Idempotency-Key was used for another request.
    case keyReused
    /// A limit of the workspace or of the run is met; the name of the limit.
    case limit(String)
    /// The writer's queue is full, or the work waited too long.
    case overloaded
    /// The disk is full.
    case storageFull
    /// Storage does not answer, or the server drains.
    case unavailable
    /// Our fault; the cause is in the log.
    case internalFailure
}
