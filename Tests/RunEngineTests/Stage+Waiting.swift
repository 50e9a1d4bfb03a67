import Testing

@testable import RunEngine

/// Calls that wait: a test sees that they do without sleeping itself.
extension Stage {
    /// Whether a call waits in the engine's room right now.
    var someoneWaits: Bool { engine.hub.waiting > 0 }

    /// Lets others go on until a call waits.
    func untilSomeoneWaits(_ location: SourceLocation = #_sourceLocation) async {
        await until("somebody waits", location) { someoneWaits }
    }

    /// Lets others go on until so many calls wait.
    func untilWaiting(_ count: Int, _ location: SourceLocation = #_sourceLocation) async {
        await until("\(count) wait", location) { engine.hub.waiting == count }
    }

    /// Lets others go on until workers hold so many tasks.
    func untilHeld(_ count: Int, _ location: SourceLocation = #_sourceLocation) async {
        await until("\(count) are held", location) {
            let held = try? engine.read { snapshot in
                try (0..<100).reduce(0) { try $0 + snapshot.heldTasks(worker: "w\($1)").count }
            }
            return held == count
        }
    }

    private func until(
        _ what: String, _ location: SourceLocation, _ isSo: () -> Bool
    ) async {
        let end = ContinuousClock.now + .seconds(60)
        while !isSo() {
            guard ContinuousClock.now < end else {
                Issue.record("not: \(what)", sourceLocation: location)
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
