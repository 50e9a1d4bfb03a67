import Glibc
import HTTP

/// From an answer to bytes that the client has taken.
extension Connection {
    /// A body from this size on is sent from where it is, without being copied behind its head.
    private static let directBodyBytesMin = 16 * 1024

    /// Sends an answer and decides whether another request may follow it.
    func send(_ response: Response) {
        let context = context(for: response)
        var bytes = reactor.takeOutput()
        if response.body.count < Self.directBodyBytesMin || asked.isHead {
            ResponseWriter.append(response, to: &bytes, context)
            write(bytes)
        } else {
            ResponseWriter.appendHead(response, to: &bytes, context)
            write(bytes, then: response.body)
        }
        reactor.giveBack(output: bytes)
    }

    /// What the connection has to say of itself in an answer; decides whether it ends with it.
    func context(for response: Response) -> ResponseWriter.Context {
        reactor.service.counters.countAnswer(response.status)
        let endsWithBody = response.stream != nil && asked.isOld
        closesAfterOutput =
            response.close || !asked.keepsAlive || reactor.isDraining || endsWithBody
        return ResponseWriter.Context(
            isHead: asked.isHead, date: reactor.date,
            connection: closesAfterOutput ? .close : asked.isOld ? .keepAlive : nil,
            takesChunks: !asked.isOld)
    }

    /// Answers what is no request we could handle, and reads nothing after it as one.
    func refuse(_ error: ParseError) {
        reactor.service.counters.countRefusal(error.status)
        asked = Asked(isHead: error.method == .head, keepsAlive: false)
        send(reactor.service.application.refuse(error, client(error.fields)))
    }

    /// Tells a client that waits for it to send its body. It is small and comes first, so a socket
    /// that does not take it whole is of no use.
    func sayGoOn() {
        let bytes = ResponseWriter.goOn
        if sendBytes(bytes[...]) != bytes.count { close() }
    }

    /// Writes what the socket takes and keeps the rest.
    func write(_ bytes: [UInt8]) {
        guard let count = sendBytes(bytes[...]) else { return close() }
        guard count < bytes.count else { return outputIsTaken() }
        keep(Array(bytes[count...]), from: 0)
    }

    /// Writes a head and a large body, in one go as far as the socket takes them.
    private func write(_ head: [UInt8], then body: [UInt8]) {
        guard let count = sendBytes(head, body) else { return close() }
        if count < head.count {
            keep(head[count...] + body, from: 0)
        } else if count - head.count < body.count {
            keep(body, from: count - head.count)
        } else {
            outputIsTaken()
        }
    }

    /// Has the client take the rest of an answer when it can.
    func keep(_ rest: [UInt8], from start: Int) {
        output = rest
        outputStart = start
        state = .writing
        outputWaits()
        watch(for: .write)
    }

    /// Sets by when the client has to take something, and by when all of the output.
    func outputWaits() {
        let bytes = output.count - outputStart
        let allowed = limits.writeMilliseconds + bytes * 1000 / limits.outputBytesPerSecond
        outputEnd = reactor.now + Int64(allowed)
        setDeadline(limits.writeMilliseconds)
    }

    /// Goes on writing, as the client takes it.
    func flush() {
        guard writeOutput(), output.isEmpty else { return }
        outputIsTaken()
        proceed()
    }

    /// Writes what the socket takes of the output that waits.
    /// - Returns: false when the connection was closed for it.
    func writeOutput() -> Bool {
        guard let count = sendBytes(output[outputStart...]) else {
            close()
            return false
        }
        outputStart += count
        if outputStart == output.count {
            output = []
            outputStart = 0
        } else if count > 0 {
            // Every byte that is taken earns time, but no more than all of them together.
            let left = Int(outputEnd - reactor.now)
            setDeadline(max(0, min(left, limits.writeMilliseconds)))
        }
        return true
    }

    /// All of an answer has left.
    func outputIsTaken() {
        // An answer that was begun before the drain could not say that it is the last.
        if reactor.isDraining, pending.isEmpty { closesAfterOutput = true }
        guard closesAfterOutput else {
            state = .head
            return setDeadline(limits.idleMilliseconds)
        }
        guard let number, shutdown(number, Int32(SHUT_WR)) == 0 else { return close() }
        state = .lingering
        setDeadline(limits.lingerMilliseconds)
        watch(for: .read)
    }

    /// Reads and drops what comes after the last answer, until the client is done or it is enough.
    func drop() {
        guard let number else { return }
        let count = recv(number, reactor.input.baseAddress, reactor.input.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        lingered += max(0, count)
        if count <= 0 || lingered > limits.lingerBytesMax { close() }
    }

    /// - Returns: how many bytes the socket took, 0 when it is full; nil when it is broken.
    func sendBytes(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let number else { return nil }
        let count = bytes.withUnsafeBytes {
            Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    /// The same for bytes in two places, in one call.
    private func sendBytes(_ first: [UInt8], _ second: [UInt8]) -> Int? {
        guard let number else { return nil }
        let count = first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
                    parts[0] = iovec(
                        iov_base: .init(mutating: first.baseAddress), iov_len: first.count)
                    parts[1] = iovec(
                        iov_base: .init(mutating: second.baseAddress), iov_len: second.count)
                    var message = msghdr()
                    message.msg_iov = parts.baseAddress
                    message.msg_iovlen = 2
                    return sendmsg(number, &message, Int32(MSG_NOSIGNAL))
                }
            }
        }
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }
}
