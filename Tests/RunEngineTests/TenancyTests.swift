import RunStore
import Runs
import Testing

@testable import RunEngine

@Suite("Nobody reaches what is not theirs")
struct TenancyTests {
    @Test("Another workspace's run does not exist", arguments: ["default", "other"])
    func runs(_ organization: String) async throws {
        let stage = try Stage()
        let stranger = try await stage.caller(organization: organization, workspace: "second")
        let given = try await stage.given(.running)
        let details = try stage.details(given.run)
        let recorded = try await stage.kinds(given.run)
        let address = RunAddress(.id(given.run))
        let range = RunAddress(.range(given.run...given.run))
        for address in [address, range, RunAddress(.alias("none"))] {
            let seen = await refusal { try stage.engine.details(address, stranger) }
            #expect(seen == .notFound(.run))
        }
        for signal in [Signal.pause, .resume, .cancel, .terminate, .delete] {
            let refused = await refusal {
                try await stage.send(signal, to: given.run, as: stranger)
            }
            #expect(refused == .notFound(.run))
        }
        let refusals = [
            await refusal { try stage.engine.receipt(.id(given.run), stranger) },
            await refusal {
                try await stage.engine.events(.id(given.run), after: 0, limit: 9, stranger)
            },
            await refusal {
                try await stage.engine.decide(
                    address, step: nil, isApproved: true, stage.call(stranger)
                ) { _ in Reply(status: 200, body: []) }
            },
            await refusal {
                try await stage.engine.annotate(address, "{}", stage.call(stranger)) { _ in
                    Reply(status: 200, body: [])
                }
            },
        ]
        #expect(refusals.allSatisfy { $0 == .notFound(.run) })
        #expect(try stage.run(given.run).updatedAt == details.run.updatedAt)
        #expect(try await stage.kinds(given.run) == recorded)
    }

    @Test(
        "Nor do its tasks, its workflows, its names, its numbers", arguments: ["default", "other"])
    func rest(_ organization: String) async throws {
        let stage = try Stage()
        let stranger = try await stage.caller(organization: organization, workspace: "second")
        let given = try await stage.given(.running)
        #expect(try await stage.claim(max: 9, as: stranger).isEmpty)
        for report in ReportTests.all {
            let refused = await refusal {
                try await stage.report(report, given.held[0], as: stranger)
            }
            #expect(refused == .notFound(.task))
        }
        let id = try stage.details(given.run).workflow.id
        for name in [WorkflowName.id(id), .range(id...id), .name("pair")] {
            let seen = await refusal { try stage.engine.workflow(name, stranger) }
            #expect(seen == .notFound(.workflow))
            let started = await refusal {
                try await stage.start(
                    StartRequest(plan: .workflow(name), input: "{}"), as: stranger)
            }
            #expect(started == .notFound(.workflow))
        }
        let page = try await stage.engine.workflows(
            limit: 9, offset: 0, cursor: nil, stage.call(stranger))
        #expect(page.workflows.isEmpty && page.total == 0)
        var query = RunQuery()
        query.wantsTotal = true
        let runs = try await stage.engine.runs(query, stage.call(stranger))
        #expect(runs.runs.isEmpty && runs.total == 0)
        // The same names and the same id are free there.
        try await stage.workflow(Shape.pair, as: stranger)
        let same = try await stage.start("pair", as: stranger) { $0.id = given.run }
        #expect(same.id == given.run)
        try await stage.send(.delete, to: given.run, as: stranger)
        #expect(try stage.state(given.run) == .running)
    }

    @Test("A tombstone is told of in its own workspace only")
    func tombstones() async throws {
        let stage = try Stage()
        let stranger = try await stage.caller(organization: "other", workspace: "second")
        let given = try await stage.given(.running)
        try await stage.send(.delete, to: given.run)
        let seen = await refusal { try stage.engine.receipt(.id(given.run), stranger) }
        #expect(seen == .notFound(.run))
        let reported = await refusal {
            try await stage.report(.complete(output: nil), given.held[0], as: stranger)
        }
        #expect(reported == .notFound(.task))
    }

    @Test("Only Kubiya's look-up tells another organization's run from none")
    func foreign() async throws {
        let stage = try Stage()
        let sibling = try await stage.caller(organization: "default", workspace: "second")
        let stranger = try await stage.caller(organization: "other", workspace: "x")
        let run = try await stage.given(.queued).run
        let none = RunID(high: 1, low: 1)
        let rows: [(RunName, Caller, Bool)] = [
            (.id(run), stranger, true), (.range(run...run), stranger, true),
            (.id(none), stranger, false), (.alias("x"), stranger, false),
            (.id(run), sibling, false), (.id(run), stage.caller, false),
        ]
        for (name, caller, expected) in rows {
            #expect(try stage.engine.isForeign(name, to: caller) == expected)
        }
    }
}
