import Testing

@Suite("By chance")
struct SimulationTests {
    /// Operations for each seed.
    static let steps = 400

    @Test(
        "Whatever people, workers and time do, every promise holds",
        arguments: 1...4 as ClosedRange<UInt64>)
    func simulation(_ seed: UInt64) async throws {
        var simulation = try Simulation(seed: seed)
        for _ in 0..<Self.steps where simulation.faults.isEmpty { try await simulation.step() }
        if simulation.faults.isEmpty { try await simulation.finish() }
        guard !simulation.faults.isEmpty else { return }
        let trail = simulation.trail.suffix(40).joined(separator: "\n")
        let faults = simulation.faults.prefix(5).joined(separator: "\n")
        Issue.record("seed \(seed):\n\(faults)\nlast of what was done:\n\(trail)")
    }
}
