import FleetTestKit
import LeaseLedger
import Synchronization
import Testing

@testable import LedgerStore

/// The examination that every event log passes.
@Suite struct ConformanceTests {
    @Test func theStoreIsAnEventLog() async throws {
        let folders = Mutex<[TemporaryFolder]>([])
        try await exerciseEventLog(
            make: {
                let folder = try TemporaryFolder()
                folders.withLock { $0.append(folder) }
                return try LedgerStore.open(at: folder.path, ballastBytes: 4096)
            },
            reopen: { log in
                // Beside the first, which goes on: what another process would find at this moment.
                try LedgerStore.open(at: #require(log as? LedgerStore).directory, ballastBytes: 4096)
            })
    }
}
