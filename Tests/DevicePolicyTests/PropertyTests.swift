import FleetModel
import Testing

@testable import DevicePolicy

/// Thousands of made-up stories, the same in every run.
@Suite struct PropertyTests {
    @Test func unknownNeverQuarantines() {
        var random = LinearGenerator(seed: 1)
        for _ in 0..<2_000 {
            let seen = Evidence.wellOrUnknown(&random)
            let verdict = Evidence.verdict(seen, &random)
            #expect(verdict == .clean || verdict == .unproven, "\(seen)")
            if let after = seen.after {
                let health = Health.judge(after, incidents: seen.incidents ?? [], previous: seen.before, at: at(minutes: 1))
                if case .bad = health { Issue.record("\(seen)") }
            }
        }
    }

    @Test func knowingLessNeverMakesAVerdictHarder() {
        var random = LinearGenerator(seed: 2)
        var hard = 0
        for _ in 0..<3_000 {
            let seen = Evidence.any(&random)
            let less = Evidence.blurred(seen, &random)
            let work = Evidence.work(&random), span = TimeSpan.seconds(Int64(random.next(below: 90)))
            func judge(_ seen: ReturnEvidence) -> Int {
                let progress = ReturnProgress(rounds: 3, since: time(.zero))
                switch DevicePolicyTests.verdict(on: seen, work: work, progress, at: time(span)) {
                case .clean, .unproven: return 0
                case .askAgain: return 1
                case .quarantine: return 2
                }
            }
            if judge(seen) == 2 { hard += 1 }
            #expect(judge(less) <= judge(seen), "\(seen) and then \(less)")
        }
        // The stories are not all harmless.
        #expect(hard > 500)
    }

    @Test func aJudgementIsTotalAndTheSameEachTime() {
        var random = LinearGenerator(seed: 3)
        for _ in 0..<2_000 {
            var seen = Evidence.any(&random)
            let checks = CleanReturn.judge(seen)
            #expect(checks.map(\.subject) == [.driverListEmpty, .memoryReleased, .healthUnchanged, .probePassed])
            let first = Evidence.late(seen)
            #expect(first == Evidence.late(seen))
            // The order in which incidents were told does not matter.
            seen.incidents?.reverse()
            #expect(first == Evidence.late(seen))
            // A failed check and nothing else is what keeps a device from the pool.
            let fails = checks.contains { if case .failed = $0.result { true } else { false } }
            if case .quarantine = first { #expect(fails) } else { #expect(!fails) }
        }
    }

    @Test func aDeviceThatRecoversComesBack() {
        var random = LinearGenerator(seed: 4)
        var cures: [Quarantine.Cure] = []
        while cures.count < 1_000 {
            let bad = Evidence.any(&random)
            guard case .quarantine(let quarantine) = Evidence.late(bad) else { continue }
            cures.append(quarantine.cure)
            var stay = QuarantineStay(quarantine, in: epoch)
            let failing = random.next(below: 20)
            let reboot = DriverEpoch(bootID: "boot-2", load: "load-1")
            var isBack = false
            for look in 0..<40 where !isBack {
                let epochNow = look > failing ? reboot : epoch
                guard let next = Retest.nextLook(stay, in: epochNow) else { break }
                var seen = look > failing ? cleanEvidence() : bad
                seen.before = wellReading()
                switch Retest.judge(stay, seen, in: epochNow) {
                case .comesBack: isBack = true
                case .stays(let reason):
                    #expect(!reason.isEmpty)
                    stay.lookedAt(next, in: epochNow)
                }
                // A device never comes back while what was wrong goes on.
                if isBack { #expect(look > failing, "\(bad) \(quarantine)") }
            }
            #expect(isBack == (quarantine.cure != .hardware), "\(quarantine)")
        }
        #expect([.retest, .reset, .reboot, .hardware].allSatisfy(cures.contains))
    }

    @Test func aBreakerLetsAtMostHalfOfANodeGoInItsWindow() {
        var random = LinearGenerator(seed: 5)
        for _ in 0..<500 {
            let devices = 1 + random.next(below: 16)
            var breaker = Breaker(), out: [(device: Int, at: Int64)] = [], second: Int64 = 0
            for _ in 0..<100 {
                second += Int64(random.next(below: 60))
                let device = random.next(below: devices)
                let goes = breaker.allowsQuarantine(of: DeviceKey("\(device)"), among: devices, at: time(.seconds(second)))
                if goes {
                    #expect(breaker.allowsLeases(at: time(.seconds(second))))
                    out.append((device, second))
                    let lately = Set(out.filter { $0.at >= second - 300 }.map(\.device))
                    #expect(lately.count <= max(1, devices / 2))
                } else {
                    #expect(devices > 1 && breaker.alert != nil)
                }
            }
        }
    }
}

/// Makes up what is seen of a device.
private enum Evidence {
    static func wellOrUnknown(_ random: inout LinearGenerator) -> ReturnEvidence {
        var seen = cleanEvidence()
        // What programs do, and what is worth a note, leaves a device well.
        seen.incidents = (0..<random.next(below: 3)).map { _ in
            xid(random.pick([8, 13, 31, 43, 63, 69, 92, 109, 154, 999, 4_711]))
        }
        for _ in 0..<4 { seen = blurred(seen, &random) }
        return seen
    }

    static func any(_ random: inout LinearGenerator) -> ReturnEvidence {
        var seen = cleanEvidence()
        if random.chance(30) { seen.incidents = (0..<random.next(below: 4)).map { _ in incident(&random) } }
        if random.chance(20) { seen.after?.processes = (0..<random.next(below: 3)).map { _ in anyProcess(&random) } }
        if random.chance(20) { seen.after?.memoryUsed = MemoryBytes(Int64(random.next(below: 200)) << 20) }
        if random.chance(20) { seen.before?.uncorrectedErrors = Int64(random.next(below: 3)) }
        if random.chance(20) { seen.after?.uncorrectedErrors = Int64(random.next(below: 3)) }
        if random.chance(10) { seen.after?.recovery = random.pick(RecoveryAction.allCases) }
        if random.chance(10) { seen.after?.rows = RowRemapping(isPending: random.chance(50), hasFailed: random.chance(50)) }
        if random.chance(10) { seen.probe = .failed(detail: "no context") }
        if random.chance(10) { seen.baseline = MemoryBaseline() }
        if random.chance(15) {
            seen.after?.contact = random.pick([
                .silent, .unreadable(words: "no library"),
                .fails(code: random.pick([14, 15, 16, 17, 999]), words: "it is lost"),
            ])
        }
        return random.chance(30) ? blurred(seen, &random) : seen
    }

    static func incident(_ random: inout LinearGenerator) -> DeviceIncident {
        let device = random.chance(80) ? gpu : DeviceKey("GPU-2")
        if random.chance(10) { return DeviceIncident(device, .uncorrectedError, at: at(minutes: 0)) }
        return xid(random.chance(5) ? 999 : random.next(below: 180), on: device)
    }

    static func anyProcess(_ random: inout LinearGenerator) -> DeviceProcess {
        process(
            Int32(random.next(below: 9_000)), random.pick(["python", "Xorg", "nv-hostengine", nil]),
            by: random.pick(["root", "alice", nil]), random.pick([0, 100 << 20, nil]))
    }

    /// The same, with one thing less known.
    static func blurred(_ seen: ReturnEvidence, _ random: inout LinearGenerator) -> ReturnEvidence {
        var less = seen
        switch random.next(below: 13) {
        case 0: less.before = nil
        case 1: less.after = nil
        case 2: less.incidents = nil
        case 3: less.probe = .notRun(reason: "no probe here")
        case 4: less.baseline = MemoryBaseline()
        case 5: less.after?.processes = nil
        case 6: less.after?.memoryUsed = nil
        case 7: less.after?.uncorrectedErrors = nil
        case 8: less.after?.rows = nil
        case 9: less.after?.recovery = nil
        case 10: less.before?.uncorrectedErrors = nil
        case 11: less.before?.processes = nil
        default: less.after?.contact = .unreadable(words: "no permission")
        }
        return less
    }

    static func work(_ random: inout LinearGenerator) -> [CleanCheck] {
        [
            random.pick([
                CleanCheck(.nodeReleased, .passed), CleanCheck(.nodeReleased, .notChecked(reason: "no right")),
                CleanCheck(.processesGone, .failed(detail: "process 4 does not end")),
            ])
        ]
    }

    static func verdict(_ seen: ReturnEvidence, _ random: inout LinearGenerator) -> ReturnVerdict {
        let rounds = random.next(below: 40), seconds = Int64(random.next(below: 200))
        return DevicePolicyTests.verdict(
            on: seen, ReturnProgress(rounds: rounds, since: time(.zero)), at: time(.seconds(seconds)))
    }

    /// When all patience has passed.
    static func late(_ seen: ReturnEvidence) -> ReturnVerdict {
        DevicePolicyTests.verdict(on: seen, ReturnProgress(rounds: 20, since: time(.zero)), at: time(.minutes(2)))
    }
}
