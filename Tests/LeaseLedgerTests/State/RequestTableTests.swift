import FleetModel
import FleetTestKit
import FoundationEssentials
import LeaseLedger
import Testing

@Suite struct RequestTableTests {
    private let record: RequestRecord

    init() throws {
        var ledger = RecordedLedger()
        let resources = ResourceRequest(devices: DeviceSelector(count: 1))
        _ = try ledger.handle(
            .submit(Submission(user: UserName("alice"), name: "x", resources: resources)), at: ManualClock.start
        ).get()
        record = try #require(ledger.state.requests[LeaseID(1)])
    }

    @Test(arguments: [1, 2, 255, 256, 257, 511, 512, 513, 65_536, 65_537, 1_000_000] as [Int64])
    func theEdgesOfItsChunks(number: Int64) throws {
        var table = RequestTable()
        table[LeaseID(number)] = record
        #expect(table[LeaseID(number)] == record)
        #expect(table[LeaseID(number - 1)] == nil)
        #expect(table[LeaseID(number + 1)] == nil)
        #expect(table.all == [record])
        table[LeaseID(number)] = nil
        #expect(table == RequestTable())
        #expect(table.all == [])
    }

    @Test(arguments: [0, -1, .min, .max] as [Int64])
    func numbersThatNoRequestHas(number: Int64) {
        var table = RequestTable()
        table[LeaseID(number)] = nil
        #expect(table[LeaseID(number)] == nil)
        #expect(table == RequestTable())
        if number < 1 {
            table[LeaseID(number)] = record
            #expect(table == RequestTable())
        }
    }

    @Test func theSameRecordsMakeTheSameTable() {
        var short = RequestTable(), long = RequestTable()
        for number in 1...1_000 as ClosedRange<Int64> { long[LeaseID(number)] = record }
        for number in 6...1_000 as ClosedRange<Int64> { long[LeaseID(number)] = nil }
        for number in (1...5 as ClosedRange<Int64>).reversed() { short[LeaseID(number)] = record }
        #expect(short == long)
        #expect(short.hashValue == long.hashValue)
        long[LeaseID(700)] = record
        #expect(short != long)
    }

    @Test func aHundredThousandEntries() throws {
        var table = RequestTable()
        for number in 1...100_000 as ClosedRange<Int64> { table[LeaseID(number)] = record }
        #expect(table.all.count == 100_000)
        for number in stride(from: 1, through: 100_000, by: 3) as StrideThrough<Int64> { table[LeaseID(number)] = nil }
        #expect(table.all.count == 66_666)
        #expect(table[LeaseID(1)] == nil)
        #expect(table[LeaseID(2)] != nil)
        #expect(table[LeaseID(100_000)] == nil)
        for number in 1...100_000 as ClosedRange<Int64> { table[LeaseID(number)] = nil }
        #expect(table == RequestTable())
    }

    @Test func aCopyIsIndependent() {
        var table = RequestTable()
        for number in 1...600 as ClosedRange<Int64> { table[LeaseID(number)] = record }
        let before = table
        var other = table
        other[LeaseID(300)] = nil
        other[LeaseID(601)] = record
        #expect(table == before)
        #expect(table[LeaseID(300)] == record)
        #expect(table[LeaseID(601)] == nil)
        #expect(other.all.count == 600)
    }

    /// Requests that end out of order leave chunks empty at the end; a checkpoint must not tell that apart.
    @Test func aStateWhoseNewestRequestsAreForgottenComesBackFromACheckpoint() throws {
        var ledger = LedgerState()
        let resources = ResourceRequest(devices: DeviceSelector(count: 1))
        let submission = Submission(user: UserName("alice"), name: "x", resources: resources)
        let alice = Requester(UserName("alice"))
        for _ in 0..<1_300 { _ = try ledger.handle(.submit(submission), at: ManualClock.start) }
        for number in (1...1_300 as ClosedRange<Int64>).reversed() {
            _ = try ledger.handle(.giveBack(LeaseID(number), by: alice), at: ManualClock.start)
        }
        #expect(ledger.over.count == LedgerState.closedKept)
        #expect(ledger.requests[LeaseID(1_300)] == nil)
        #expect(ledger.requests.all.count == LedgerState.closedKept)
        #expect(try RecordedLedger.codingRoundTrip(ledger) == ledger)
        #expect(throws: Rejection.unknown(LeaseID(1_300))) {
            try ledger.handle(.giveBack(LeaseID(1_300), by: alice), at: ManualClock.start)
        }
    }
}
