import Testing

@testable import RunEngine

/// Calls that wait: a test sees that they do without sleeping itself.
extension Stage {
    /// Whether a call waits in the engine's room right now.
    var someoneWaits: Bool { engine.hub.wakeDue(by: .min) != nil }

    /// Lets others go on until a call waits.
    func untilSomeoneWaits(_ location: SourceLocation = #_sourceLocation) async {
        let end = ContinuousClock.now + .seconds(60)
        while !someoneWaits {
            guard ContinuousClock.now < end else {
                Issue.record("nobody waits", sourceLocation: location)
                return
            }
            await Task.yield()
        }
    }

    /// Who waited has been woken; if not, the test fails and its time is let run out.
    func expectNobodyWaits(_ location: SourceLocation = #_sourceLocation) {
        guard someoneWaits else { return }
        Issue.record("was not woken", sourceLocation: location)
        tick(after: 3_600_000)
    }
}
