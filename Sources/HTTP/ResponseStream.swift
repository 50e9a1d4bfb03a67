/// The body of an answer that is made while it is sent, piece by piece: the next piece is asked for
/// when the client has taken the last one, so that a slow client costs one piece and no more.
package struct ResponseStream: Sendable {
    /// Takes a piece to the client.
    /// - Returns: false when the client is gone; nothing more can be sent then.
    package typealias Send = @Sendable (_ piece: [UInt8]) async -> Bool

    /// Sends every piece. It runs in the handler's task.
    /// - Throws: when the body cannot be finished; the client then sees that it is broken.
    package let sendAll: @Sendable (Send) async throws -> Void
    /// Sent whenever nothing else was for a while, so that a client that is gone is noticed. Empty
    /// for none.
    package let keepAlive: [UInt8]
}

extension Response {
    /// An answer whose body is what a sequence gives.
    /// - Parameter pieces: asked for on the loop, by the task of the handler, one after another.
    ///   Its task is cancelled as `Acceptance.isWaiting` says; it should end then. What it throws
    ///   cuts the connection.
    package init<Pieces: AsyncSequence & Sendable>(status: Int, pieces: Pieces)
    where Pieces.Element == [UInt8] {
        self.init(status: status)
        stream = ResponseStream(
            sendAll: { send in
                for try await piece in pieces where !piece.isEmpty {
                    guard await send(piece) else { return }
                }
            }, keepAlive: [])
    }

    /// An answer that is a stream of server-sent events, those of one array in one piece.
    /// - Source: HTML standard, section 9.2; checklist items 102 to 104.
    package init<Events: AsyncSequence & Sendable>(events: Events)
    where Events.Element == [ServerSentEvent] {
        self.init(status: 200)
        add("Content-Type", "text/event-stream")
        stream = ResponseStream(
            sendAll: { send in
                for try await batch in events where !batch.isEmpty {
                    var piece: [UInt8] = []
                    for event in batch { event.append(to: &piece) }
                    guard await send(piece) else { return }
                }
                _ = await send(ServerSentEvent.comment)
            }, keepAlive: ServerSentEvent.comment)
    }
}

extension Response {
    /// Lets something live until the body that is a stream was sent, or will not be.
    package mutating func hold(_ object: some AnyObject & Sendable) {
        guard let stream else { return }
        self.stream = ResponseStream(
            sendAll: { send in
                defer { withExtendedLifetime(object) {} }
                try await stream.sendAll(send)
            }, keepAlive: stream.keepAlive)
    }

    /// Tells of every piece of a body that is a stream, once it was sent.
    /// - Parameter note: lives until the body was sent, or will not be.
    package mutating func whenSent(_ note: @escaping @Sendable (_ bytes: Int) -> Void) {
        guard let stream else { return }
        self.stream = ResponseStream(
            sendAll: { send in
                try await stream.sendAll { piece in
                    guard await send(piece) else { return false }
                    note(piece.count)
                    return true
                }
            }, keepAlive: stream.keepAlive)
    }
}
