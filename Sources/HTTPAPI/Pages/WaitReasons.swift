import CheckoutService
import FleetModel
import LeaseLedger
import Synchronization

/// Why requests wait, for a page of the line. Each reason takes a walk over the whole line, which is long where many wait: so a page
/// shows what another has found shortly before, spends a bounded time on the others, and leaves out the rest, which the
/// request's own page tells.
final class WaitReasons: Sendable {
    private struct Known {
        let words: String
        let foundAt: ContinuousClock.Instant
    }

    /// One page's time. Where nothing is known, one reason is found, whatever it takes.
    private static let budget = Duration.milliseconds(10)
    /// Of a line so long, what is so young is not asked again.
    private static let longLine = 200
    private static let freshness = Duration.seconds(15)
    /// What is so young is better than nothing.
    private static let memory = Duration.seconds(60)
    private static let mostKnown = 1_000

    private let known = Mutex<[LeaseID: Known]>([:])

    /// The first sentence about each, as far as it is found in time.
    func reasons(for records: [RequestRecord], _ service: CheckoutService) -> [LeaseID: String] {
        let start = ContinuousClock.now
        let isLong = service.state.waiting.count > Self.longLine
        var found: [LeaseID: String] = [:]
        for record in records {
            if isLong, let words = known(record.id, within: Self.freshness) {
                found[record.id] = words
            } else if found.isEmpty || .now - start < Self.budget {
                guard let words = service.sentences(about: record)?.first else { continue }
                found[record.id] = words
                keep(words, of: record.id)
            } else if let words = known(record.id, within: Self.memory) {
                found[record.id] = words
            }
        }
        return found
    }

    private func keep(_ words: String, of id: LeaseID) {
        let now = ContinuousClock.now
        known.withLock { known in
            if known.count >= Self.mostKnown { known = known.filter { now - $0.value.foundAt < Self.memory } }
            if known.count >= Self.mostKnown { known = [:] }
            known[id] = Known(words: words, foundAt: now)
        }
    }

    private func known(_ id: LeaseID, within span: Duration) -> String? {
        known.withLock { known in known[id].flatMap { .now - $0.foundAt < span ? $0.words : nil } }
    }
}
