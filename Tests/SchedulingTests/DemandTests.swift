import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// Whether somebody waits for what a lease holds.
@Suite struct DemandTests {
    private func wanted(_ ledger: TestLedger, _ id: LeaseID) -> Bool {
        DeviceDemand(ledger.state).wants(id)
    }

    @Test func whoWaitsForTheKindWantsItAndOthersDoNot() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2, models: ["NVIDIA A100-SXM4-80GB", "Tesla T4"], gigabytes: [80, 16])
        let big = ledger.ask("alice", "a100"), small = ledger.ask("alice", "t4")
        ledger.schedule()
        #expect(!wanted(ledger, big) && !wanted(ledger, small))
        ledger.ask("bob", "a100")
        ledger.schedule()
        #expect(wanted(ledger, big) && !wanted(ledger, small))
        ledger.ask("carol", "1")
        ledger.schedule()
        #expect(wanted(ledger, small))
    }

    @Test func whoAsksForNoDeviceWantsNone() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1, cores: 1)
        let lease = ledger.ask("alice", "1", cores: 1)
        ledger.schedule()
        ledger.ask("bob", "0", cores: 1)
        ledger.schedule()
        #expect(ledger.state.waiting.count == 1)
        #expect(!wanted(ledger, lease))
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
        #expect(wanted(ledger, own), "it would be within the limit when that comes back")
        #expect(!wanted(ledger, others), "the limit would still be in the way")
    }

    @Test func whoIsAtALimitOfTheirOwnWantsNobodysLeaseAndHidesNobody() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        let lease = ledger.ask("alice", "2")
        ledger.schedule()
        ledger.ask("anna", "2")
        ledger.limit("anna", devices: 0)
        #expect(!wanted(ledger, lease), "no end of another's lease lets it start")
        ledger.ask("bob", "2")
        #expect(wanted(ledger, lease))
    }

    @Test func oneWhoWaitsWantsOneAndNotEveryLeaseOfTheKind() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.node("n2", gpus: 1)
        let leases = (0..<3).map { ledger.ask("alice\($0)") }
        ledger.schedule()
        ledger.ask("bob")
        var demand = DeviceDemand(ledger.state)
        #expect(leases.allSatisfy(demand.wants))
        demand.take(leases[1])
        #expect(!leases.contains(where: demand.wants))
        ledger.ask("carol")
        demand = DeviceDemand(ledger.state)
        demand.take(leases[1])
        #expect(demand.wants(leases[0]) && demand.wants(leases[2]) && !demand.wants(leases[1]))
        // What ends already is counted without being told.
        for lease in leases.prefix(2) { ledger.begin(lease) }
        ledger.end(leases[0])
        ledger.end(leases[1])
        #expect(!wanted(ledger, leases[2]))
    }

    @Test func whatCantBeLentAgainIsNotWanted() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        ledger.node("n2", gpus: 1)
        ledger.node("n3", gpus: 1)
        let leases = (0..<3).map { ledger.ask("alice\($0)") }
        ledger.schedule()
        ledger.ask("bob")
        let root = Requester(UserName("root"), isAdministrator: true)
        let first = ledger.state.requests[leases[0]]?.lease?.allocation,
            second = ledger.state.requests[leases[1]]?.lease?.allocation
        if let first { ledger.command(.cordon(first.node, detail: "", by: root)) }
        if let second { ledger.command(.quarantine(second.devices[0], detail: "", by: root)) }
        #expect(!wanted(ledger, leases[0]) && !wanted(ledger, leases[1]) && wanted(ledger, leases[2]))
    }

    @Test func whoNeedsSeveralTakesThemFromOneNode() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.node("n2", gpus: 2)
        let leases = (0..<4).map { ledger.ask("alice\($0)", time: .days(20)) }
        ledger.schedule()
        for lease in leases { ledger.begin(lease) }
        ledger.ask("bob", "2", time: .days(1))
        func node(_ id: LeaseID) -> NodeName? { ledger.state.requests[id]?.lease?.allocation.node }
        let evidence = IdleEvidenceSummary(since: ledger.now)
        ledger.watchForIdleness()
        for lease in leases {
            let key = AttemptKey(lease: lease, number: 1)
            ledger.see(.idle(key, .warned(releaseAt: ledger.now + .minutes(10)), evidence))
        }
        ledger.pass(.minutes(5))
        for lease in leases {
            let key = AttemptKey(lease: lease, number: 1)
            ledger.see(.idle(key, .warnedAgain(releaseAt: ledger.now + .minutes(5)), evidence))
        }
        ledger.pass(.minutes(10))
        var taken: [LeaseID] = []
        for lease in leases {
            ledger.see(.idle(AttemptKey(lease: lease, number: 1), .released, evidence))
            if ledger.state.requests[lease]?.lease?.phase == .ending { taken.append(lease) }
        }
        #expect(taken.count == 2, "\(taken)")
        #expect(Set(taken.map(node)).count == 1)
    }
}
