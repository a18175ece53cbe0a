import DevicePolicy
import FleetModel
import Testing

@Suite struct RetestTests {
    private let rebooted = DriverEpoch(bootID: "boot-2", load: "load-1")
    private let reloaded = DriverEpoch(bootID: "boot-1", load: "load-2")

    private func stay(_ reason: Quarantine.Reason, _ cure: Quarantine.Cure) -> QuarantineStay {
        QuarantineStay(Quarantine(reason, cure: cure, since: at(minutes: 0)), in: epoch)
    }

    private func isBack(_ comeback: Comeback) -> Bool {
        if case .comesBack = comeback { return true }
        return false
    }

    @Test func looksBecomeRarerUpToOneAnHour() {
        var stay = stay(.silent, .retest)
        var pauses: [Int64] = []
        var now = at(minutes: 0)
        for _ in 0..<10 {
            guard let next = Retest.nextLook(stay, in: epoch) else { break }
            pauses.append((next - now).milliseconds / 60_000)
            now = next
            stay.lookedAt(now, in: epoch)
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
    }

    @Test func whatWaitsForAResetIsLeftAloneForAnHour() {
        var stay = stay(.xid(95), .reset)
        #expect(Retest.nextLook(stay, in: epoch) == at(minutes: 60))
        stay.lookedAt(at(minutes: 60), in: epoch)
        #expect(Retest.nextLook(stay, in: epoch) == at(minutes: 120))
        #expect(Retest.nextLook(stay, in: rebooted) == at(minutes: 60), "it was restarted: nothing is waited for")
    }

    @Test func anotherBootMakesALookDueAtOnce() {
        var stay = stay(.xid(79), .reboot)
        for minute in 1...9 { stay.lookedAt(at(minutes: Int64(minute)), in: epoch) }
        #expect(Retest.nextLook(stay, in: epoch) == at(minutes: 69))
        #expect(Retest.nextLook(stay, in: rebooted) == at(minutes: 9))
        stay.lookedAt(at(minutes: 20), in: rebooted)
        #expect(Retest.nextLook(stay, in: rebooted) == at(minutes: 21))
    }

    @Test(arguments: [Quarantine.Cure.hardware, .hand])
    func whatAPersonMustMendIsNotLookedAtByItself(cure: Quarantine.Cure) {
        let stay = stay(.xid(54), cure)
        #expect(Retest.nextLook(stay, in: rebooted) == nil)
        #expect(!isBack(Retest.judge(stay, cleanEvidence(), in: rebooted, resetConfirmed: true)))
    }

    @Test func aDeviceThatPassesComesBack() {
        for reason in [
            Quarantine.Reason.memoryStuck(above: .gibibytes(1)), .notReleased(detail: ""), .silent, .probeFailed(detail: ""),
        ] {
            #expect(Retest.judge(stay(reason, .retest), cleanEvidence(), in: epoch) == .comesBack(isProven: true))
        }
    }

    @Test func aCheckThatFailsKeepsItOut() {
        let seen = cleanEvidence { $0.after?.memoryUsed = .gibibytes(2) }
        #expect(!isBack(Retest.judge(stay(.silent, .retest), seen, in: epoch)))
        let held = [CleanCheck(.nodeReleased, .failed(detail: "process 12 has it open"))]
        #expect(
            Retest.judge(stay(.silent, .retest), cleanEvidence(), work: held, in: epoch) == .stays("process 12 has it open"))
    }

    @Test func whatItFailedMustBeShownAndOtherChecksNeedNot() {
        let unprobed = cleanEvidence { $0.probe = .notRun(reason: "no CUDA here") }
        #expect(Retest.judge(stay(.memoryStuck(above: .zero), .retest), unprobed, in: epoch) == .comesBack(isProven: false))
        #expect(Retest.judge(stay(.probeFailed(detail: ""), .retest), unprobed, in: epoch) == .stays("no CUDA here"))
        let unread = cleanEvidence { $0.after = DeviceReading(gpu, contact: .unreadable(words: "no library")) }
        #expect(Retest.judge(stay(.silent, .retest), unread, in: epoch) == .stays("no library"))
        // A node that was held: the engine's look is as good as the driver's list.
        let unlisted = cleanEvidence { $0.after?.processes = nil }
        let free = [CleanCheck(.nodeReleased, .passed)]
        #expect(!isBack(Retest.judge(stay(.notReleased(detail: ""), .retest), unlisted, in: epoch)))
        #expect(isBack(Retest.judge(stay(.notReleased(detail: ""), .retest), unlisted, work: free, in: epoch)))
    }

    @Test func aResetIsWaitedForAndSeen() {
        let stay = stay(.xid(119), .reset)
        #expect(!isBack(Retest.judge(stay, cleanEvidence(), in: epoch)))
        #expect(!isBack(Retest.judge(stay, cleanEvidence(), in: DriverEpoch(bootID: "boot-1"))))
        #expect(isBack(Retest.judge(stay, cleanEvidence(), in: reloaded)))
        #expect(isBack(Retest.judge(stay, cleanEvidence(), in: rebooted)))
        #expect(isBack(Retest.judge(stay, cleanEvidence(), in: epoch, resetConfirmed: true)))
        let fallen = cleanEvidence { $0.after?.energy = Energy(millijoules: 10) }
        #expect(isBack(Retest.judge(stay, fallen, in: epoch)))
        // Also one without counters or anybody watching, if the cure was taken.
        let bare = cleanEvidence {
            $0.after = DeviceReading(gpu); $0.incidents = nil
        }
        #expect(Retest.judge(stay, bare, in: rebooted) == .comesBack(isProven: false))
    }

    @Test func aRestartIsWaitedFor() {
        let stay = stay(.xid(79), .reboot)
        #expect(!isBack(Retest.judge(stay, cleanEvidence(), in: reloaded, resetConfirmed: true)))
        #expect(isBack(Retest.judge(stay, cleanEvidence(), in: rebooted)))
    }

    @Test func theSecondFaultOfTheHardwareWithinAMonthIsForAPerson() {
        func fault(_ days: Int64, _ reason: Quarantine.Reason = .xid(119), _ cure: Quarantine.Cure = .reset) -> Quarantine {
            Quarantine(reason, cure: cure, since: time(.days(days)))
        }
        #expect(Retest.escalate(fault(40), after: []).cure == .reset)
        #expect(Retest.escalate(fault(40), after: [fault(10)]).cure == .hardware)
        #expect(Retest.escalate(fault(40), after: [fault(9)]).cure == .reset)
        // What software does is not counted, neither then nor now.
        #expect(Retest.escalate(fault(40), after: [fault(39, .silent, .retest)]).cure == .reset)
        #expect(Retest.escalate(fault(40, .silent, .retest), after: [fault(39)]).cure == .retest)
        // Memory errors that were contained neither.
        #expect(Retest.escalate(fault(40, .memoryErrors(detail: ""), .retest), after: [fault(39)]).cure == .retest)
        #expect(Retest.escalate(fault(40), after: [fault(10)]).reason == .xid(119))
    }
}
