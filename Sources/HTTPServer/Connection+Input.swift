import Glibc
import HTTP

/// From bytes to a request that is being handled.
extension Connection {
    /// Reads once; what is left reports itself again.
    func receive() {
        guard let number else { return }
        let input = reactor.input
        let count = recv(number, input.baseAddress, input.count, 0)
        if count > 0 {
            var index = 0
            let read = UnsafeBufferPointer(rebasing: input[..<count])
            let span = read.span
            consume(span, from: &index)
            keep(span, from: index)
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            // The end in the middle of a message makes it incomplete: it is never acted upon.
            close()
        }
    }

    /// Goes on with what was read earlier, after an answer has left.
    func proceed() {
        guard case .head = state else { return }
        if !pending.isEmpty {
            let bytes = pending
            var index = pendingStart
            consume(bytes.span, from: &index)
            if index == bytes.count {
                pending = []
                pendingStart = 0
            } else if !pending.isEmpty {
                pendingStart = index
            }
        }
        switch state {
        case .head, .body: watch(for: [.read, .readHangUp])
        default: break
        }
    }

    /// Bytes that are kept behind a request that waits, which may be for long.
    static let pendingBytesMax = 4096

    /// Keeps what stands behind the request at hand. It is at most one read, because nothing is
    /// read while a request is handled. Behind one that waits more than a little is not kept: then
    /// its answer is the last.
    private func keep(_ span: Span<UInt8>, from index: Int) {
        guard index < span.count else { return }
        switch state {
        case .handling where asked.isWaiting && span.count - index > Self.pendingBytesMax:
            asked.keepsAlive = false
        case .handling, .streaming, .writing:
            span.withUnsafeBufferPointer { pending = Array($0[index...]) }
            pendingStart = 0
        default: break
        }
    }

    /// Takes bytes as long as a request can be read from them.
    private func consume(_ span: Span<UInt8>, from index: inout Int) {
        while index < span.count {
            switch state {
            case .head: readHead(span, &index)
            case .body(let accepted): readBody(accepted, span, &index)
            case .handling, .streaming, .writing, .lingering, .closed: return
            }
        }
    }

    private func readHead(_ span: Span<UInt8>, _ index: inout Int) {
        let isFirst = parser.isUntouched
        do {
            guard let head = try parser.feed(span, at: &index) else {
                // From the first byte on, also of an empty line, and not renewed by later ones.
                if isFirst { setDeadline(limits.headMilliseconds) }
                return
            }
            parser = HeadParser(limits: limits.head)
            begin(head, span, &index)
        } catch {
            refuse(error)
        }
    }

    private func begin(_ head: Head, _ span: Span<UInt8>, _ index: inout Int) {
        reactor.service.counters.requests.countUp()
        let isLast = !countRequest()
        asked = Asked(
            isHead: head.method == .head, keepsAlive: head.keepsAlive && !isLast,
            isOld: head.versionMinor == 0)
        if let names = reactor.service.allowedHosts, !head.isFor(names) {
            return refuse(ParseError(status: 421, reason: "not a host of this server", head: head))
        }
        switch reactor.service.application.admit(head, client(head.fields)) {
        case .answer(let response): answerEarly(response, head, span, &index)
        case .accept(let acceptance):
            if acceptance.isKnown { becomeKnown() }
            let accepted = Accepted(
                head: head, acceptance: acceptance, startedAt: reactor.now)
            if head.bodyLength == .none {
                return start(accepted, [], isLast: index == span.count)
            }
            do {
                body = try BodyParser(
                    head, bytesMax: acceptance.bodyBytesMax, isKept: acceptance.keepsBody,
                    chunkOverheadBytesMax: limits.chunkOverheadBytesMax)
                state = .body(accepted)
                setDeadline(limits.bodyMilliseconds)
                if head.expectsContinue, index == span.count { sayGoOn() }
            } catch {
                refuse(error)
            }
        }
    }

    /// Answers before the body was read: skips a body that is here already, else closes, because
    /// what comes next must not be read as a request. With a request behind it, it takes its turn.
    private func answerEarly(
        _ response: Response, _ head: Head, _ span: Span<UInt8>, _ index: inout Int
    ) {
        var response = response
        if head.bodyLength != .none {
            do {
                var body = try BodyParser(
                    head, bytesMax: limits.skippedBodyBytesMax, isKept: false,
                    chunkOverheadBytesMax: limits.chunkOverheadBytesMax)
                if try body.feed(span, at: &index) == nil { response.close = true }
            } catch {
                response.close = true
            }
        }
        if index == span.count || response.close { return send(response) }
        handOver(Request(head: head, peer: client(head.fields)), to: .given(response))
    }

    private func readBody(_ accepted: Accepted, _ span: Span<UInt8>, _ index: inout Int) {
        do {
            let whole = try body?.feed(span, at: &index)
            let received = body?.received ?? 0
            if let whole {
                body = nil
                return start(accepted, whole, isLast: index == span.count)
            }
            // Every byte that arrives earns time, so that a slow client is held to a least rate.
            let earned = received * 1000 / limits.bodyBytesPerSecond
            let elapsed = Int(reactor.now - accepted.startedAt)
            setDeadline(max(0, limits.bodyMilliseconds + earned - elapsed))
        } catch {
            body = nil
            refuse(error)
        }
    }

    /// Has the request handled: on the spot where the handler waits for nothing. With another one
    /// behind it, it takes its turn as a task, so that one connection does not keep the loop.
    private func start(_ accepted: Accepted, _ body: [UInt8], isLast: Bool) {
        let (head, acceptance) = (accepted.head, accepted.acceptance)
        let request = Request(head: head, body: body, peer: client(head.fields))
        guard isLast, case .now(let handle) = acceptance.handler else {
            return handOver(request, to: acceptance.handler, isWaiting: acceptance.isWaiting)
        }
        let response = handle(request)
        if response.stream == nil || asked.isHead { return send(response) }
        handOver(request, to: .given(response), isWaiting: acceptance.isWaiting)
    }

    private func handOver(
        _ request: Request, to handler: Acceptance.Handler, isWaiting: Bool = false
    ) {
        asked.isWaiting = isWaiting
        state = .handling(request.head)
        setDeadline(isWaiting ? nil : limits.handlerMilliseconds)
        reactor.handlersInHand += 1
        let connection = Confined(self, to: reactor.loop)
        let counters = reactor.service.counters
        if isWaiting { counters.waiting.countUp() }
        let task = Task(executorPreference: reactor.loop) {
            let response = await handler.answer(request)
            if connection.onLoop.finish(response) { await connection.sendStream(of: response) }
            if isWaiting { counters.waiting.subtract(1, ordering: .relaxed) }
        }
        if isWaiting {
            self.task = task
            if reactor.isDraining { task.cancel() }
        }
    }

    /// - Returns: whether the body is a stream that is to be sent now.
    private func finish(_ response: Response) -> Bool {
        guard case .handling = state else {
            reactor.handlersInHand -= 1
            return false
        }
        if response.stream != nil, !asked.isHead {
            begin(stream: response)
            return true
        }
        reactor.handlersInHand -= 1
        task = nil
        send(response)
        proceed()
        return false
    }
}
