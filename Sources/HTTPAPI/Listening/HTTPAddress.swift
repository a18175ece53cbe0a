import Synchronization

/// Where the server listens for browsers and programs; nil: nowhere, or not yet.
package final class HTTPAddress: Sendable {
    private let value = Mutex<String?>(nil)

    package init() {}

    /// `http://127.0.0.1:8642`.
    package var text: String? {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
