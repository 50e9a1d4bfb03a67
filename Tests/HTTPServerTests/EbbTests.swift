import Testing

@testable import HTTPServer

struct EbbTests {
    /// Counts of connections, one after the other, and how often memory is given back for them.
    @Test(arguments: [
        ([0, Ebb.floodMin - 1, 0], 0),
        ([0, Ebb.floodMin, 0], 1),
        ([0, Ebb.floodMin, Ebb.floodMin / 4 + 1, Ebb.floodMin], 0),
        ([0, 1000, 250, 249, 100, 0], 1),
        ([0, 1000, 0, 1000, 0], 2),
        ([0, 1000, 250, 499, 0], 1),
    ])
    func ebbs(_ counts: [Int], _ times: Int) {
        var ebb = Ebb()
        var given = 0
        for (before, after) in zip(counts, counts.dropFirst()) {
            for count in stride(from: before, to: after, by: after > before ? 1 : -1) {
                if after > before {
                    ebb.rise(to: count + 1)
                } else if ebb.fall(to: count - 1) {
                    given += 1
                }
            }
        }
        #expect(given == times)
    }
}
