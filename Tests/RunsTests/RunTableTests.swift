import Runs
import Testing

/// decisions.md, section 1, cell by cell. `=` a repeat, `–` refused.
private let golden = """
    on | queued | running | waiting | paused | failing | stopping | succeeded | failed | cancelled
    start | running | = | – | – | – | – | – | – | –
    wait | waiting | waiting | = | – | – | – | – | – | –
    proceed | – | = | running | – | – | – | – | – | –
    pause | paused | paused | paused | = | – | – | – | – | –
    resume | = | = | = | running | – | – | – | – | –
    succeed | succeeded | succeeded | succeeded | succeeded | – | – | – | – | –
    fail | failing | failing | failing | failing | = | – | – | – | –
    cancel | stopping | stopping | stopping | stopping | stopping | = | – | – | =
    terminate | cancelled | cancelled | cancelled | cancelled | cancelled | cancelled | – | – | =
    settle | – | – | – | – | failed | cancelled | – | – | –
    expire | – | – | – | – | failed | cancelled | – | – | –
    delete | gone | gone | gone | gone | gone | gone | gone | gone | gone
    """

@Suite("The life of a run")
struct RunTableTests {
    private static let rows = golden.split(separator: "\n").map { line in
        line.split(separator: "|").map { $0.filter { $0 != " " } }
    }

    @Test func everyCell() throws {
        let states = try Self.rows[0].dropFirst().map { try #require(RunState(rawValue: $0)) }
        #expect(states == RunState.allCases)
        #expect(Self.rows.dropFirst().map(\.[0]) == Signal.allCases.map(\.rawValue))
        for row in Self.rows.dropFirst() {
            let signal = try #require(Signal(rawValue: row[0]))
            #expect(row.count == states.count + 1)
            for (state, cell) in zip(states, row.dropFirst()) {
                #expect(shown(state.after(signal), from: state) == cell, "\(state) + \(signal)")
                #expect(state.takes(signal) == (cell != "–"))
                #expect(state.repeats(signal) == (cell == "="))
            }
        }
    }

    private func shown(_ transition: Transition?, from state: RunState) -> String {
        switch transition {
        case nil: "–"
        case .gone: "gone"
        case .to(state): "="
        case .to(let other): other.rawValue
        }
    }

    @Test func derivedSets() {
        #expect(RunState.ended == [.succeeded, .failed, .cancelled])
        for state in RunState.allCases {
            #expect(state.hasEnded == [.succeeded, .failed, .cancelled].contains(state))
            #expect(state.isWindingDown == [.failing, .stopping].contains(state))
            #expect(state.awaitsStart == (state == .queued))
        }
    }

    @Test func roles() {
        let golden: [Role: [Right]] = [
            .owner: [.read, .operate, .work, .configure, .keys],
            .admin: [.read, .operate, .work, .configure, .keys],
            .operator: [.read, .operate, .work], .worker: [.work], .viewer: [.read],
        ]
        for role in Role.allCases {
            for right in Right.allCases {
                #expect(role.grants(right) == (golden[role]?.contains(right) ?? false))
            }
        }
    }
}
