import CheckoutService
import FleetModel
import LeaseLedger
import Synchronization

/// Why requests wait, for a page of the line. Each reason takes a walk over the whole line, which is long where many wait: so a page
/// spends a bounded time on them, shows what another page has found shortly before, and leaves out the rest, which the
/// request's own page tells.
final class WaitReasons: Sendable {
    private struct Known {
        let words: String
        let foundAt: ContinuousClock.Instant
    }

    /// One page's time. At least one reason is found, whatever it takes.
    private static let budget = Duration.milliseconds(20)
    private static let freshness = Duration.seconds(60)
    private static let mostKnown = 1_000

    private let known = Mutex<[LeaseID: Known]>([:])

    /// The first sentence about each, as far as it is found in time.
    func reasons(for records: [RequestRecord], _ service: CheckoutService) -> [LeaseID: String] {
        let start = ContinuousClock.now
        var found: [LeaseID: String] = [:]
        for record in records {
            if found.isEmpty || .now - start < Self.budget {
                guard let words = service.sentences(about: record)?.first else { continue }
                found[record.id] = words
                keep(words, of: record.id)
            } else if let words = shortlyKnown(record.id) {
                found[record.id] = words
            }
        }
        return found
    }

    private func keep(_ words: String, of id: LeaseID) {
        let now = ContinuousClock.now
        known.withLock { known in
            if known.count >= Self.mostKnown { known = known.filter { now - $0.value.foundAt < Self.freshness } }
            if known.count >= Self.mostKnown { known = [:] }
            known[id] = Known(words: words, foundAt: now)
        }
    }

    private func shortlyKnown(_ id: LeaseID) -> String? {
        known.withLock { known in known[id].flatMap { .now - $0.foundAt < Self.freshness ? $0.words : nil } }
    }
}
