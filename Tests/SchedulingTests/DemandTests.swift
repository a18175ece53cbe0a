import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// Whether somebody waits for what a lease holds.
@Suite struct DemandTests {
    private func wanted(_ ledger: TestLedger, _ id: LeaseID) throws -> Bool {
        let record = try #require(ledger.state.requests[id])
        return DeviceDemand(ledger.state).wants(try #require(record.lease), of: record.team)
    }

    @Test func whoWaitsForTheKindWantsItAndOthersDoNot() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2, models: ["NVIDIA A100-SXM4-80GB", "Tesla T4"], gigabytes: [80, 16])
        let big = ledger.ask("alice", "a100"), small = ledger.ask("alice", "t4")
        ledger.schedule()
        #expect(try !wanted(ledger, big) && !wanted(ledger, small))
        ledger.ask("bob", "a100")
        ledger.schedule()
        #expect(try wanted(ledger, big) && !wanted(ledger, small))
        ledger.ask("carol", "1")
        ledger.schedule()
        #expect(try wanted(ledger, small))
    }

    @Test func whoAsksForNoDeviceWantsNone() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1, cores: 1)
        let lease = ledger.ask("alice", "1", cores: 1)
        ledger.schedule()
        ledger.ask("bob", "0", cores: 1)
        ledger.schedule()
        #expect(ledger.state.waiting.count == 1)
        #expect(try !wanted(ledger, lease))
    }

    @Test func aTeamAtItsLimitWantsOnlyWhatItHoldsItself() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.team("vision", limit: 1, members: ["alice", "ann"])
        let own = ledger.ask("alice"), others = ledger.ask("bob")
        ledger.schedule()
        ledger.ask("ann")
        ledger.schedule()
        #expect(ledger.state.waiting.count == 1)
        #expect(try wanted(ledger, own), "it would be within the limit when that comes back")
        #expect(try !wanted(ledger, others), "the limit would still be in the way")
    }
}
