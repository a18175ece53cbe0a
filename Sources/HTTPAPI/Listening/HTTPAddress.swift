import Synchronization

/// Where the server listens for browsers and programs, and below which name sessions have hosts of their own.
package final class HTTPAddress: Sendable {
    private struct Known {
        var listening: String?
        var announced: PublicAddress?
        var proxies = TrustedProxies.none
        var isServed = true
    }

    private let value = Mutex(Known())
    private let namedDomain: String?

    /// - Parameter sessionDomain: a domain of which every name leads here; nil: it follows from the address.
    package init(sessionDomain: String? = nil) { namedDomain = sessionDomain?.lowercased() }

    /// `http://127.0.0.1:8642`, or the public address where one is announced: what links begin with. Setting it says where
    /// the server listens.
    package var text: String? {
        get { value.withLock { known in known.listening.map { known.announced?.text ?? $0 } } }
        set { value.withLock { $0.listening = newValue } }
    }

    /// `--public-url`; nil: people use the address that the server listens on.
    package var announced: PublicAddress? {
        get { value.withLock { $0.announced } }
        set { value.withLock { $0.announced = newValue } }
    }

    /// `--trusted-proxy`: whose word of where a client is counts.
    package var proxies: TrustedProxies {
        get { value.withLock { $0.proxies } }
        set { value.withLock { $0.proxies = newValue } }
    }

    /// False with `--listen none`: no browser gets in, now or later.
    package var isServed: Bool {
        get { value.withLock { $0.isServed } }
        set { value.withLock { $0.isServed = newValue } }
    }

    /// What people and programs use: announced, or where the server listens.
    package var reached: PublicAddress? { text.flatMap { try? PublicAddress(parsing: $0) } }

    /// Below which each session has a host: `localhost`, which browsers find on their own machine whatever stands before it, or the
    /// public name, of which then every name below must lead here.
    /// nil: people come from other machines by an address without a name, so that there can be none below it.
    var sessionDomain: String? {
        if let namedDomain { return namedDomain }
        guard let reached, !reached.isLoopback else { return "localhost" }
        return reached.isNumeric ? nil : reached.host
    }
}
