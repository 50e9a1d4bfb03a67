import Glibc
import HTTP

extension Connection {
    /// An answer that is being sent piece by piece.
    struct Flow {
        /// Whether each piece is a chunk; else the end of the connection ends the body.
        let isChunked: Bool
        let keepAlive: [UInt8]
        /// The handler that waits for its piece to be taken.
        var waiting: UnsafeContinuation<Bool, Never>?

        /// Lets the handler go on.
        /// - Parameter isTaken: false when nobody takes anything any more.
        mutating func taken(_ isTaken: Bool) {
            waiting?.resume(returning: isTaken)
            waiting = nil
        }
    }

    /// Sends the head of a stream.
    func begin(stream response: Response) {
        guard let stream = response.stream else { return }
        let context = context(for: response)
        state = .streaming
        flow = Flow(isChunked: context.takesChunks, keepAlive: stream.keepAlive)
        noticeDeath()
        var bytes: [UInt8] = []
        ResponseWriter.appendHead(response, to: &bytes, context)
        if push(bytes) { advance() }
    }

    /// Takes a piece of the body to the client.
    /// - Parameter resume: told once whether the client took it: at once, or when it has.
    func send(piece: [UInt8], _ waiting: UnsafeContinuation<Bool, Never>) {
        guard let flow, push(flow.isChunked ? ResponseWriter.chunk(piece) : piece) else {
            return waiting.resume(returning: false)
        }
        self.flow?.waiting = waiting
        advance()
    }

    /// Goes on writing what waits; when all is taken the handler may give the next piece.
    func advance() {
        guard output.isEmpty || writeOutput() else { return }
        if output.isEmpty {
            watch(for: asked.isWaiting ? .readHangUp : [])
            let isSilent = flow?.keepAlive.isEmpty ?? true
            setDeadline(isSilent ? nil : limits.streamSilenceMilliseconds)
            flow?.taken(true)
        } else {
            watch(for: asked.isWaiting ? [.write, .readHangUp] : .write)
        }
    }

    /// Says something to a client that has not heard anything for a while.
    func keepAlive() {
        guard let flow else { return }
        let comment = flow.isChunked ? ResponseWriter.chunk(flow.keepAlive) : flow.keepAlive
        if push(comment) { advance() }
    }

    /// Ends the body, or the connection where the body is not whole.
    func end(isWhole: Bool) {
        reactor.handlersInHand -= 1
        guard let flow else { return }
        task = nil
        self.flow = nil
        guard isWhole else { return cut() }
        if reactor.isDraining { closesAfterOutput = true }
        let last = flow.isChunked ? ResponseWriter.lastChunk : []
        if !output.isEmpty {
            keep(output[outputStart...] + last, from: 0)
        } else if last.isEmpty {
            outputIsTaken()
        } else {
            write(last)
        }
        proceed()
    }

    /// - Returns: false when the connection was closed for it.
    private func push(_ bytes: [UInt8]) -> Bool {
        guard output.isEmpty else {
            output.append(contentsOf: bytes)
            outputWaits()
            return true
        }
        guard let count = sendBytes(bytes[...]) else {
            close()
            return false
        }
        guard count < bytes.count else { return true }
        output = Array(bytes[count...])
        outputWaits()
        return true
    }

    /// Has the kernel give up on a peer that acknowledges nothing: on a stream much may be sent
    /// before the buffers are full. A Unix socket refuses, and needs none.
    private func noticeDeath() {
        guard let number else { return }
        var milliseconds = UInt32(clamping: limits.writeMilliseconds)
        let size = socklen_t(MemoryLayout<UInt32>.size)
        setsockopt(number, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, size)
    }
}

extension Confined<Connection> {
    /// Sends the body of an answer piece by piece; on the loop.
    func sendStream(of response: Response) async {
        guard let stream = response.stream else { return }
        do {
            try await stream.sendAll { piece in
                await withUnsafeContinuation { onLoop.send(piece: piece, $0) }
            }
            onLoop.end(isWhole: true)
        } catch {
            onLoop.end(isWhole: false)
        }
    }
}
