import Synchronization

/// Cuts a transfer off whose reader takes nothing for a while: what is sent holds room, and a turn, until it is over.
final class TransferWatch: Sendable {
    static let patience = Duration.seconds(60)

    private let lastMove = Mutex(ContinuousClock.now)
    private let patience: Duration

    init(patience: Duration = TransferWatch.patience) { self.patience = patience }

    /// A piece was taken.
    func moved() { lastMove.withLock { $0 = .now } }

    /// Looks until cancelled, or until it has cut off.
    func run(cutOff: () -> Void) async {
        while true {
            let deadline = lastMove.withLock { $0 } + patience
            guard deadline > .now else { return cutOff() }
            guard (try? await Task.sleep(until: deadline)) != nil else { return }
        }
    }
}
