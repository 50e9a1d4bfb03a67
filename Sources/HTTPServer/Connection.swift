import Glibc
import HTTP

/// One client: reads requests one at a time, hands them to their handlers, writes the answers in
/// order. Between two requests it holds no buffer.
final class Connection: Watched {
    /// What the connection is doing.
    enum State {
        /// Waiting for a head, or in the middle of one.
        case head
        case body(Accepted)
        /// A handler has the request; nothing more is read.
        case handling(Head)
        /// The pieces of an answer are sent as its handler gives them; nothing is read.
        case streaming
        /// An answer waits for the client to take it; nothing is read.
        case writing
        /// All is said. What still comes is dropped, so that closing does not reset the connection
        /// before the client has read the answer (RFC 9112, section 9.6).
        case lingering
        case closed
    }

    /// A request that was admitted and whose body is being read.
    struct Accepted {
        let head: Head
        let acceptance: Acceptance
        /// When the body was begun, in monotonic milliseconds.
        let startedAt: Int64
    }

    /// What the answer has to know about the request it answers.
    struct Asked {
        var isHead = false
        var keepsAlive = true
        var isOld = false
        /// Whether its handler waits for something, and so has to end with its client.
        var isWaiting = false
    }

    let reactor: Reactor
    let peer: Peer
    /// Whether the peer is believed about whom it asks for.
    var isProxy = false
    var state = State.head
    var parser: HeadParser
    /// What has been read of the body; nil outside the state `body`.
    var body: BodyParser?
    var asked = Asked()
    /// The task of a handler that waits, which ends with its client.
    var task: Task<Void, Never>?
    /// What an answer that is a stream has in hand; nil in every other state.
    var flow: Flow?
    /// Bytes that were read behind the request at hand, from `pendingStart` on.
    var pending: [UInt8] = []
    var pendingStart = 0
    /// What the client has not taken yet of an answer, from `outputStart` on.
    var output: [UInt8] = []
    var outputStart = 0
    /// When all of the output has to be taken, in monotonic milliseconds.
    var outputEnd: Int64 = 0
    var closesAfterOutput = false
    var lingered = 0
    /// Whether no request has proved yet who sends it; counted by the census.
    var isStranger = false
    private var requests = 0
    private var socket: Descriptor?
    private(set) var token: UInt64?
    private var interest: Readiness = [.read, .readHangUp]
    private var whenClosed: (() -> Void)?

    init(_ socket: consuming Descriptor, _ peer: Peer, _ reactor: Reactor) {
        self.socket = consume socket
        self.peer = peer
        self.reactor = reactor
        parser = HeadParser(limits: reactor.service.limits.head)
    }

    var limits: Server.Limits { reactor.service.limits }

    /// The number of the socket; nil once it is closed.
    var number: Int32? { socket?.number }

    /// Begins to serve.
    /// - Parameter whenClosed: called once, when the connection is closed.
    func open(whenClosed: @escaping () -> Void) {
        self.whenClosed = whenClosed
        guard register() else { return close() }
        setDeadline(limits.headMilliseconds)
    }

    /// Sends one answer and closes, without reading.
    func turnAway(_ bytes: [UInt8], whenClosed: @escaping () -> Void) {
        self.whenClosed = whenClosed
        guard register() else { return close() }
        closesAfterOutput = true
        write(bytes)
    }

    private func register() -> Bool {
        guard let number, let token = reactor.add(self, number, for: interest) else { return false }
        self.token = token
        return true
    }

    /// Whose request this is: the peer's, or that of one for whom a proxy asks.
    func client(_ fields: Fields?) -> Peer {
        guard isProxy, let fields else { return peer }
        return reactor.service.proxies.client(fields) ?? peer
    }

    /// Whether it is the client's turn, to send something or to take it.
    var waitsForClient: Bool {
        switch state {
        case .head, .body, .writing: true
        case .handling, .streaming, .lingering, .closed: false
        }
    }

    /// Ends to be a stranger's: a request has proved who sends it.
    func becomeKnown() {
        guard isStranger else { return }
        isStranger = false
        reactor.service.census.leaveStranger()
    }

    /// Counts a request; false when it is the last one this connection may carry.
    func countRequest() -> Bool {
        requests += 1
        return requests < limits.requestsPerConnectionMax
    }

    func setDeadline(_ milliseconds: Int?) {
        guard let token else { return }
        reactor.setDeadline(token, afterMilliseconds: milliseconds)
    }

    func watch(for readiness: Readiness) {
        guard readiness != interest, let number, let token else { return }
        interest = readiness
        _ = reactor.loop.poller.change(number, to: readiness, token: token)
    }

    /// Gives everything back. A handler that is still at work finishes for nobody; one that waits
    /// has its task cancelled, or it would wait on.
    func close() {
        state = .closed
        becomeKnown()
        if let token { reactor.remove(token) }
        token = nil
        socket = nil
        pending = []
        output = []
        body = nil
        task?.cancel()
        task = nil
        flow?.taken(false)
        flow = nil
        whenClosed?()
        whenClosed = nil
    }
}

extension Connection {
    func ready(_ readiness: Readiness) {
        let isOver = !readiness.isDisjoint(with: [.hangUp, .error])
        let hasHungUp = asked.isWaiting && readiness.contains(.readHangUp)
        switch state {
        case .head, .body: receive()
        case .handling where isOver: close()
        case .handling:
            // A handler that waits comes to its end; who only sends no more reads its answer. What
            // the client sends, and of others that it has sent all, is looked at after the answer.
            if hasHungUp { task?.cancel() }
            watch(for: asked.isWaiting && !hasHungUp ? .readHangUp : [])
        case .streaming where isOver || hasHungUp: close()
        case .streaming: advance()
        case .writing: flush()
        case .lingering: drop()
        case .closed: break
        }
    }

    func expired() {
        if case .lingering = state { return close() }
        if case .streaming = state, output.isEmpty { return keepAlive() }
        if let deadline { reactor.service.counters.countTimeout(deadline) }
        switch state {
        case .head where parser.isEmpty: close()
        case .head: refuse(parser.refusal(status: 408, reason: "the head took too long"))
        case .body(let accepted):
            refuse(
                ParseError(status: 408, reason: "the body took too long", head: accepted.head))
        case .handling(let head):
            // Whatever the handler still says is for nobody: it may have been done, or not.
            refuse(ParseError(status: 503, reason: "the answer took too long", head: head))
        case .writing, .streaming: cut()
        case .lingering, .closed: close()
        }
    }

    /// Which deadline it has now.
    private var deadline: Deadline? {
        switch state {
        case .head: parser.isEmpty ? .idle : .head
        case .body: .body
        case .handling: .handler
        case .writing, .streaming: .answer
        case .lingering, .closed: nil
        }
    }

    func drain() {
        switch state {
        case .head where parser.isEmpty: close()
        case .handling, .streaming: task?.cancel()
        default: break
        }
    }

    /// Ends the connection with a reset, so that half an answer is not taken for a whole one.
    func cut() {
        if let number {
            var option = Glibc.linger(l_onoff: 1, l_linger: 0)
            let size = socklen_t(MemoryLayout<Glibc.linger>.size)
            setsockopt(number, SOL_SOCKET, SO_LINGER, &option, size)
        }
        close()
    }
}
