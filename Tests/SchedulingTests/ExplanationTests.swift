import FleetModel
import LeaseLedger
import Scheduling
import Testing

/// What `carrel why` says.
@Suite struct ExplanationTests {
    @Test func busyDevicesAreNamedWithTheirHoldersAndEnds() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4)
        ledger.ask("bob", "1", time: .hours(5))
        ledger.ask("carol", "2", time: .hours(2))
        ledger.schedule()
        let id = ledger.ask("alice", "3")
        ledger.schedule()
        ledger.pass(.hours(1))
        #expect(
            ledger.sentences(id) == [
                "It needs 3 GPUs on one node; on n1, where it can start first, 1 is free: "
                    + "lease 2 of carol has 2 for at most 1h, lease 1 of bob has 1 for at most 4h.",
                "Asking for fewer GPUs may start it sooner.",
                "Request 3 is first in line.",
                "Smaller requests may pass it. After 23h more of waiting, what it needs is held for it.",
                "It can start within 1h, unless leases are extended or others take what comes free.",
            ])
    }

    @Test func nothingIsSaidToBeSmallerThanOneGPU() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        ledger.ask("bob", "1", time: .hours(5))
        ledger.schedule()
        let id = ledger.ask("alice", "1")
        ledger.schedule()
        ledger.pass(.hours(1))
        #expect(
            ledger.sentences(id) == [
                "It needs 1 GPU; on n1, where it can start first, none is free: lease 1 of bob has 1 for at most 4h.",
                "Request 2 is first in line.", "After 23h more of waiting, what it needs is held for it.",
                "It can start within 4h, unless leases are extended or others take what comes free.",
            ])
    }

    @Test func holdersWithOneEndAreNamedWithItOnce() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2)
        ledger.ask("bob", "1", time: .hours(5))
        ledger.ask("carol", "1", time: .hours(5))
        ledger.schedule()
        let id = ledger.ask("alice", "1")
        #expect(
            ledger.sentences(id)[0]
                == "It needs 1 GPU; on n1, where it can start first, none is free: lease 1 of bob has 1, lease 2 of carol has 1, each for at most 5h."
        )
    }

    @Test func thoseBeforeItAreNamedWithTheReason() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        ledger.team("vision", guarantee: 2, members: ["vera"])
        ledger.ask("alice", time: .hours(6))
        ledger.schedule()
        ledger.pass(.hours(3))
        let mine = ledger.ask("alice")
        ledger.ask("bob")
        ledger.ask("vera")
        ledger.schedule()
        let explanation = try ledger.explain(mine)
        #expect(explanation.position == 3)
        #expect(explanation.lineLength == 3)
        #expect(explanation.ahead.map(\.id) == [LeaseID(4), LeaseID(3)])
        let used = ledger.state.recentUsage(of: UserName("alice"), at: ledger.now)
        #expect(
            explanation.ahead.map(\.why) == [
                .guaranteed(team: TeamName("vision"), held: 0, guarantee: 2), .usedLess(theirs: 0, yours: used),
            ])
        #expect(
            ledger.sentences(mine)[1]
                == "It is number 3 of 3 in line, after 1 other request and request 3 of bob: bob used 0.0 GPU-h lately, alice 2.9."
        )
        #expect(
            ledger.sentences(LeaseID(3))[1]
                == "It is number 2 of 3 in line, after request 4 of vera: team vision holds 0 of its 2 guaranteed GPUs.")
    }

    @Test func aHoldSaysSinceWhenAndUntilWhen() throws {
        var ledger = TestLedger(holdAfter: .hours(2))
        ledger.node("n1", gpus: 2)
        ledger.ask("bob", "1", time: .hours(10))
        ledger.schedule()
        let gang = ledger.ask("alice", "2")
        ledger.pass(.hours(5))
        let blocked = ledger.ask("carol", "1", time: .hours(8))
        ledger.schedule()
        #expect(try ledger.explain(gang).held?.since == ledger.now + .hours(-3))
        #expect(
            ledger.sentences(gang).suffix(2) == [
                "2 GPUs on n1 have been held for it for 3h.",
                "It starts within 5h, unless leases are extended.",
            ])
        #expect(
            ledger.sentences(blocked).prefix(3) == [
                "What it needs on n1 is held for request 2 of alice, which has waited 3h beyond its time and can start within 5h.",
                "A lease of at most 5h may use it before that.",
                "It is number 2 of 2 in line, after request 2 of alice: what it needs has been held for it for 3h.",
            ])
        #expect(
            try ledger.explain(blocked).reason
                == .heldForAnother(
                    gang, user: UserName("alice"), since: ledger.now + .hours(-3), node: NodeName("n1"),
                    until: ledger.now + .hours(5)))
    }

    @Test func theLineIsInTheOrderOfTurns() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        ledger.team("vision", guarantee: 2, members: ["vera"])
        #expect(Scheduler.line(ledger.state, at: ledger.now).isEmpty)
        ledger.ask("alice", time: .hours(6))
        ledger.schedule()
        ledger.pass(.hours(3))
        let alice = ledger.ask("alice"), bob = ledger.ask("bob"), vera = ledger.ask("vera")
        #expect(Scheduler.line(ledger.state, at: ledger.now) == [vera, bob, alice])
    }

    @Test func adviceFitsWhatWasAskedFor() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 2, models: ["NVIDIA A100-SXM4-80GB", "NVIDIA H100"])
        ledger.ask("bob", "2", time: .hours(5))
        ledger.schedule()
        let rows = [
            ("1", nil), ("2", "Asking for fewer GPUs may start it sooner."),
            ("a100", "Asking for any kind of GPU may start it sooner."),
        ]
        for (gpus, advice) in rows {
            let id = ledger.ask("alice", gpus)
            let given = ledger.sentences(id).first { $0.hasPrefix("Asking") }
            #expect(given == advice, "\(gpus)")
        }
    }

    @Test func teamLimitsAndLostContactAreReasonsOfTheirOwn() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4)
        ledger.team("vision", limit: 1, members: ["vera"])
        ledger.ask("vera")
        ledger.schedule()
        let limited = ledger.ask("vera"), other = ledger.ask("alice")
        #expect(try ledger.explain(limited).reason == .teamLimit(team: TeamName("vision"), held: 1, asked: 1, limit: 1))
        #expect(
            ledger.sentences(limited).prefix(2) == [
                "Team vision holds 1 of the 1 GPU that it may hold at once, and this asks for 1 more.",
                "It starts when a lease of team vision ends, or when an administrator raises the limit.",
            ])
        #expect(try ledger.explain(other).reason == .startsNow)
        ledger.lose("n1")
        #expect(try ledger.explain(other).reason == .outOfContact([NodeName("n1")]))
        #expect(ledger.sentences(other)[0] == "Every node that could run it is out of contact: n1.")
    }

    @Test func lackingCoresOrMemoryAreNamedWithTheNumbers() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4, cores: 16, memory: 400)
        ledger.ask("bob", "1", time: .hours(3), cores: 13, memory: 350)
        ledger.schedule()
        let cores = ledger.ask("alice", "1", cores: 4, memory: 10), memory = ledger.ask("alice", "1", cores: 1, memory: 60)
        ledger.schedule()
        let back = ledger.now + .hours(3)
        #expect(
            try ledger.explain(cores).reason
                == .coresBusy(node: NodeName("n1"), devices: 1, asked: .cores(4), free: .cores(3), enoughAt: back))
        #expect(
            ledger.sentences(cores)[0]
                == "Its GPU is free, but n1 has 3 cores free and it needs 4; enough are back within 3h.")
        #expect(ledger.sentences(memory)[0] == "n1 has 50 GB of memory free and it needs 60 GB; enough is back within 3h.")
    }

    @Test func devicesThatCanNotBeUsedAreCounted() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 4)
        ledger.ask("bob", "2", time: .hours(3))
        ledger.schedule()
        ledger.node("n1", gpus: 4, without: "a")
        ledger.see(.stray(AttemptKey(lease: LeaseID(77), number: 1), devices: [DeviceKey("n1:d")]))
        let id = ledger.ask("alice", "3")
        #expect(
            try ledger.explain(id).reason
                == .devicesUnusable(node: NodeName("n1"), asked: 3, missing: 1, frozen: 1, quarantined: 0, unproven: 0))
        #expect(try ledger.explain(id).expectedStart.earliest == nil)
        #expect(ledger.sentences(id).last == "Nothing says yet when it can start.")
    }

    @Test func whoeverTakesThePlaceFirstIsNamed() throws {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        ledger.team("vision", guarantee: 1, members: ["vera"])
        let mine = ledger.ask("alice")
        ledger.ask("vera")
        guard case .goesFirst(let first) = try ledger.explain(mine).reason else {
            Issue.record("\(try ledger.explain(mine).reason)")
            return
        }
        #expect(first.id == LeaseID(2))
        #expect(first.why == .guaranteed(team: TeamName("vision"), held: 0, guarantee: 1))
    }

    @Test func grantsAreToldInWords() {
        var ledger = TestLedger()
        ledger.node("n1", gpus: 1)
        ledger.ask("bob", time: .hours(30))
        ledger.schedule()
        ledger.pass(.hours(20))
        ledger.finish(LeaseID(1))
        ledger.ask("bob")
        let mine = ledger.ask("alice")
        ledger.schedule()
        #expect(ledger.sentences(mine) == ["alice first: 0.0 GPU-h lately, bob 15.2."])
    }

    @Test func unknownNumbersAndTheFleetBeforeItsFirstReport() throws {
        var ledger = TestLedger()
        #expect(Scheduler.explain(LeaseID(1), in: ledger.state, at: ledger.now) == nil)
        let id = ledger.ask("alice")
        #expect(try ledger.explain(id).reason == .noNodeKnown)
        ledger.command(.giveBack(id, by: Requester(UserName("alice"))))
        #expect(ledger.sentences(id) == ["Request 1 was cancelled by alice."])
    }
}
