import HTTPServer
import Testing

@Suite struct CapacityTests {
    /// - 10,000 connections and 2,000 strangers are asked for where nothing else is said.
    @Test(
        "122: no more connections than there are descriptors for, with room for those we know",
        arguments: [
            (descriptors: 1_048_576, strangersMax: 2_000, connections: 10_000, strangers: 2_000),
            (descriptors: 20_000, strangersMax: 10_000, connections: 10_000, strangers: 10_000),
            (descriptors: 4_200, strangersMax: 2_000, connections: 4_000, strangers: 2_000),
            (descriptors: 1_224, strangersMax: 2_000, connections: 1_024, strangers: 768),
            (descriptors: 300, strangersMax: 2_000, connections: 150, strangers: 113),
            (descriptors: 2, strangersMax: 2_000, connections: 1, strangers: 1),
        ])
    func room(descriptors: Int, strangersMax: Int, connections: Int, strangers: Int) {
        var limits = Server.Limits()
        limits.strangersMax = strangersMax
        let capacity = Server.Capacity(limits, descriptors: descriptors)
        #expect(capacity.connections == connections && capacity.strangers == strangers)
    }
}
