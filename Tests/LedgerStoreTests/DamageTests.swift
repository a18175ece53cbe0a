import FleetModel
import Foundation
import LeaseLedger
import Testing

@testable import LedgerStore

/// Bytes that rot: found or harmless, and never a wrong ledger or a trap.
@Suite struct DamageTests {
    private static let pageSize = 4096

    /// A closed ledger of some hundred events, a checkpoint among them, and what it holds.
    private func ledger(_ seed: UInt64) async throws -> (folder: TemporaryFolder, events: [RecordedEvent]) {
        let folder = try TemporaryFolder(inMemory: true)
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        var history = RandomHistory(seed: seed)
        for step in 1...120 {
            let before = history.state.sequence
            try await store.append(history.next(), after: before)
            if step == 60 { try await store.checkpoint(history.state) }
        }
        let events = try await store.events(after: 0, limit: .max)
        try store.close()
        return (folder, events)
    }

    enum Harm: CaseIterable { case zeros, noise, cut }

    @Test(arguments: Harm.allCases)
    func aPageThatIsLostIsFoundOrDoesNotMatter(harm: Harm) async throws {
        let (original, events) = try await ledger(11)
        let whole = try original.bytes("ledger.sqlite")
        let pages = whole.count / Self.pageSize
        var found = 0
        for page in 0..<pages {
            var bytes = whole
            let range = page * Self.pageSize..<(page + 1) * Self.pageSize
            var noise = SplitMix(state: UInt64(page))
            switch harm {
            case .zeros: bytes.replaceSubrange(range, with: Data(count: Self.pageSize))
            case .noise:
                let garbage = (0..<Self.pageSize).map { _ in UInt8(truncatingIfNeeded: noise.next()) }
                bytes.replaceSubrange(range, with: Data(garbage))
            case .cut: bytes.removeSubrange(range.lowerBound...)
            }
            let folder = try TemporaryFolder(inMemory: true)
            try folder.write(bytes, to: "ledger.sqlite")
            do {
                let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
                defer { try? store.close() }
                let read = try await store.events(after: 0, limit: .max)
                #expect(read == events, "page \(page) of \(pages): the log reads wrongly and nobody says so")
                if try await !store.integrityCheck().isEmpty { found += 1 }
            } catch { found += 1 }
        }
        #expect(found >= pages / 2, "only \(found) of \(pages) pages were missed")
    }

    @Test func aLogThatWasCutLosesWholeBatchesFromTheEndAndNothingElse() async throws {
        let folder = try TemporaryFolder(inMemory: true)
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        var history = RandomHistory(seed: 12)
        var ends: [Int64] = [0]
        for _ in 0..<20 {
            try await store.append(history.next(), after: ends.last!)
            ends.append(history.state.sequence)
        }
        let events = try await store.events(after: 0, limit: .max)
        let database = try folder.bytes("ledger.sqlite"), log = try folder.bytes("ledger.sqlite-wal")
        try store.close()
        var lengths: Set<Int64> = []
        for length in stride(from: 0, through: log.count, by: 1_021) {
            let copy = try TemporaryFolder(inMemory: true)
            try copy.write(database, to: "ledger.sqlite")
            try copy.write(log.prefix(length), to: "ledger.sqlite-wal")
            let cut = try LedgerStore.open(at: copy.path, ballastBytes: 4096)
            let read = try await cut.load().tail
            #expect(ends.contains(Int64(read.count)), "cut to \(length) bytes: \(read.count) events are no whole batches")
            #expect(read == Array(events.prefix(read.count)))
            #expect(try await cut.integrityCheck() == [])
            lengths.insert(Int64(read.count))
            try cut.close()
        }
        #expect(lengths.count > 10)
    }

    @Test func aMissingEventIsDamageAndNoTrap() async throws {
        let (folder, _) = try await ledger(13)
        try folder.execute("DELETE FROM event WHERE sequence = 20; DELETE FROM checkpoint")
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        await #expect(throws: StoreError.damaged(path: folder.database, detail: "event 20 is missing")) {
            try await store.load()
        }
        #expect(try await store.verifyReplay() == .logUnreadable(detail: "event 20 is missing"))
        #expect(try await store.integrityCheck().count == 1)
    }

    @Test func anEventOfANewerCarrelIsNamed() async throws {
        let (folder, events) = try await ledger(14)
        try folder.execute(
            "UPDATE event SET kind = 'leaseBlessed' WHERE sequence = ?", events.count)
        let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        let detail =
            "event \(events.count): its kind leaseBlessed is unknown to this Carrel; a newer one may have written it"
        await #expect(throws: StoreError.damaged(path: folder.database, detail: detail)) { try await store.load() }
        #expect(try await store.verifyReplay() == .logUnreadable(detail: detail))
    }

    @Test func aRecordThatIsGoneOrOtherIsFound() async throws {
        for sql in ["DELETE FROM ended WHERE id = ?", "UPDATE ended SET body = replace(body, 'user', 'usher') WHERE id = ?"]
        {
            let (folder, _) = try await ledger(15)
            let id = try #require(try folder.number("SELECT max(id) FROM ended"))
            try folder.execute(sql, id)
            let store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
            #expect(try await store.verifyReplay() == .recordDiffers(.init(Int64(id))))
        }
    }
}
