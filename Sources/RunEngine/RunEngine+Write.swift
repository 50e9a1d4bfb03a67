import Digest
import RunStore
import Runs

/// How a command reaches the writer, and how a repeat of it is known.
extension RunEngine {
    /// Runs a command in the writer's next transaction and builds its answer there. A repeat of an
    /// earlier request gets the stored answer instead (reliability, section 3).
    func write(
        _ call: Call, _ body: @escaping @Sendable (Transaction) throws -> Reply
    ) async throws(RunError) -> Reply {
        do {
            return try await store.writer.write { [self] transaction in
                if let stored = try replay(call, transaction.snapshot) { return stored }
                let reply = try body(transaction)
                try keep(reply, call, transaction)
                return reply
            }
        } catch {
            throw runError(error)
        }
    }

    /// Runs several commands as one request: a repeat gets the stored answer, and none of them
    /// again.
    ///
    /// They are not one transaction. When the server ends between them, a repeat runs them again,
    /// so each has to be one that may be repeated, such as a stop.
    /// - Parameter body: its commands carry no idempotency of their own.
    /// - Throws: `keyReused`, and what `body` throws.
    package func once(
        _ call: Call, _ body: @escaping @Sendable () async throws(RunError) -> Reply
    ) async throws(RunError) -> Reply {
        guard call.idempotency != nil else { return try await body() }
        let stored = try read { try replay(call, $0) }
        if let stored { return stored }
        let reply = try await body()
        return try await write(call) { _ in reply }
    }

    /// The answer to an earlier request with the same key.
    /// - Throws: `keyReused` when that was another request.
    private func replay(_ call: Call, _ snapshot: Snapshot) throws -> Reply? {
        guard let idempotency = call.idempotency else { return nil }
        let stored = try snapshot.answer(
            scope: scope(idempotency), workspace: call.caller.workspace.number)
        guard let stored, isFresh(stored, idempotency) else { return nil }
        guard stored.fingerprint == idempotency.fingerprint else { throw RunError.keyReused }
        var reply = Reply(status: stored.status, body: stored.body)
        reply.isReplay = true
        return reply
    }

    /// Stores an answer in the transaction that it reports on.
    private func keep(_ reply: Reply, _ call: Call, _ transaction: Transaction) throws {
        guard let idempotency = call.idempotency, reply.isKept else { return }
        let answer = StoredAnswer(
            fingerprint: idempotency.fingerprint, status: reply.status, body: reply.body,
            createdAt: environment.now())
        try transaction.store(
            answer, scope: scope(idempotency), workspace: call.caller.workspace.number)
    }

    private func scope(_ idempotency: Idempotency) -> [UInt8] {
        SHA256.hash("\(idempotency.scope)\n\(idempotency.key)")
    }

    private func isFresh(_ answer: StoredAnswer, _ idempotency: Idempotency) -> Bool {
        guard let lifetime = idempotency.lifetimeMilliseconds else { return true }
        return answer.createdAt.adding(milliseconds: lifetime) > environment.now()
    }
}
