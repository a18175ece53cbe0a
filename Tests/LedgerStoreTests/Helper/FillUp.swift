import FleetTestKit
import LeaseLedger
import LedgerStore

extension StoreHelper {
    /// Fills a small file system, frees the ballast, and goes on; then starts again on the full disk.
    static func fillUp() async throws {
        let folder = arguments["folder"]
        let store = try LedgerStore.open(at: folder, ballastBytes: 256 << 10)
        StoreHelper.say("ballast \(store.hasBallast)")
        var writer = try await Writer(store: store, seed: 1)
        try await writer.writeUntilFull()
        try store.releaseBallast()
        StoreHelper.say("ballast \(store.hasBallast)")
        try await writer.writeUntilFull()
        do throws(StoreError) {
            try await store.checkpoint(writer.state)
            StoreHelper.say("checkpoint")
        } catch .full { StoreHelper.say("noCheckpoint") }
        StoreHelper.say("restored \(try store.restoreBallast())")
        StoreHelper.say("verdict \(try await store.verifyReplay(against: writer.state)) \(writer.state.sequence)")
        try store.close()

        let again = try LedgerStore.open(at: folder, ballastBytes: 256 << 10)
        let second = try await Writer(store: again, seed: 2)
        StoreHelper.say("verdict \(try await again.verifyReplay(against: second.state)) \(second.state.sequence)")
        StoreHelper.say("done")
    }
}

extension Writer {
    mutating func writeUntilFull() async throws {
        var written = 0
        while let batch = next() {
            do throws(AppendError) {
                try await store.append(batch, after: state.sequence)
            } catch {
                guard case .full = error else { throw error }
                // The connection is as good as before: what fits is still written.
                break
            }
            for event in batch.events { take(event) }
            written += 1
        }
        StoreHelper.say("full \(written)")
    }
}
