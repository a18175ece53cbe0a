import CheckoutService
import FleetModel
import LedgerStore

/// Lets go of events that are older than they are to be kept, once a day, where the clock can be trusted.
struct EventRetention: Sendable {
    let store: LedgerStore
    let clock: BootClock
    /// nil: for ever.
    let keep: TimeSpan?
    let pause: DeletionPause

    /// After a start there is more urgent work.
    private static let firstAfter = Duration.seconds(60)
    private static let interval = Duration.seconds(86_400)
    private static let pausedInterval = Duration.seconds(3_600)
    /// What one run may delete of the events that are kept: 1 / 4, and a small number in any case.
    private static let share = 4, fewest = 1_000
    /// How long sessions and links that open nothing any more are kept.
    private static let signInDays: Int64 = 30
    /// Of what people did, in one run.
    private static let mostAudit = 100_000

    /// Runs until cancelled.
    func run() async {
        var wait = Self.firstAfter
        while !Task.isCancelled {
            try? await Task.sleep(for: wait)
            guard !Task.isCancelled else { continue }
            guard pause.isOver(now: clock.now(), wallAhead: clock.wallAhead()) else {
                wait = Self.pausedInterval
                continue
            }
            wait = Self.interval
            do throws(StoreError) {
                try await store.deleteOldSignIns(before: clock.now() + TimeSpan.days(-Self.signInDays))
                guard let keep else { continue }
                let time = clock.now() + TimeSpan(milliseconds: -keep.milliseconds)
                try await store.deleteAudit(before: time, atMost: Self.mostAudit)
                let most = max(Self.fewest, try await store.keptEvents() / Self.share)
                try await store.deleteEvents(
                    before: time, atMost: most)
            } catch {
                complain("old events were not deleted, and nothing is lost: \(error)")
            }
        }
    }
}
