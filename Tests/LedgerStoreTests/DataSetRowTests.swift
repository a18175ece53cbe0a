import FleetModel
import Testing

@testable import LedgerStore

@Suite struct DataSetRowTests {
    @Test func whatIsAddedIsReadAfterARestartAndGoesOnce() async throws {
        let folder = try TemporaryFolder()
        var first = DataSet(
            name: "imagenet", folder: "/srv/imagenet", about: "pictures", teams: [TeamName("vision"), TeamName("a\"b")],
            isOpen: false,
            addedBy: UserName("root"), addedAt: Timestamp(milliseconds: 5))
        (first.files, first.bytes) = (3, 1 << 40)
        let second = DataSet(
            name: "corpus", folder: "/srv/corpus", addedBy: UserName("root"), addedAt: Timestamp(milliseconds: 6))
        do {
            let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
            #expect(try await store.addDataSet(first))
            #expect(try await store.addDataSet(second))
            #expect(try await !store.addDataSet(first))
            try store.close()
        }
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        #expect(try await store.dataSets() == [second, first])
        let changed = first.with(about: "more pictures", teams: [])
        #expect(changed.files == 3 && changed.teams.isEmpty && !changed.isOpen)
        #expect(try await store.changeDataSet(changed))
        #expect(try await store.dataSets() == [second, changed])
        #expect(try await store.removeDataSet("imagenet"))
        #expect(try await !store.changeDataSet(changed))
        #expect(try await !store.removeDataSet("imagenet"))
        #expect(try await store.dataSets() == [second])
        try store.close()
    }
}
