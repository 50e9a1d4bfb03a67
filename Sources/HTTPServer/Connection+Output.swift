import Glibc
import HTTP

/// From an answer to bytes that the client has taken.
extension Connection {
    /// Sends an answer and decides whether another request may follow it.
    func send(_ response: Response) {
        let closes = response.close || !asked.keepsAlive || reactor.isDraining
        let context = ResponseWriter.Context(
            isHead: asked.isHead, date: reactor.date,
            connection: closes ? .close : asked.isOld ? .keepAlive : nil)
        closesAfterOutput = closes
        var bytes = reactor.takeOutput()
        ResponseWriter.append(response, to: &bytes, context)
        write(bytes)
        reactor.giveBack(output: bytes)
    }

    /// Answers what is no request we could handle, and reads nothing after it as one.
    func refuse(_ error: ParseError) {
        reactor.service.counters.refused.countUp()
        asked = Asked(isHead: error.method == .head, keepsAlive: false)
        send(reactor.service.application.refuse(error, peer))
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
        output = Array(bytes[count...])
        outputStart = 0
        state = .writing
        setDeadline(limits.writeMilliseconds)
        watch(for: .write)
    }

    /// Goes on writing; every byte the client takes renews the deadline.
    func flush() {
        guard let count = sendBytes(output[outputStart...]) else { return close() }
        outputStart += count
        if outputStart < output.count {
            if count > 0 { setDeadline(limits.writeMilliseconds) }
            return
        }
        output = []
        outputStart = 0
        outputIsTaken()
        proceed()
    }

    private func outputIsTaken() {
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
    private func sendBytes(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let number else { return nil }
        let count = bytes.withUnsafeBytes {
            Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }
}
