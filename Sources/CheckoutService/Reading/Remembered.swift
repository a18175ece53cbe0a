import FleetModel
import Synchronization

/// What was found out of the newest state that anybody asked about. It is found with no lock held: a thread that waits for another
/// one's long look keeps everything else from going on, and two that look at once do no more than find the same.
final class Remembered<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let sequence: Int64
        let at: Timestamp
        let value: Value
    }

    private let newest = Mutex<Entry?>(nil)

    /// - Parameter freshness: for so long it holds, though the state stays the same; nil: for good.
    func value(
        of sequence: Int64, at now: Timestamp, freshness: TimeSpan?, finding find: () -> Value
    ) -> Value {
        let known = newest.withLock { $0 }
        if let known, known.sequence == sequence, freshness.map({ known.at <= now && now - known.at < $0 }) ?? true {
            return known.value
        }
        let entry = Entry(sequence: sequence, at: now, value: find())
        // Whoever began with an older state may be done later.
        newest.withLock { if $0.map({ $0.sequence <= sequence }) ?? true { $0 = entry } }
        return entry.value
    }
}
