import FleetModel
import Synchronization

/// What was found out of the newest state that anybody asked about. Whoever asks while it is being found for the same state waits for
/// that, which takes no longer than to find it too; who asks about another state waits for nobody.
final class Remembered<Value: Sendable>: Sendable {
    /// Found by the first who holds its lock.
    private final class Entry: Sendable {
        let sequence: Int64
        let at: Timestamp
        private let found = Mutex<Value?>(nil)

        init(sequence: Int64, at: Timestamp) { (self.sequence, self.at) = (sequence, at) }

        func value(finding find: () -> Value) -> Value {
            found.withLock { found in
                if let found { return found }
                let value = find()
                found = value
                return value
            }
        }
    }

    private let newest = Mutex<Entry?>(nil)

    /// - Parameter freshness: for so long it holds, though the state stays the same; nil: for good.
    func value(
        of sequence: Int64, at now: Timestamp, freshness: TimeSpan?, finding find: () -> Value
    ) -> Value {
        newest.withLock { newest in
            if let known = newest, known.sequence == sequence,
                // Of those who ask at once, who looked at the clock first may come last.
                freshness.map({ now - known.at < $0 && known.at - now < $0 }) ?? true
            {
                return known
            }
            let own = Entry(sequence: sequence, at: now)
            // Whoever read an older state may ask later.
            if newest.map({ $0.sequence <= sequence }) ?? true { newest = own }
            return own
        }.value(finding: find)
    }
}
