import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// Who comes first.
@Suite struct OrderTests {
    @Test func equalUsageIsOldestFirst() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        let first = ledger.ask("alice")
        ledger.ask("bob")
        #expect(ledger.schedule() == ["1@n1:a"])
        #expect(ledger.reasons(first) == [.oldest(of: 2)])
    }

    @Test func whoeverUsedLeastLatelyComesFirst() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        ledger.ask("alice", time: .hours(4))
        ledger.schedule()
        ledger.ask("alice")
        let late = ledger.ask("bob")
        ledger.pass(.hours(3))
        ledger.finish(LeaseID(1))
        #expect(ledger.schedule() == ["3@n1:a"])
        let used = ledger.state.recentUsage(of: UserName("alice"), at: ledger.now)
        #expect(ledger.reasons(late) == [.usedLeast(used: 0, next: UserName("alice"), nextUsed: used)])
        #expect((9_900_000...10_800_000).contains(used), "three device-hours, a little faded")
    }

    @Test func usageFadesSoThatRecentUseWeighsMore() {
        var ledger = TestLedger(halfLife: .hours(1))
        ledger.node("n1", gpus: 1)
        ledger.ask("alice", time: .hours(3))
        ledger.schedule()
        ledger.pass(.hours(2))
        ledger.finish(LeaseID(1))
        ledger.pass(.hours(10))
        ledger.ask("bob")
        ledger.schedule()
        ledger.pass(.minutes(30))
        ledger.ask("bob")
        ledger.ask("alice")
        ledger.finish(LeaseID(2))
        #expect(ledger.schedule() == ["4@n1:a"], "two hours long ago are less than half an hour now")
    }

    @Test func withinOneUserTheOldestComesFirst() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        for _ in 1...4 { ledger.ask("alice") }
        #expect(ledger.schedule() == ["1@n1:a", "2@n1:b"])
        #expect(ledger.reasons(LeaseID(1)) == [.oldest(of: 4)])
        #expect(ledger.reasons(LeaseID(2)) == [.oldest(of: 3)])
    }

    @Test func aLoneRequestSaysThatNobodyElseWaited() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        let id = ledger.ask("alice")
        ledger.schedule()
        #expect(ledger.reasons(id) == [.nobodyElseWaited])
    }

    @Test func aTeamBelowItsGuaranteeComesBeforeLighterUsers() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.team("vision", guarantee: 1, members: ["alice"])
        ledger.ask("alice", time: .hours(9))
        ledger.schedule()
        ledger.pass(.hours(5))
        ledger.finish(LeaseID(1))
        ledger.ask("bob")
        ledger.ask("bob")
        let guaranteed = ledger.ask("alice")
        #expect(ledger.schedule() == ["4@n1:a", "2@n1:b"])
        #expect(ledger.reasons(guaranteed) == [.guaranteed(team: TeamName("vision"), held: 0, guarantee: 1)])
    }

    @Test func devicesGrantedInThePassCountTowardsTheGuarantee() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 3)
        ledger.team("vision", guarantee: 2, members: ["alice"])
        ledger.ask("bob")
        ledger.ask("bob")
        for _ in 1...3 { ledger.ask("alice") }
        #expect(ledger.schedule() == ["3@n1:a", "4@n1:b", "1@n1:c"])
    }

    @Test func aGuaranteeThatDoesNotCoverAllThatIsAskedDoesNotCount() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4)
        ledger.team("vision", guarantee: 3, members: ["alice"])
        ledger.ask("bob", "1")
        ledger.ask("alice", "4")
        #expect(ledger.schedule() == ["1@n1:a"])
    }

    @Test func workWithoutDevicesNeedsNoGuarantee() {
        var ledger = TestLedger()
        ledger.node("n1", cores: 1)
        ledger.team("vision", guarantee: 3, members: ["alice"])
        ledger.ask("bob", "0", cores: 1)
        ledger.ask("alice", "0", cores: 1)
        #expect(ledger.schedule() == ["1@n1:"])
    }

    @Test func aTeamAtItsLimitIsPassed() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4)
        ledger.team("vision", limit: 2, members: ["alice", "carol"])
        for user in ["alice", "alice", "carol", "bob"] { ledger.ask(user) }
        #expect(ledger.schedule() == ["1@n1:a", "2@n1:b", "4@n1:c"])
        #expect(ledger.reasons(LeaseID(4)) == [.passed(requests: 1)])
        ledger.finish(LeaseID(1))
        #expect(ledger.schedule() == ["3@n1:a"])
    }

    @Test func aRemovedTeamHasNeitherGuaranteeNorLimit() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.team("vision", limit: 1, members: ["alice"])
        ledger.ask("alice", "2")
        #expect(ledger.plan == ["1 never"])
        ledger.command(.removeTeam(TeamName("vision"), by: Requester(UserName("root"), isAdministrator: true)))
        #expect(ledger.plan == ["1@n1:ab"])
    }
}
