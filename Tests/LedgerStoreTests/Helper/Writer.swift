import FleetTestKit
import LeaseLedger
import LedgerStore

/// Writes the sample history, one batch after the other.
struct Writer {
    let store: LedgerStore
    private(set) var state: LedgerState
    private var seed: UInt64
    private let history: RecordedLedger

    init(store: LedgerStore, seed: UInt64) async throws {
        let (checkpoint, tail) = try await store.load()
        self.store = store
        history = try SampleHistory.ledger(rounds: StoreHelper.arguments.number("rounds"))
        self.seed = seed
        state = RecordedLedger.replay(tail, from: checkpoint ?? LedgerState())
    }

    /// The next one to seven events; nil: the history is over.
    mutating func next() -> LogBatch? {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let rest = history.events.dropFirst(Int(state.sequence))
        return rest.isEmpty ? nil : SampleBatch.batch(rest.prefix(1 + Int(seed >> 33) % 7), of: history)
    }

    mutating func take(_ event: RecordedEvent) { state.apply(event) }

    /// false: the store can't go on. A full disk is tried again: the fault comes only once.
    mutating func write(_ batch: LogBatch) async -> Bool {
        let end = state.sequence + Int64(batch.events.count)
        StoreHelper.say("begin \(end)")
        for _ in 0..<2 {
            do throws(AppendError) {
                try await store.append(batch, after: state.sequence)
                StoreHelper.say("ok \(end)")
                for event in batch.events { take(event) }
                return true
            } catch {
                switch error {
                case .full: StoreHelper.say("full")
                case .refused: StoreHelper.say("refused")
                case .outcomeUnknown: StoreHelper.say("unknown")
                }
                if case .refused = error { return false }
            }
        }
        return false
    }
}
