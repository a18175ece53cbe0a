import Foundation
import Glibc
import Testing

@testable import LedgerStore

@Suite struct BallastTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func itTakesUpItsRoomUntilItIsReleased() throws {
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 1 << 20)
        #expect(store.hasBallast)
        let file = try #require(StoreFiles.status(of: folder.path + "/ballast"))
        #expect(file.st_size == 1 << 20)
        #expect(Int64(file.st_blocks) * 512 >= 1 << 20, "a sparse file frees nothing")
        try store.releaseBallast()
        try store.releaseBallast()
        #expect(!store.hasBallast)
        #expect(try store.restoreBallast())
        #expect(try store.restoreBallast())
        #expect(store.hasBallast)
    }

    @Test func withoutRoomItWaits() throws {
        let store = try LedgerStore.open(at: folder.path, ballastBytes: .max / 4)
        #expect(!store.hasBallast)
        #expect(try !store.restoreBallast())
        #expect(try !folder.names().contains("ballast"))
    }

    @Test func aSparseOrShortOneIsReplaced() throws {
        #expect(FileManager.default.createFile(atPath: folder.path + "/ballast", contents: nil))
        #expect(truncate(folder.path + "/ballast", 1 << 20) == 0)
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 1 << 20)
        #expect(store.hasBallast)
        let file = try #require(StoreFiles.status(of: folder.path + "/ballast"))
        #expect(Int64(file.st_blocks) * 512 >= 1 << 20)
    }
}
