import Foundation
import FleetModel
import GRDB
import LeaseLedger
import Testing

@testable import LedgerStore

@Suite struct AppendTests {
    let folder: TemporaryFolder
    let store: LedgerStore

    init() throws {
        folder = try TemporaryFolder()
        store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
    }

    @Test func aBatchIsThereAfterAnotherOpen() async throws {
        var history = RandomHistory(seed: 1)
        var events: [RecordedEvent] = []
        while events.count < 50 {
            let batch = history.next()
            try await store.append(batch, after: Int64(events.count))
            events += batch.events
        }
        try store.close()
        let again = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        #expect(try await again.load().tail == events)
        try await again.append(history.next(), after: Int64(events.count))
    }

    @Test func aBatchAfterAnotherEventThanTheLastIsRefusedAndLeavesNothing() async throws {
        var history = RandomHistory(seed: 2)
        let batch = history.next()
        let wrong = LogBatch(
            events: batch.events.map { RecordedEvent(sequence: $0.sequence + 5, at: $0.at, event: $0.event) })
        await #expect(throws: AppendError.self) { try await store.append(wrong, after: 5) }
        await #expect(throws: AppendError.self) { try await store.append(batch, after: 3) }
        await #expect(throws: AppendError.self) { try await store.append(batch, after: -1) }
        #expect(try await store.contents().events == 0)
        try await store.append(batch, after: 0)
        await #expect(throws: AppendError.self) { try await store.append(batch, after: 0) }
        #expect(try await store.contents().events == batch.events.count)
    }

    @Test func aBatchWithAGapIsRefused() async throws {
        var history = RandomHistory(seed: 3)
        var events: [RecordedEvent] = []
        while events.count < 3 { events += history.next().events }
        let gap = LogBatch(events: [events[0], events[2]])
        await #expect(throws: AppendError.refused(detail: "event 3 was to follow event 1: the batch has a gap")) {
            try await store.append(gap, after: 0)
        }
        #expect(try await store.contents().events == 0)
    }

    @Test func ofTwoStoresOnOneFolderOnlyOneGoesOn() async throws {
        let other = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        var history = RandomHistory(seed: 4)
        let first = history.next()
        try await store.append(first, after: 0)
        #expect(await failure { () async throws(AppendError) in try await other.append(first, after: 0) }?.isRefused == true)
        try await store.append(history.next(), after: Int64(first.events.count))
        #expect(try await other.events(after: 0, limit: .max).count == Int(history.state.sequence))
        #expect(
            try await store.verifyReplay(against: history.state) == .agrees(events: history.state.sequence, checkpoints: 0))
    }

    @Test func aBatchOfNothingIsAllRight() async throws {
        try await store.append(LogBatch(), after: 0)
        #expect(try await store.contents().events == 0)
    }

    @Test func aCancelledTaskStillFinishesItsAppend() async throws {
        var history = RandomHistory(seed: 5)
        let batch = history.next()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await store.append(batch, after: 0)
        }
        try await task.value
        #expect(try await store.contents().events == batch.events.count)
    }

    @Test func aClosedStoreSaysSo() async throws {
        var history = RandomHistory(seed: 6)
        let batch = history.next()
        try store.close()
        try store.close()
        #expect(await failure { () async throws(AppendError) in try await store.append(batch, after: 0) }?.isRefused == true)
        await #expect(throws: StoreError.self) { try await store.load() }
        await #expect(throws: StoreError.self) { try await store.contents() }
    }

    @Test func aWorkOrderIsThereUntilItsRequestEndsAndIsWipedThen() async throws {
        let order = RandomHistory.order(LeaseID(1))
        var state = LedgerState()
        let alice = UserName("alice")
        let submission = Submission(user: alice, name: "train", resources: ResourceRequest(devices: .none))
        let submitted = try state.handle(.submit(submission), at: Timestamp(milliseconds: 5))
        try await store.append(LogBatch(events: submitted, orders: [(LeaseID(1), order)]), after: 0)
        #expect(try await store.workOrder(of: LeaseID(1)) == order)
        #expect(try await store.endedRecord(LeaseID(1)) == nil)
        try store.close()
        #expect(try folder.bytes("ledger.sqlite").range(of: Data("s3cret-1".utf8)) != nil)

        let again = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        var batch = LedgerBatch(from: state, at: Timestamp(milliseconds: 9))
        _ = batch.submit(.giveBack(LeaseID(1), by: Requester(alice)))
        try await again.append(LogBatch(events: batch.events, ended: batch.ended), after: 1)
        #expect(try await again.workOrder(of: LeaseID(1)) == nil)
        #expect(try await again.endedRecord(LeaseID(1)) == batch.state.requests[LeaseID(1)])
        try await again.checkpoint(batch.state)
        for name in try folder.names() {
            #expect(try folder.bytes(name).range(of: Data("s3cret-1".utf8)) == nil, "\(name) still holds the secret")
        }
    }

    @Test func aRequestThatComesAndEndsInOneBatchLeavesNoOrder() async throws {
        var batch = LedgerBatch(from: LedgerState(), at: Timestamp(milliseconds: 5))
        let alice = UserName("alice")
        _ = batch.submit(.submit(Submission(user: alice, name: "train", resources: ResourceRequest(devices: .none))))
        _ = batch.submit(.giveBack(LeaseID(1), by: Requester(alice)))
        try await store.append(
            LogBatch(events: batch.events, ended: batch.ended, orders: [(LeaseID(1), RandomHistory.order(LeaseID(1)))]),
            after: 0)
        #expect(try await store.contents().workOrders == 0)
        #expect(try await store.contents().endedRequests == 1)
    }

    /// A commit is on the disk before `append` returns; NORMAL would leave it to the system's mood.
    @Test func everyCommitIsSynced() async throws {
        let found = try await store.write { database in
            try ["synchronous", "secure_delete", "foreign_keys", "wal_autocheckpoint"].map {
                try Int.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(found == [2, 1, 1, 0])
    }

    @Test func theWriteAheadLogStaysSmall() async throws {
        var history = RandomHistory(seed: 7)
        for _ in 0..<700 {
            let before = history.state.sequence
            try await store.append(history.next(), after: before)
        }
        let size = StoreFiles.size(of: folder.writeAheadLog)
        #expect(size < 12 << 20, "\(size) bytes after \(history.state.sequence) events")
        try await store.checkpoint(history.state)
        #expect(StoreFiles.size(of: folder.writeAheadLog) == 0)
    }

    @Test func readersSeeTheLogWhileItGrows() async throws {
        let store = store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    var seen = 0
                    while seen < 300 {
                        let events = try await store.events(after: 0, limit: .max)
                        #expect(events.count >= seen)
                        seen = events.count
                    }
                }
            }
            group.addTask {
                var history = RandomHistory(seed: 8)
                while history.state.sequence < 300 {
                    let before = history.state.sequence
                    try await store.append(history.next(), after: before)
                }
            }
            try await group.waitForAll()
        }
    }
}

extension AppendError {
    var isRefused: Bool { if case .refused = self { true } else { false } }
}

/// How an append failed; nil: it did not.
private func failure(of body: () async throws(AppendError) -> Void) async -> AppendError? {
    do throws(AppendError) {
        try await body()
        return nil
    } catch { return error }
}
