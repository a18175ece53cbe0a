import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// What is taken back for whom. Alice and Ann are of team vision, which has a guarantee; bob and carol are in none.
@Suite struct ReclaimTests {
    private func pool(guarantee: Int = 2, gpus: Int = 4, models: [String] = []) -> TestLedger {
        var ledger = TestLedger()
        ledger.node("n1", gpus: gpus, models: models)
        ledger.team("vision", guarantee: guarantee, members: ["alice", "ann"])
        return ledger
    }

    /// All four devices have been lent to Bob for two hours.
    private func lentPool(guarantee: Int = 2) -> TestLedger {
        var ledger = pool(guarantee: guarantee)
        for _ in 1...4 { ledger.ask("bob", time: .hours(10)) }
        ledger.schedule()
        ledger.pass(.hours(2))
        return ledger
    }

    @Test func theNewestLeaseThatIsBorrowedMakesRoom() {
        var ledger = pool()
        for _ in 1...4 {
            ledger.ask("bob", time: .hours(10))
            ledger.schedule()
            ledger.pass(.minutes(1))
        }
        ledger.pass(.hours(2))
        ledger.ask("alice")
        #expect(ledger.schedule() == ["take 4 for 5"])
        #expect(ledger.plan == [])
        ledger.pass(.minutes(5))
        ledger.command(.advanceClock)
        ledger.finish(LeaseID(4))
        #expect(ledger.schedule() == ["5@n1:d"])
        #expect(ledger.reasons(LeaseID(5)) == [.takenBack(leases: 1)])
    }

    @Test func nobodyIsAskedWhileSomethingIsFree() {
        var ledger = pool()
        for _ in 1...3 { ledger.ask("bob", time: .hours(10)) }
        ledger.schedule()
        ledger.pass(.hours(2))
        ledger.ask("alice")
        #expect(ledger.schedule() == ["4@n1:d"])
    }

    @Test func theFewestLeasesThenTheFewestDevices() {
        var ledger = pool(guarantee: 2, gpus: 5)
        ledger.ask("bob", "1", time: .hours(10))
        ledger.ask("bob", "1", time: .hours(10))
        ledger.ask("bob", "3", time: .hours(10))
        ledger.schedule()
        ledger.pass(.hours(2))
        ledger.ask("alice", "2")
        // One lease of three, rather than two of one each.
        #expect(ledger.schedule() == ["take 3 for 4"])
        ledger.ask("ann", "1")
        #expect(ledger.schedule() == [])
    }

    @Test func aGangTakesSeveral() {
        var ledger = lentPool(guarantee: 3)
        ledger.ask("alice", "3")
        #expect(ledger.schedule() == ["take 2 for 5", "take 3 for 5", "take 4 for 5"])
    }

    @Test func whatTheGuaranteeDoesNotCoverWaits() {
        var ledger = lentPool(guarantee: 1)
        ledger.ask("alice", "2")
        ledger.ask("carol", "1")
        #expect(ledger.schedule() == [])
        ledger.ask("alice", "1")
        ledger.ask("ann", "1")
        // One is covered; the other one would be the team's second.
        #expect(ledger.schedule() == ["take 4 for 7"])
    }

    @Test func ofOtherTeamsOnlyWhatIsBeyondTheirGuarantee() {
        var ledger = pool(guarantee: 4)
        ledger.team("speech", guarantee: 3, members: ["bob"])
        for _ in 1...4 { ledger.ask("bob", time: .hours(10)) }
        ledger.schedule()
        ledger.pass(.hours(2))
        ledger.ask("alice", "2")
        #expect(ledger.schedule() == [])
        ledger.ask("alice", "1")
        #expect(ledger.schedule() == ["take 4 for 6"])
    }

    @Test func leasesRunForTheirMinimumFirst() {
        var ledger = pool()
        for _ in 1...4 { ledger.ask("bob", time: .hours(10)) }
        ledger.schedule()
        ledger.ask("alice")
        ledger.pass(.minutes(59))
        #expect(ledger.schedule() == [])
        ledger.pass(.minutes(1))
        #expect(ledger.schedule() == ["take 4 for 5"])
    }

    @Test func whoGetsSomethingByThenAnywayTakesNothing() {
        var ledger = pool()
        for _ in 1...3 { ledger.ask("bob", time: .hours(10)) }
        ledger.ask("bob", time: .minutes(64))
        ledger.schedule()
        ledger.pass(.minutes(60))
        ledger.ask("alice")
        #expect(ledger.schedule() == [])
        // A second one can't have the same.
        ledger.pass(.minutes(4))
        ledger.command(.advanceClock)
        ledger.finish(LeaseID(4))
        #expect(ledger.schedule() == ["5@n1:d"])
        ledger.ask("ann")
        #expect(ledger.schedule() == ["take 3 for 6"])
    }

    @Test func kindsCoresAndMemoryCount() {
        var ledger = pool(guarantee: 2, models: ["NVIDIA A100-SXM4-80GB", "NVIDIA H100 80GB HBM3"])
        ledger.ask("bob", "h100:1", time: .hours(10))
        ledger.ask("bob", "h100:1", time: .hours(10))
        ledger.ask("bob", "a100:1", time: .hours(10), cores: 50)
        ledger.schedule()
        ledger.pass(.hours(2))
        ledger.ask("alice", "h100:1")
        #expect(ledger.schedule() == ["take 2 for 4"])
        // A GPU is free for it; the cores are not.
        ledger.ask("ann", "a100:1", cores: 20)
        #expect(ledger.schedule() == ["take 3 for 5"])
    }

    @Test func otherDevicesMakeItNeedless() {
        var ledger = lentPool()
        ledger.ask("alice")
        #expect(ledger.schedule() == ["take 4 for 5"])
        ledger.finish(LeaseID(1))
        #expect(ledger.schedule() == ["5@n1:a", "spare 4"])
        #expect(!ledger.state.takesAnythingBack)
    }

    @Test func aRequestThatGoesAwaySparesTheLease() {
        var ledger = lentPool()
        ledger.ask("alice")
        #expect(ledger.schedule() == ["take 4 for 5"])
        ledger.command(.giveBack(LeaseID(5), by: Requester(UserName("alice"))))
        #expect(ledger.schedule() == ["spare 4"])
    }

    @Test func whatIsTakenBackGoesToWhomItWasTakenFor() {
        var ledger = lentPool(guarantee: 2)
        ledger.ask("alice", "2")
        #expect(ledger.schedule() == ["take 3 for 5", "take 4 for 5"])
        // Carol never used anything and asks for less: she would come first.
        ledger.ask("carol", time: .hours(3))
        ledger.ask("carol", time: .minutes(2))
        #expect(ledger.schedule() == [])
        ledger.finish(LeaseID(3))
        // On the device that waits for the other one only who leaves it in time.
        #expect(ledger.schedule() == ["7@n1:c"])
        ledger.finish(LeaseID(7))
        ledger.pass(.minutes(5))
        ledger.command(.advanceClock)
        ledger.finish(LeaseID(4))
        #expect(ledger.schedule() == ["5@n1:cd"])
    }

    @Test func theSwitchOfThePolicyIsObeyed() {
        var ledger = lentPool()
        ledger.ask("alice")
        var policy = ledger.state.policy
        policy.reclaim.isOn = false
        let root = Requester(UserName("root"), isAdministrator: true)
        ledger.command(.setPolicy(policy, by: root))
        #expect(ledger.schedule() == [])
        policy.reclaim.isOn = true
        ledger.command(.setPolicy(policy, by: root))
        #expect(ledger.schedule() == ["take 4 for 5"])
        policy.reclaim.isOn = false
        ledger.command(.setPolicy(policy, by: root))
        #expect(ledger.schedule() == ["spare 4"])
    }

    @Test func aNodeThatIsLostSparesItsLeases() {
        var ledger = lentPool()
        ledger.ask("alice")
        #expect(ledger.schedule() == ["take 4 for 5"])
        ledger.lose("n1")
        #expect(ledger.schedule() == ["spare 4"])
    }

    @Test func anOverdueRequestTakesToo() {
        var ledger = TestLedger(holdAfter: .zero)
        ledger.node("n1", gpus: 4)
        ledger.team("vision", guarantee: 4, members: ["alice"])
        for _ in 1...4 { ledger.ask("bob", time: .hours(10)) }
        ledger.schedule()
        ledger.pass(.hours(2))
        ledger.ask("carol", "4")
        ledger.ask("alice", "4")
        #expect(ledger.schedule() == ["take 1 for 6", "take 2 for 6", "take 3 for 6", "take 4 for 6"])
        #expect(ledger.plan == [])
    }

    @Test func whatIsTakenBackForTwoOfOneNodeIsTakenOnce() {
        var ledger = lentPool(guarantee: 4)
        ledger.ask("alice", "1")
        ledger.ask("ann", "1")
        #expect(ledger.schedule(atMost: 10) == ["take 4 for 5", "take 3 for 6"])
        ledger.pass(.minutes(5))
        ledger.finish(LeaseID(3))
        #expect(ledger.schedule(atMost: 10) == ["5@n1:c"])
        ledger.finish(LeaseID(4))
        #expect(ledger.schedule(atMost: 10) == ["6@n1:d"])
    }

    @Test func aLookThatFailsIsAwaited() {
        var ledger = lentPool(guarantee: 1)
        ledger.ask("alice")
        #expect(ledger.schedule() == ["take 4 for 5"])
        ledger.pass(.minutes(5))
        ledger.end(LeaseID(4))
        ledger.verify(LeaseID(4), .failed(detail: "memory"))
        #expect(ledger.schedule(atMost: 10) == [])
        ledger.pass(.minutes(2))
        #expect(ledger.schedule(atMost: 10) == [])
        ledger.verify(LeaseID(4))
        #expect(ledger.schedule() == ["5@n1:d"])
        #expect(ledger.reasons(LeaseID(5)) == [.takenBack(leases: 1)])
    }

    @Test func aDeviceThatIsGivenUpIsReplaced() {
        var ledger = lentPool(guarantee: 1)
        ledger.ask("alice")
        #expect(ledger.schedule() == ["take 4 for 5"])
        ledger.pass(.minutes(5))
        ledger.end(LeaseID(4))
        let check = CleanCheck(.memoryReleased, .failed(detail: "memory"), on: DeviceKey("n1:d"))
        let fault = DeviceFault(DeviceKey("n1:d"), .memoryStuck(above: .gibibytes(2)), cure: .retest)
        ledger.see(.verified(AttemptKey(lease: LeaseID(4), number: 1), [check], giveUp: [fault]))
        #expect(ledger.schedule(atMost: 10) == ["take 3 for 5"])
    }

    @Test func whoLeavesEarlyLeavesToWhomItWasTakenFor() {
        var ledger = pool(guarantee: 2)
        ledger.team("speech", guarantee: 1, members: ["carol"])
        ledger.ask("alice")
        ledger.schedule()
        ledger.pass(.minutes(30))
        ledger.finish(LeaseID(1))
        for _ in 1...4 { ledger.ask("bob", time: .hours(10)) }
        ledger.schedule()
        ledger.pass(.hours(2))
        ledger.ask("alice", "2")
        #expect(ledger.schedule() == ["take 4 for 6", "take 5 for 6"])
        ledger.finish(LeaseID(4), LeaseID(5))
        // A guarantee covers Carol's too, and she never used anything.
        ledger.ask("carol", "1")
        #expect(ledger.schedule(atMost: 10).first == "6@n1:cd")
        #expect(ledger.reasons(LeaseID(6)) == [.takenBack(leases: 2)])
    }
}
