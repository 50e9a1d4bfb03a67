import RunStore
import Runs
import Testing

@testable import RunEngine

/// What workers do, and what can be seen.
extension Stage {
    /// Claims what a queue has now.
    func claim(
        _ queue: String = "q", worker: String = "w", max: Int = 1, as caller: Caller? = nil
    ) async throws -> [ClaimedTask] {
        var request = ClaimRequest(worker: worker, queues: [queue])
        request.max = max
        return try await engine.claim(request, call(caller))
    }

    /// Claims the one task that has to be there.
    func claimOne(_ queue: String = "q", worker: String = "w") async throws -> ClaimedTask {
        try #require(try await claim(queue, worker: worker).first)
    }

    @discardableResult
    func report(
        _ report: TaskReport, _ task: ClaimedTask, as caller: Caller? = nil
    ) async throws -> TaskAnswer {
        try await self.report(report, task.task, token: task.lease.token, as: caller)
    }

    @discardableResult
    func report(
        _ report: TaskReport, _ task: String, token: String, as caller: Caller? = nil
    ) async throws -> TaskAnswer {
        let box = Box<TaskAnswer>()
        _ = try await engine.report(report, task: task, token: token, call(caller)) { answer in
            box.reply(answer)
        }
        return try box.value
    }

    @discardableResult
    func complete(_ task: ClaimedTask, output: String? = nil) async throws -> TaskAnswer {
        try await report(.complete(output: output), task)
    }

    @discardableResult
    func fail(_ task: ClaimedTask, isRetryable: Bool = true) async throws -> TaskAnswer {
        try await report(.fail(error: "broken", isRetryable: isRetryable), task)
    }

    /// Claims and completes what the queue has until it has nothing.
    func drain(_ queue: String = "q") async throws {
        while let task = try await claim(queue).first { try await complete(task) }
    }

    // MARK: Looking

    func details(_ run: RunID) throws -> RunDetails {
        try engine.details(RunAddress(.id(run)), caller)
    }

    func run(_ run: RunID) throws -> Run { try details(run).run }

    func state(_ run: RunID) throws -> RunState { try self.run(run).state }

    func receipt(_ run: RunID) throws -> Receipt { try engine.receipt(.id(run), caller) }

    func events(_ run: RunID) async throws -> [Event] {
        try await engine.events(.id(run), after: 0, limit: 1_000, caller)
    }

    func kinds(_ run: RunID) async throws -> [String] { try await events(run).map(\.kind) }

    /// The steps in short: `running`, `running+told`, `cancelled/clean+late`.
    func steps(_ run: RunID) throws -> [String] { try self.run(run).steps.map(\.short) }
}

extension Step {
    /// State, how, and what was noted: `cancelled/clean+late`.
    var short: String {
        let how = how.map { "/\($0.rawValue)" } ?? ""
        let told = toldAt != nil && !state.hasEnded ? "+told" : ""
        return "\(state.rawValue)\(how)\(told)\(isLate ? "+late" : "")"
    }
}

/// Runs the body and gives back what it refused.
func refusal<T>(_ body: () async throws -> T) async -> RunError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? RunError ?? .internalFailure
    }
}

/// Workflows that many tests use.
enum Shape {
    /// Two tasks side by side.
    static let pair = """
        {"name": "pair", "steps": [{"name": "a", "queue": "q"}, {"name": "b", "queue": "q"}]}
        """
    static let single = #"{"name": "single", "steps": [{"name": "a", "queue": "q"}]}"#
    /// One question.
    static let ask = #"{"name": "ask", "steps": [{"name": "a", "approval": "Go on?"}]}"#
    /// One timer of a minute.
    static let timer = #"{"name": "timer", "steps": [{"name": "a", "sleep_s": 60}]}"#
    /// One task, and one that cleans up after it.
    static let tidy = """
        {"name": "tidy", "steps": [{"name": "a", "queue": "q"}],
         "cleanup": [{"name": "c", "queue": "clean"}]}
        """
}
