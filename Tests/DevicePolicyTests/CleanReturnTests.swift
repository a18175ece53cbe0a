import FleetModel
import Testing

@testable import DevicePolicy

@Suite struct CleanReturnTests {
    private func result(_ subject: CleanCheck.Subject, _ seen: ReturnEvidence) -> CleanCheck.Result? {
        CleanReturn.judge(seen).first { $0.subject == subject }?.result
    }

    private func verdict(_ seen: ReturnEvidence, after span: TimeSpan = .zero, rounds: Int = 1) -> ReturnVerdict {
        DevicePolicyTests.verdict(on: seen, ReturnProgress(rounds: rounds, since: time(.zero)), at: time(span))
    }

    private func quarantine(_ verdict: ReturnVerdict) -> Quarantine? {
        if case .quarantine(let quarantine) = verdict { return quarantine }
        return nil
    }

    private func isUnknown(_ result: CleanCheck.Result?) -> Bool {
        if case .notChecked(let reason) = result { return !reason.isEmpty }
        return false
    }

    @Test func aDeviceThatIsWellIsClean() {
        #expect(
            CleanReturn.judge(cleanEvidence()).map(\.subject) == [
                .driverListEmpty, .memoryReleased, .healthUnchanged, .probePassed,
            ])
        #expect(CleanReturn.judge(cleanEvidence()).allSatisfy { $0.result == .passed && $0.device == gpu })
        #expect(verdict(cleanEvidence()) == .clean)
    }

    @Test func nothingKnownIsUnprovenAndNeverBad() {
        let checks = CleanReturn.judge(ReturnEvidence(gpu))
        #expect(checks.count == 4)
        #expect(checks.allSatisfy { isUnknown($0.result) })
        #expect(
            DevicePolicyTests.verdict(
                on: ReturnEvidence(gpu), ReturnProgress(rounds: 9, since: time(.zero)), at: time(.days(1)))
                == .unproven)
    }

    @Test func aProcessThatLingersIsAskedForAgainAndThenQuarantined() {
        let seen = cleanEvidence { $0.after?.processes = [process(4711)] }
        guard case .askAgain(let pause, let reason) = verdict(seen) else {
            Issue.record("it should be asked again")
            return
        }
        #expect(pause == TimeSpan(milliseconds: 200))
        #expect(reason == "still on the GPU: process 4711 (python, alice)")
        #expect(quarantine(verdict(seen, after: .seconds(59), rounds: 20)) == nil)
        let end = quarantine(verdict(seen, after: .seconds(60), rounds: 21))
        #expect(end?.reason == .notReleased(detail: reason))
        #expect(end?.cure == .retest)
        #expect(end?.since == time(.seconds(60)))
    }

    @Test func pausesGrowAndNeverPassTheEndOfPatience() {
        let seen = cleanEvidence { $0.after?.processes = [process(1)] }
        let pauses: [Int64] = (1...70).compactMap {
            if case .askAgain(let pause, _) = verdict(seen, rounds: $0) { return pause.milliseconds }
            return nil
        }
        #expect(pauses.prefix(6) == [200, 400, 800, 1_600, 3_200, 5_000])
        #expect(pauses.count == 70 && pauses.allSatisfy { (1...5_000).contains($0) })
        guard case .askAgain(let last, _) = verdict(seen, after: .seconds(59), rounds: 30) else {
            Issue.record("there is a second left")
            return
        }
        #expect(last == .seconds(1))
    }

    @Test func daemonsOfTheDriverMayBeOnTheList() {
        let daemons = [
            process(7, "/usr/bin/nvidia-persistenced", by: "nvidia-persistenced", 0),
            process(8, "/usr/lib/xorg/Xorg vt2", by: "root"),
        ]
        let seen = cleanEvidence {
            $0.after?.processes = daemons
            $0.after?.memoryUsed = MemoryBytes(1 << 30) + MemoryBytes(4 << 20)
        }
        #expect(verdict(seen) == .clean)
        // One that does not tell what it holds may hold all of it.
        let untold = cleanEvidence {
            $0.after?.processes = [process(8, "/usr/lib/xorg/Xorg vt2", by: "root", nil)]
            $0.after?.memoryUsed = .gibibytes(1)
        }
        #expect(isUnknown(result(.memoryReleased, untold)))
        // Anybody may call a program so.
        let impostor = cleanEvidence { $0.after?.processes = [process(9, "/tmp/nv-hostengine", by: "mallory", 0)] }
        #expect(verdict(impostor) != .clean)
    }

    @Test(arguments: [(Int64(4 + 64), true), (Int64(4 + 65), false)])
    func memoryMayBeSixtyFourMebibytesAboveTheBaseline(mebibytes: Int64, isFine: Bool) {
        let seen = cleanEvidence { $0.after?.memoryUsed = MemoryBytes(mebibytes << 20) }
        #expect((result(.memoryReleased, seen) == .passed) == isFine)
        if !isFine {
            let end = quarantine(verdict(seen, after: .seconds(61)))
            #expect(end?.reason == .memoryStuck(above: MemoryBytes((mebibytes - 4) << 20)))
        }
    }

    @Test func withoutABaselineTheLookBeforeTheLeaseServes() {
        var seen = cleanEvidence { $0.baseline = MemoryBaseline() }
        #expect(result(.memoryReleased, seen) == .passed)
        // Somebody was on it then: it says nothing.
        seen.before?.processes = [process(3)]
        #expect(isUnknown(result(.memoryReleased, seen)))
        seen.before = nil
        #expect(isUnknown(result(.memoryReleased, seen)))
        // So much is kept by no device with nobody on it: as after a restart of the server while work ran.
        seen.after?.memoryUsed = MemoryBaseline.bound + MemoryBytes(1)
        #expect(
            quarantine(verdict(seen, after: .seconds(61)))?.reason
                == .memoryStuck(above: MemoryBaseline.bound + MemoryBytes(1)))
    }

    @Test(arguments: [48, 62, 64, 79, 95, 119, 140])
    func aFatalXidQuarantinesAtOnce(number: Int) {
        let seen = cleanEvidence { $0.incidents = [xid(13), xid(number)] }
        let end = quarantine(verdict(seen))
        #expect(end?.reason == .xid(number))
        #expect(end?.cure == XidMeaning(of: number).cure)
    }

    @Test(arguments: [13, 31, 43, 63, 154])
    func aProgramsFaultLeavesTheDeviceClean(number: Int) {
        #expect(verdict(cleanEvidence { $0.incidents = [xid(number)] }) == .clean)
        // And needs no probe to be so.
        #expect(
            result(
                .healthUnchanged,
                cleanEvidence {
                    $0.incidents = [xid(number)]; $0.probe = .notRun(reason: "none")
                })
                == .passed)
    }

    @Test(arguments: [109, 999, 500])
    func aDoubtfulXidIsDecidedByTheProbe(number: Int) {
        #expect(verdict(cleanEvidence { $0.incidents = [xid(number)] }) == .clean)
        let without = cleanEvidence {
            $0.incidents = [xid(number)]; $0.probe = .notRun(reason: "there is no CUDA here")
        }
        #expect(isUnknown(result(.healthUnchanged, without)))
        #expect(verdict(without) == .unproven)
        let failing = cleanEvidence {
            $0.incidents = [xid(number)]; $0.probe = .failed(detail: "no context in 10s")
        }
        #expect(quarantine(verdict(failing, after: .seconds(60)))?.reason == .probeFailed(detail: "no context in 10s"))
    }

    @Test func whatHappenedToAnotherDeviceDoesNotMatter() {
        #expect(verdict(cleanEvidence { $0.incidents = [xid(79, on: DeviceKey("GPU-2"))] }) == .clean)
    }

    @Test func theHardestCureWins() {
        let seen = cleanEvidence {
            $0.incidents = [xid(119), xid(79)]
            $0.after?.processes = [process(4)]
        }
        #expect(quarantine(verdict(seen))?.cure == .reboot)
        #expect(quarantine(verdict(cleanEvidence { $0.incidents = [xid(62), xid(79)] }))?.reason == .xid(79))
        let worn = cleanEvidence {
            $0.incidents = [xid(79)]
            $0.after?.rows = RowRemapping(hasFailed: true)
        }
        #expect(quarantine(verdict(worn))?.cure == .hardware)
    }

    @Test func newMemoryErrorsQuarantineAndOldOnesDoNot() {
        let new = cleanEvidence {
            $0.before?.uncorrectedErrors = 2; $0.after?.uncorrectedErrors = 3
        }
        #expect(quarantine(verdict(new))?.reason == .memoryErrors(detail: "1 memory error could not be mended"))
        #expect(quarantine(verdict(new))?.cure == .reset)
        #expect(
            verdict(
                cleanEvidence {
                    $0.before?.uncorrectedErrors = 2; $0.after?.uncorrectedErrors = 2
                }) == .clean)
        // The counter began anew: what it shows is new.
        #expect(
            verdict(
                cleanEvidence {
                    $0.before?.uncorrectedErrors = 2; $0.after?.uncorrectedErrors = 0
                }) == .clean)
        #expect(
            quarantine(
                verdict(
                    cleanEvidence {
                        $0.before?.uncorrectedErrors = 2; $0.after?.uncorrectedErrors = 1
                    })) != nil)
        // Nobody knows how many there were before.
        #expect(
            quarantine(
                verdict(
                    cleanEvidence {
                        $0.before = nil; $0.after?.uncorrectedErrors = 5
                    })) == nil)
        // The driver's events count what the counter does not.
        let told = cleanEvidence { $0.incidents = [DeviceIncident(gpu, .uncorrectedError, at: time(.zero))] }
        #expect(quarantine(verdict(told))?.cure == .reset)
    }

    @Test func aContainedMemoryErrorMayComeBackByARetest() {
        let seen = cleanEvidence {
            $0.incidents = [xid(48), xid(94)]; $0.after?.uncorrectedErrors = 1
        }
        #expect(quarantine(verdict(seen))?.cure == .retest)
        #expect(
            quarantine(
                verdict(
                    cleanEvidence {
                        $0.incidents = [xid(48), xid(95)]; $0.after?.uncorrectedErrors = 1
                    }))?.cure == .reset)
    }

    @Test(arguments: [
        (Int32(15), Quarantine.Cure.reboot), (16, .reset), (14, .hardware), (999, .retest),
    ])
    func aDeviceThatTheDriverGaveUpIsQuarantinedAtOnce(code: Int32, cure: Quarantine.Cure) {
        let seen = cleanEvidence { $0.after = DeviceReading(gpu, contact: .fails(code: code, words: "it is lost")) }
        #expect(quarantine(verdict(seen))?.reason == .lost(detail: "it is lost"))
        #expect(quarantine(verdict(seen))?.cure == cure)
        #expect(isUnknown(result(.memoryReleased, seen)))
    }

    @Test func aSilentDriverIsGivenTimeAndAnUnreadableOneIsNoFault() {
        let silent = cleanEvidence { $0.after = DeviceReading(gpu, contact: .silent) }
        guard case .askAgain = verdict(silent) else {
            Issue.record("it may answer yet")
            return
        }
        #expect(quarantine(verdict(silent, after: .seconds(60)))?.reason == .silent)
        let words = "the library does not fit the driver"
        let unreadable = cleanEvidence { $0.after = DeviceReading(gpu, contact: .unreadable(words: words)) }
        #expect(verdict(unreadable, after: .hours(1)) == .unproven)
        #expect(result(.driverListEmpty, unreadable) == .notChecked(reason: words))
    }

    @Test(arguments: [
        (RecoveryAction.nothing, Quarantine.Cure?.none), (.reset, .reset), (.rebootNode, .reboot), (.drainLinks, .reset),
        (.drainAndReset, .reset), (.recoverChannels, .retest),
    ])
    func theDriversWishIsACure(action: RecoveryAction, cure: Quarantine.Cure?) {
        let seen = cleanEvidence { $0.after?.recovery = action }
        #expect(quarantine(verdict(seen))?.cure == cure)
        if cure != nil { #expect(quarantine(verdict(seen))?.reason == .recoveryDue(action)) }
    }

    @Test func aReplacementThatWaitsForAResetDoesNotKeepADeviceOut() {
        #expect(verdict(cleanEvidence { $0.after?.rows = RowRemapping(uncorrected: 1, isPending: true) }) == .clean)
    }

    @Test func aCardWithoutCountersIsWellWhereSomebodyWatched() {
        let bare: (inout ReturnEvidence) -> Void = {
            $0.after?.uncorrectedErrors = nil
            $0.after?.rows = nil
            $0.after?.recovery = nil
        }
        #expect(result(.healthUnchanged, cleanEvidence(bare)) == .passed)
        #expect(
            isUnknown(
                result(
                    .healthUnchanged,
                    cleanEvidence {
                        bare(&$0); $0.incidents = nil
                    })))
    }

    @Test func whatTheEngineFoundCounts() {
        let held = CleanCheck(.nodeReleased, .failed(detail: "process 12 has /dev/nvidia0 open"))
        let other = CleanCheck(.nodeReleased, .failed(detail: "another"), on: DeviceKey("GPU-2"))
        func judge(_ work: [CleanCheck], _ span: TimeSpan) -> ReturnVerdict {
            DevicePolicyTests.verdict(
                on: cleanEvidence(), work: work, ReturnProgress(rounds: 1, since: time(.zero)), at: time(span))
        }
        #expect(judge([other], .zero) == .clean)
        #expect(
            judge([held], .zero) == .askAgain(after: TimeSpan(milliseconds: 200), reason: "process 12 has /dev/nvidia0 open")
        )
        #expect(quarantine(judge([held], .minutes(2)))?.reason == .notReleased(detail: "process 12 has /dev/nvidia0 open"))
        #expect(judge([CleanCheck(.nodeReleased, .notChecked(reason: "no right"))], .zero) == .unproven)
    }

    @Test func whatFailedMustPassAndNotOnlyBeOutOfSight() {
        var doubts = ReturnDoubts()
        func round(_ number: Int, _ span: TimeSpan, _ probe: ProbeResult) -> (checks: [CleanCheck], verdict: ReturnVerdict) {
            CleanReturn.round(
                on: cleanEvidence { $0.probe = probe }, &doubts, ReturnProgress(rounds: number, since: time(.zero)),
                at: time(span))
        }
        let unseen = ProbeResult.notRun(reason: "the last one hangs")
        #expect(round(1, .zero, unseen).verdict == .unproven)
        guard case .askAgain = round(2, .seconds(1), .failed(detail: "no answer")).verdict else {
            Issue.record("a probe that fails is asked again")
            return
        }
        let later = round(3, .seconds(2), unseen)
        #expect(later.checks.contains { $0.subject == .probePassed && $0.hasFailed && $0.device == gpu })
        let late = quarantine(round(4, .minutes(2), unseen).verdict)
        guard case .probeFailed? = late?.reason else {
            Issue.record("\(String(describing: late))")
            return
        }
        #expect(round(5, .minutes(2), .passed).verdict == .clean)
        #expect(round(6, .minutes(2), unseen).verdict == .unproven)
    }
}
