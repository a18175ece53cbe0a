import FleetModel
import LeaseLedger
import Testing

@testable import LedgerStore

@Suite struct ArchiveTests {
    let folder: TemporaryFolder
    let store: LedgerStore
    let history: RandomHistory
    /// Every request that ended, as it was at its end.
    let ended: [RequestRecord]

    init() async throws {
        folder = try TemporaryFolder()
        store = try LedgerStore.open(at: folder.path, ballastBytes: 4096)
        var history = RandomHistory(seed: 31), ended: [RequestRecord] = []
        for _ in 0..<200 {
            let before = history.state.sequence
            let batch = history.next()
            try await store.append(batch, after: before)
            ended += batch.ended
        }
        self.history = history
        self.ended = ended.sorted { $0.id > $1.id }
    }

    @Test(arguments: [1, 3, 1_000])
    func pagesOfEndedRequestsGiveEachOnce(limit: Int) async throws {
        #expect(ended.count > 20)
        for user in [nil, UserName("user1"), UserName("nobody")] {
            var read: [RequestRecord] = []
            while true {
                let page = try await store.endedRecords(before: read.last?.id, limit: limit, user: user)
                #expect(page.count <= limit)
                if page.isEmpty { break }
                read += page
            }
            #expect(read == ended.filter { user == nil || $0.user == user })
        }
    }

    @Test(arguments: [0, -1]) func aPageOfNothingIsEmpty(limit: Int) async throws {
        #expect(try await store.endedRecords(limit: limit) == [])
        #expect(try await store.events(after: 0, limit: limit) == [])
    }

    @Test func everyEndedRequestIsFoundByItsNumber() async throws {
        for record in ended { #expect(try await store.endedRecord(record.id) == record) }
        let over = Set(ended.map(\.id))
        for record in history.state.requests.all where !over.contains(record.id) {
            #expect(try await store.endedRecord(record.id) == nil)
            #expect(try await store.workOrder(of: record.id) == RandomHistory.order(record.id))
        }
        #expect(try await store.endedRecord(LeaseID(.max)) == nil)
        #expect(try await store.workOrder(of: LeaseID(0)) == nil)
    }

    @Test func workOrdersAreThoseOfRequestsThatAreNotOver() async throws {
        let open = history.state.requests.all.filter { !$0.isOver }
        let contents = try await store.contents()
        #expect(contents.workOrders == open.count)
        #expect(contents.endedRequests == ended.count)
        #expect(contents.events == Int(history.state.sequence))
        #expect(contents.bytes > 0)
    }

    @Test func eventsComeInPagesAndByRequest() async throws {
        let all = try await store.events(after: 0, limit: .max)
        #expect(all.map(\.sequence) == Array(1...history.state.sequence))
        var read: [RecordedEvent] = []
        while true {
            let page = try await store.events(after: read.last?.sequence ?? 0, limit: 7)
            if page.isEmpty { break }
            read += page
        }
        #expect(read == all)
        #expect(try await store.events(after: history.state.sequence, limit: 5) == [])
        for id in ended.prefix(10).map(\.id) {
            #expect(try await store.events(about: id) == all.filter { $0.event.subject == id })
        }
    }
}
