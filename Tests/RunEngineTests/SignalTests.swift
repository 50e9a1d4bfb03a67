import Runs
import Testing

@testable import RunEngine

/// What people do to a run in a state, and all that it may change.
struct SignalRow: Sendable, CustomTestStringConvertible {
    enum Answer: Sendable, Equatable {
        case changed(RunState)
        case repeated
        case refused
    }

    let given: RunState
    let signal: Signal
    let answer: Answer
    /// What is added to the log: one more fails.
    var records: [String] = []
    /// The steps afterwards; nil when they stay as they are.
    var steps: [String]?
    var how: How?

    var testDescription: String { "\(given) + \(signal)" }

    private static let told = ["running+told", "cancelled/unstarted"]
    private static let unstarted = ["cancelled/unstarted", "cancelled/unstarted"]
    private static let cut = ["cancelled/forced", "cancelled/unstarted"]

    static let pausing = [
        row(.queued, .pause, .changed(.paused), ["run.paused"]),
        row(.running, .pause, .changed(.paused), ["run.paused"]),
        row(.waiting, .pause, .changed(.paused), ["run.paused"]),
        row(.paused, .pause, .repeated),
        row(.failing, .pause, .refused), row(.stopping, .pause, .refused),
        row(.succeeded, .pause, .refused), row(.failed, .pause, .refused),
        row(.cancelled, .pause, .refused),
        row(.queued, .resume, .repeated), row(.running, .resume, .repeated),
        row(.waiting, .resume, .repeated),
        row(.paused, .resume, .changed(.running), ["run.resumed"]),
        row(.failing, .resume, .refused), row(.stopping, .resume, .refused),
        row(.succeeded, .resume, .refused), row(.failed, .resume, .refused),
        row(.cancelled, .resume, .refused),
    ]

    static let cancelling = [
        row(
            .queued, .cancel, .changed(.cancelled), ["run.cancel_requested", "run.cancelled"],
            unstarted, .clean),
        row(.running, .cancel, .changed(.stopping), ["run.cancel_requested"], told),
        row(
            .waiting, .cancel, .changed(.cancelled),
            ["run.cancel_requested", "step.cancelled", "run.cancelled"], ["cancelled/clean"], .clean
        ),
        row(.paused, .cancel, .changed(.stopping), ["run.cancel_requested"], told),
        row(
            .failing, .cancel, .changed(.stopping), ["run.cancel_requested"],
            ["failed", "running+told"]),
        row(.stopping, .cancel, .repeated),
        row(.succeeded, .cancel, .refused), row(.failed, .cancel, .refused),
        row(.cancelled, .cancel, .repeated),
    ]

    private static let terminated = ["run.terminate_requested", "step.cancelled", "run.cancelled"]

    static let terminating = [
        row(
            .queued, .terminate, .changed(.cancelled),
            ["run.terminate_requested", "run.cancelled"], unstarted, .clean),
        row(.running, .terminate, .changed(.cancelled), terminated, cut, .forced),
        row(.waiting, .terminate, .changed(.cancelled), terminated, ["cancelled/clean"], .clean),
        row(.paused, .terminate, .changed(.cancelled), terminated, cut, .forced),
        row(
            .failing, .terminate, .changed(.cancelled), terminated, ["failed", "cancelled/lost"],
            .lost),
        row(
            .stopping, .terminate, .changed(.cancelled),
            ["run.stop_escalated", "step.cancelled", "run.cancelled"],
            ["cancelled/lost", "cancelled/unstarted"], .lost),
        row(.succeeded, .terminate, .refused), row(.failed, .terminate, .refused),
        row(.cancelled, .terminate, .repeated),
    ]

    private static func row(
        _ given: RunState, _ signal: Signal, _ answer: Answer, _ records: [String] = [],
        _ steps: [String]? = nil, _ how: How? = nil
    ) -> SignalRow {
        SignalRow(
            given: given, signal: signal, answer: answer, records: records, steps: steps, how: how)
    }
}

@Suite("Signals of people, in every state")
struct SignalTests {
    @Test(arguments: SignalRow.pausing + SignalRow.cancelling + SignalRow.terminating)
    func signal(_ row: SignalRow) async throws {
        let stage = try Stage()
        let given = try await stage.given(row.given)
        let before = try stage.run(given.run)
        #expect(before.state == row.given)
        let recorded = try await stage.kinds(given.run)
        let refusal = await refusal { try await check(row, stage, before) }
        #expect(refusal == (row.answer == .refused ? .illegal(row.signal, in: row.given) : nil))
        let after = try stage.run(given.run)
        let records = try await stage.events(given.run)
        #expect(records.map(\.kind) == recorded + row.records)
        #expect(records.map(\.runSequence) == Array(1...Int64(records.count)))
        #expect(after.steps.map(\.short) == row.steps ?? before.steps.map(\.short))
        if case .changed(let state) = row.answer {
            #expect(after.state == state && after.updatedAt == stage.clock.now)
            #expect(after.endedAt == (state.hasEnded ? stage.clock.now : nil))
            #expect(after.how == row.how)
        } else {
            #expect(after.state == row.given && after.updatedAt == before.updatedAt)
            #expect(after.endedAt == before.endedAt && after.how == before.how)
        }
        try checkStop(row, before, after)
        #expect(stage.causes.all == [])
    }

    private func check(_ row: SignalRow, _ stage: Stage, _ before: Run) async throws {
        let seen = try await stage.send(row.signal, to: before.id, reason: "because")
        #expect(seen.changed == (row.answer != .repeated))
        #expect(seen.run.state == (try stage.state(before.id)))
    }

    /// The first stop decides, a terminate after it escalates, every other one is counted.
    private func checkStop(_ row: SignalRow, _ before: Run, _ after: Run) throws {
        guard row.signal == .cancel || row.signal == .terminate else {
            return #expect(after.stop == before.stop)
        }
        guard var expected = before.stop else {
            #expect((after.stop != nil) == (row.answer != .refused))
            guard let stop = after.stop else { return }
            #expect(stop.fromState == row.given && stop.reason == "because" && stop.repeats == 0)
            #expect(stop.mode == (row.signal == .cancel ? .cancel : .terminate))
            #expect(stop.author.style == .native && stop.author.requestID == "request")
            #expect(stop.escalatedAt == nil && stop.graceMilliseconds == 10_000)
            return
        }
        #expect(after.stop?.reason == "first")
        if row.answer == .repeated {
            expected.repeats += 1
        } else {
            expected.escalatedAt = after.updatedAt
            expected.escalatedBy = after.stop?.author.actor
        }
        #expect(after.stop == expected)
    }
}
