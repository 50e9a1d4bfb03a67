import Runs
import Testing

@testable import RunEngine

@Suite("The graph of steps")
struct GraphTests {
    /// a and b side by side; c after both; d after a alone.
    private static let diamond = """
        {"name": "w", "steps": [
            {"name": "c", "queue": "c", "needs": ["a", "b"]}, {"name": "a", "queue": "a"},
            {"name": "b", "queue": "b"}, {"name": "d", "queue": "d", "needs": ["a"]}]}
        """

    @Test("A step begins when all it needs has succeeded, and not before")
    func needs() async throws {
        let stage = try Stage()
        try await stage.workflow(Self.diamond)
        let run = try await stage.start("w").id
        #expect(try stage.steps(run) == ["pending", "queued", "queued", "pending"])
        try await stage.complete(try await stage.claimOne("a"))
        #expect(try stage.steps(run) == ["pending", "succeeded", "queued", "queued"])
        try await stage.complete(try await stage.claimOne("d"))
        #expect(try stage.state(run) == .running)
        try await stage.complete(try await stage.claimOne("b"))
        #expect(try stage.steps(run) == ["queued", "succeeded", "succeeded", "succeeded"])
        try await stage.drain("c")
        #expect(try stage.state(run) == .succeeded)
    }

    @Test("A failure ends what has not begun and tells what runs")
    func failure() async throws {
        let stage = try Stage()
        try await stage.workflow(Self.diamond)
        let run = try await stage.start("w").id
        let other = try await stage.claimOne("b")
        try await stage.fail(try await stage.claimOne("a"))
        let steps = ["cancelled/unstarted", "failed", "running+told", "cancelled/unstarted"]
        #expect(try stage.steps(run) == steps && stage.state(run) == .failing)
        #expect(try await stage.complete(other).isRefused)
        #expect(try stage.state(run) == .failed)
    }

    /// The outputs of steps a and b, and what the run's is.
    @Test(
        "A run's output is its last step's; of several, an object",
        arguments: [
            (["1", "2"], #"{"a":1,"b":2}"#),
            (["{\"x\": [1, 2.50]}", nil], #"{"a":{"x": [1, 2.50]}}"#),
            ([nil, nil], nil),
        ] as [([String?], String?)])
    func outputs(_ row: (outputs: [String?], expected: String?)) async throws {
        let stage = try Stage()
        try await stage.workflow(Shape.pair)
        let run = try await stage.start("pair").id
        for output in row.outputs {
            try await stage.complete(try await stage.claimOne(), output: output)
        }
        #expect(try stage.details(run).data.output == row.expected)
    }

    @Test func lastOutput() async throws {
        let stage = try Stage()
        try await stage.workflow(
            """
            {"name": "w", "steps": [{"name": "a", "queue": "q"},
                {"name": "b", "queue": "q", "needs": ["a"]}]}
            """)
        let run = try await stage.start("w").id
        for output in ["1", "[2.0]"] {
            try await stage.complete(try await stage.claimOne(), output: output)
        }
        #expect(try stage.details(run).data.output == "[2.0]")
    }

    @Test("Many steps at once, and a long chain of timers without length")
    func large() async throws {
        let stage = try Stage()
        let wide = (0..<500).map { #"{"name": "s\#($0)", "queue": "q"}"# }
        let long = (0..<500).map { index in
            let needs = index == 0 ? "" : #", "needs": ["s\#(index - 1)"]"#
            return #"{"name": "s\#(index)", "sleep_s": 0\#(needs)}"#
        }
        for (name, steps) in [("wide", wide), ("long", long)] {
            let list = steps.joined(separator: ",")
            try await stage.workflow(#"{"name": "\#(name)", "steps": [\#(list)]}"#)
        }
        let chain = try await stage.start("long").id
        stage.tick()
        #expect(try stage.state(chain) == .succeeded)
        let run = try await stage.start("wide").id
        let tasks = try await stage.claim(max: 100)
        #expect(tasks.map(\.step.name) == (0..<100).map { "s\($0)" })
        let seen = try await stage.send(.cancel, to: run)
        #expect(seen.run.steps.filter { $0.how == .unstarted }.count == 400)
        for task in tasks { try await stage.report(.stopped, task) }
        #expect(try stage.state(run) == .cancelled)
        #expect(stage.causes.all == [])
    }
}
