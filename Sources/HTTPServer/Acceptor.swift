import HTTP

/// Takes new connections from the listener for one loop.
final class Acceptor: Watched {
    private let reactor: Reactor
    private var listener: Listener?
    private var token: UInt64?
    private var turnedAway = 0
    private var strangers = Strangers()

    init(_ listener: Listener, _ reactor: Reactor) {
        self.listener = listener
        self.reactor = reactor
        watch()
    }

    private var limits: Server.Limits { reactor.service.limits }

    private func watch() {
        guard let listener else { return }
        token = reactor.add(self, listener.number, for: [.read, .exclusive])
        if token == nil { watchLater() }
    }

    private func watchLater() {
        reactor.at(reactor.now + Int64(limits.acceptPauseMilliseconds)) { [weak self] in
            self?.watch()
        }
    }

    /// Puts this loop behind the others that watch the listener. The kernel wakes the first that
    /// waits, which would be the same one for nearly every connection.
    private func stepBack() {
        guard reactor.service.sharesListener else { return }
        unwatch()
        watch()
    }

    func ready(_ readiness: Readiness) {
        guard let listener else { return }
        var isPaused = false
        defer { if !isPaused { stepBack() } }
        // One at a time where loops share: whoever took a whole burst would keep it.
        for _ in 0..<(reactor.service.sharesListener ? 1 : limits.acceptsPerTurnMax) {
            switch listener.accept() {
            case .connection(let descriptor, let address): welcome(descriptor, address)
            case .nothing: return
            case .again: break
            case .exhausted:
                isPaused = true
                return pause()
            }
        }
    }

    private func welcome(_ descriptor: consuming Descriptor, _ address: SocketAddress) {
        let service = reactor.service
        service.counters.accepted.countUp()
        let peer = address.peer
        let isProxy = service.proxies.contain(address)
        let counted = isProxy ? nil : address.counted
        let isCounted = service.census.enter(counted)
        let connection = Connection(descriptor, peer, reactor)
        connection.isProxy = isProxy
        if isCounted {
            connection.open { service.census.leave(counted) }
            meet(connection)
        } else {
            turnAway(connection)
        }
    }

    /// Takes a newcomer for a stranger. When that is one too many, the oldest one goes that waits
    /// for its client, be it silent or slow; where none does, the newcomer stays all the same, and
    /// the limit on all connections bounds them.
    private func meet(_ newcomer: Connection) {
        guard let token = newcomer.token else { return }
        let find = { [reactor] token in
            (reactor.watched(token) as? Connection).flatMap { $0.isStranger ? $0 : nil }
        }
        newcomer.isStranger = true
        if reactor.service.census.enterStranger(), let oldest = strangers.takeOldestIdle(find) {
            reactor.service.counters.evicted.countUp()
            oldest.close()
        }
        strangers.add(token, find)
    }

    /// Tells a client that there is no room; those too many even for that are just closed.
    private func turnAway(_ connection: Connection) {
        reactor.service.counters.turnedAway.countUp()
        guard turnedAway < limits.turnedAwayMax else { return }
        turnedAway += 1
        connection.turnAway(reactor.service.application.overloaded) { [weak self] in
            self?.turnedAway -= 1
        }
    }

    /// A level-triggered listener would wake the loop without end while there is no descriptor for
    /// the connection that waits.
    private func pause() {
        reactor.service.counters.acceptPauses.countUp()
        unwatch()
        watchLater()
    }

    private func unwatch() {
        if let listener { reactor.loop.poller.remove(listener.number) }
        if let token { reactor.remove(token) }
        token = nil
    }

    func expired() {}

    func drain() {
        unwatch()
        listener?.stop()
        listener = nil
    }

    func cut() { drain() }
}
