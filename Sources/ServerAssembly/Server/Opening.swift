import Synchronization

/// Counts the places where the server listens, and says once when all of them answer.
final class Opening: Sendable {
    private let state: Mutex<(missing: Int, address: String?)>
    private let whenOpen: @Sendable (_ address: String?) -> Void

    init(places: Int, whenOpen: @escaping @Sendable (_ address: String?) -> Void) {
        state = Mutex((places, nil))
        self.whenOpen = whenOpen
    }

    /// - Parameter address: what browsers and programs write to reach this place; nil: the Unix socket.
    func opened(_ address: String? = nil) {
        let (isOpen, known) = state.withLock { state in
            state.missing -= 1
            state.address = state.address ?? address
            return (state.missing == 0, state.address)
        }
        if isOpen { whenOpen(known) }
    }
}
