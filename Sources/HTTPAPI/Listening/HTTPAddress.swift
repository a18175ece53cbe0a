import Synchronization

/// Where the server listens for browsers and programs, and below which name sessions have hosts of their own.
package final class HTTPAddress: Sendable {
    private let value = Mutex<String?>(nil)
    /// `localhost`, which browsers find on this machine whatever stands before it, or a domain of which every name leads here.
    let sessionDomain: String

    package init(sessionDomain: String = "localhost") { self.sessionDomain = sessionDomain.lowercased() }

    /// `http://127.0.0.1:8642`; nil: nowhere, or not yet.
    package var text: String? {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
