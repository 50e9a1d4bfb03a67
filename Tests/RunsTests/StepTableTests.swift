import Runs
import Testing

@Suite("The life of a step")
struct StepTableTests {
    /// decisions.md, section 1, "Steps and attempts", with the acknowledgement of a stop and the
    /// return of an attempt at a drain, which that page tells in words. Several results in a cell
    /// are told apart by what the step does.
    static let golden = """
        signal | pending | queued | running | waiting | succeeded | failed | cancelled
        unblock | queued waiting running | – | – | – | – | – | –
        begin | – | running | – | – | – | – | –
        complete | – | – | succeeded | – | – | – | –
        retry | – | – | queued | – | – | – | –
        fail | – | – | failed | – | – | – | –
        approve | – | – | – | succeeded | – | – | –
        reject | – | – | – | failed | – | – | –
        acknowledge | – | – | cancelled | – | – | – | –
        release | – | – | queued | – | – | – | –
        stop | cancelled | cancelled | running cancelled | cancelled | – | – | –
        cut | cancelled | cancelled | cancelled | cancelled | – | – | –
        """

    private static let rows = golden.split(separator: "\n").map { line in
        line.split(separator: "|").map { cell in cell.split(separator: " ").map(String.init) }
    }

    @Test func everyCell() throws {
        let states = try Self.rows[0].dropFirst().map { try #require(StepState(rawValue: $0[0])) }
        #expect(states == StepState.allCases)
        #expect(Self.rows.dropFirst().map { $0[0][0] } == StepSignal.allCases.map(\.rawValue))
        for row in Self.rows.dropFirst() {
            let signal = try #require(StepSignal(rawValue: row[0][0]))
            for (state, cell) in zip(states, row.dropFirst()) {
                let targets = Set(cell.compactMap(StepState.init(rawValue:)))
                #expect(state.takes(signal) == !targets.isEmpty, "\(state) + \(signal)")
                for target in StepState.allCases {
                    #expect(
                        state.leads(to: target, by: signal) == targets.contains(target),
                        "\(state) + \(signal) -> \(target)")
                }
            }
        }
    }

    @Test func derivedSets() {
        for state in StepState.allCases {
            #expect(state.hasEnded == [.succeeded, .failed, .cancelled].contains(state))
        }
        #expect(How.allCases.sorted() == [.unstarted, .clean, .forced, .lost])
    }
}
