import CheckoutService
import FleetModel
import LedgerStore

/// Lets go of events that are older than they are to be kept, once a day.
struct EventRetention: Sendable {
    let store: LedgerStore
    let clock: BootClock
    /// nil: for ever.
    let keep: TimeSpan?

    /// After a start there is more urgent work.
    private static let firstAfter = Duration.seconds(60)
    private static let interval = Duration.seconds(86_400)

    /// Runs until cancelled.
    func run() async {
        var pause = Self.firstAfter
        while !Task.isCancelled {
            try? await Task.sleep(for: pause)
            pause = Self.interval
            guard let keep, !Task.isCancelled else { continue }
            do throws(StoreError) {
                try await store.deleteEvents(before: clock.now() + TimeSpan(milliseconds: -keep.milliseconds))
            } catch {
                complain("old events were not deleted, and nothing is lost: \(error)")
            }
        }
    }
}
