import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// Passing, holding and letting others in meanwhile.
@Suite struct HoldingTests {
    /// n1 has four devices, three of them busy for ten more hours; request 2 asks for all four and has waited a day.
    private func gangWaits(_ hours: Int64 = 25) -> TestLedger {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4, cores: 64)
        ledger.ask("bob", "3", time: .hours(hours + 10))
        ledger.schedule()
        ledger.ask("alice", "4", time: .hours(2))
        ledger.pass(.hours(hours))
        return ledger
    }

    @Test func beforeTheSetTimeASmallerOnePasses() {
        var ledger = gangWaits(23)
        let small = ledger.ask("carol", "1", time: .days(2))
        #expect(ledger.schedule() == ["3@n1:d"])
        #expect(ledger.reasons(small) == [.passed(requests: 1)])
    }

    @Test func afterTheSetTimeNobodyPasses() {
        var ledger = gangWaits()
        ledger.ask("carol", "1", time: .days(2))
        #expect(ledger.schedule() == [])
    }

    @Test func whoEndsInTimeMayUseHeldDevices() {
        var ledger = gangWaits()
        ledger.ask("carol", "1", time: TimeSpan(milliseconds: 36_000_001))
        let fits = ledger.ask("dave", "1", time: .hours(10))
        #expect(ledger.schedule() == ["4@n1:d"])
        let until = ledger.now + .hours(10)
        #expect(ledger.reasons(fits) == [.passed(requests: 2), .backfilled(holder: LeaseID(2), freeUntil: until)])
    }

    @Test func theHeldRequestStartsWhenItsDevicesAreBack() {
        var ledger = gangWaits()
        ledger.ask("carol", "1", time: .days(2))
        ledger.finish(LeaseID(1))
        #expect(ledger.schedule() == ["2@n1:abcd"])
        #expect(ledger.reasons(LeaseID(2)) == [.held(since: ledger.now + .hours(-1))])
    }

    @Test func lighterUsersDoNotStarveARequestThatHasWaited() {
        var ledger = TestLedger(holdAfter: .hours(2))
        ledger.node("n1", gpus: 2)
        ledger.ask("heavy", "2", time: .hours(10))
        ledger.schedule()
        ledger.ask("heavy", "2", time: .hours(1))
        ledger.pass(.hours(3))
        ledger.finish(LeaseID(1))
        ledger.ask("light", "1", time: .hours(1))
        #expect(ledger.schedule() == ["2@n1:ab"], "it has waited for its time, whatever its user used")
    }

    @Test func aGuaranteeComesBeforeAHold() {
        var ledger = gangWaits()
        ledger.team("vision", guarantee: 1, members: ["carol"])
        ledger.ask("carol", "1", time: .days(2))
        #expect(ledger.schedule() == ["3@n1:d"])
    }

    @Test func devicesAreHeldWhereTheRequestCanStartFirst() throws {
        var ledger = TestLedger(holdAfter: .hours(1))
        ledger.node("n1", gpus: 2)
        ledger.node("n2", gpus: 2)
        ledger.ask("bob", "2", time: .hours(9))
        ledger.ask("bob", "1", time: .hours(5))
        ledger.schedule()
        let gang = ledger.ask("alice", "2")
        ledger.pass(.hours(2))
        let held = try ledger.explain(gang)
        #expect(held.held?.node == NodeName("n2"))
        #expect(held.expectedStart.earliest == ledger.now + .hours(3))
        #expect(held.expectedStart.latest == ledger.now + .hours(3))
        ledger.ask("carol", "1", time: .hours(4))
        #expect(ledger.schedule() == [])
        ledger.extend(LeaseID(2), by: .hours(6))
        #expect(try ledger.explain(gang).held?.node == NodeName("n1"), "an extension moves the hold")
        #expect(ledger.schedule() == ["4@n2:b"])
    }

    @Test func leasesThatAreEndingCountAsSoon() throws {
        var ledger = TestLedger(holdAfter: .hours(1))
        ledger.node("n1", gpus: 2)
        ledger.node("n2", gpus: 2)
        ledger.ask("bob", "2", time: .hours(3))
        ledger.ask("bob", "2", time: .hours(9))
        ledger.schedule()
        let gang = ledger.ask("alice", "2")
        ledger.pass(.hours(2))
        #expect(try ledger.explain(gang).held?.node == NodeName("n1"))
        ledger.end(LeaseID(2))
        #expect(try ledger.explain(gang).held?.node == NodeName("n2"))
        ledger.verify(LeaseID(2), .failed(detail: "a process holds it"))
        #expect(
            try ledger.explain(gang).held?.node == NodeName("n1"), "devices that failed a look come back nobody knows when")
    }

    @Test func nothingIsHeldWhereNothingSaysWhenItCouldStart() throws {
        var ledger = TestLedger(holdAfter: .hours(1))
        ledger.node("n1", gpus: 2)
        ledger.ask("bob", "1", time: .hours(9))
        ledger.schedule()
        let gang = ledger.ask("alice", "2")
        ledger.pass(.hours(2))
        ledger.node("n1", gpus: 2, without: "a")
        #expect(try ledger.explain(gang).held == nil)
        ledger.ask("carol", "1", time: .days(3))
        #expect(ledger.schedule() == ["3@n1:b"], "holding a device for what may never come would only waste it")
    }

    @Test func severalHoldsTakeDifferentDevices() throws {
        var ledger = TestLedger(holdAfter: .hours(1))
        ledger.node("n1", gpus: 4)
        ledger.ask("bob", "1", time: .hours(5))
        ledger.ask("bob", "1", time: .hours(7))
        ledger.schedule()
        let first = ledger.ask("alice", "3"), second = ledger.ask("alice", "3")
        let third = ledger.ask("alice", "1", time: .hours(9))
        ledger.pass(.hours(2))
        #expect(ledger.plan == [])
        #expect(try ledger.explain(first).held?.devices.map(\.name) == ["n1:a", "n1:c", "n1:d"])
        #expect(try ledger.explain(second).held == nil, "two devices are not three")
        #expect(try ledger.explain(third).held?.devices.map(\.name) == ["n1:b"])
        #expect(try ledger.explain(third).expectedStart.latest == ledger.now + .hours(5))
    }

    @Test func coresAndMemoryAreHeldToo() {
        var ledger = TestLedger(holdAfter: .hours(1))
        ledger.node("n1", gpus: 2, cores: 16)
        ledger.ask("bob", "1", time: .hours(6), cores: 10)
        ledger.schedule()
        ledger.ask("alice", "1", cores: 12)
        ledger.pass(.hours(2))
        ledger.ask("carol", "0", time: .hours(9), cores: 5)
        #expect(ledger.schedule() == [], "at the shadow time 16 cores are free, and only 4 are not spoken for")
        ledger.ask("carol", "0", time: .hours(4), cores: 2)
        ledger.ask("carol", "0", time: .hours(9), cores: 4)
        #expect(ledger.schedule() == ["4@n1:", "5@n1:"])
        ledger.ask("carol", "0", time: .hours(9), cores: 1)
        #expect(ledger.schedule() == [], "what was let in beside the hold counts")
    }

    @Test func aRequestWithoutDevicesCanBeHeldForAsWell() throws {
        var ledger = TestLedger(holdAfter: .hours(1))
        ledger.node("n1", cores: 8)
        ledger.ask("bob", "0", time: .hours(6), cores: 6)
        ledger.schedule()
        let big = ledger.ask("alice", "0", cores: 8)
        ledger.pass(.hours(2))
        ledger.ask("carol", "0", time: .hours(5), cores: 2)
        #expect(ledger.schedule() == [])
        #expect(try ledger.explain(big).held?.devices == [])
        ledger.ask("carol", "0", time: .hours(4), cores: 2)
        #expect(ledger.schedule() == ["4@n1:"])
    }

    @Test func theLivelockOfCountedInButUnplaceableRequests() {
        // 32 devices are there and the team may hold 64, but no node has more than 24: neither starve others nor loop.
        var ledger = TestLedger(holdAfter: .zero)
        ledger.node("n1", gpus: 24)
        ledger.node("n2", gpus: 8)
        ledger.team("vision", guarantee: 64, limit: 64, members: ["alice"])
        ledger.ask("alice", "32")
        ledger.ask("bob", "8")
        #expect(ledger.schedule() == ["1 never", "2@n2:abcdefgh"])
        ledger.ask("alice", "24", time: .hours(1))
        #expect(ledger.schedule() == ["3@n1:abcdefghijklmnopqrstuvwx"])
        ledger.ask("alice", "24")
        ledger.lose("n1")
        for _ in 1...3 { ledger.ask("bob", "8", time: .hours(1)) }
        #expect(ledger.schedule() == [])
        ledger.finish(LeaseID(2))
        #expect(ledger.schedule() == ["5@n2:abcdefgh"], "the node that the big one needs is away: nothing is held for it")
    }
}
