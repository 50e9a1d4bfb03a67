import HTTP

/// What all loops of a server share.
struct Service: Sendable {
    let application: Application
    let limits: Server.Limits
    /// The hosts that requests may be for; nil for any.
    let allowedHosts: [String]?
    /// Who is believed about whom they ask for.
    var proxies = TrustedProxies()
    /// Whether several loops take connections from one listener.
    var sharesListener = false
    let counters: Counters
    let census: Census
}
