import DevicePolicy
import FleetModel
import Testing

@Suite struct IdleTests {
    @Test(arguments: [
        (WorkKind.job, "90 warn, 120 warn again, 135 release"), (.session, "90 warn, 105 warn again, 120 release"),
        (.service, "1470 tell"),
    ])
    func eachKindOfWorkHasItsTimers(kind: WorkKind, story: String) {
        var lease = IdleStory(kind)
        lease.go(to: 5_000)
        #expect(lease.text == story)
    }

    @Test func whereNobodyWaitsPeopleAreToldOnceAndNothingIsTaken() {
        var lease = IdleStory(someoneWaits: false)
        lease.go(to: 3_000)
        #expect(lease.text == "90 tell")
        // Then somebody waits: what was said long ago named no time, and both warnings are given with theirs.
        lease.situation.someoneWaits = true
        lease.go(to: 4_000)
        #expect(lease.text == "90 tell, 3001 warn, 3031 warn again, 3046 release")
    }

    @Test func warningsThatNothingFollowedAreGivenAnew() {
        var lease = IdleStory()
        lease.go(to: 121)
        lease.situation.someoneWaits = false
        lease.go(to: 600)
        lease.situation.someoneWaits = true
        lease.go(to: 700)
        #expect(lease.text == "90 warn, 120 warn again, 601 warn, 631 warn again, 646 release")
        // So is a first one whose time has passed without a second.
        var early = IdleStory()
        early.go(to: 100)
        early.situation.someoneWaits = false
        early.go(to: 600)
        early.situation.someoneWaits = true
        early.go(to: 700)
        #expect(early.text == "90 warn, 601 warn, 631 warn again, 646 release")
    }

    @Test func theFirstDaysAreADryRun() {
        var lease = IdleStory(installedDaysAgo: 6)
        lease.go(to: 1_000)
        #expect(lease.text == "135 would release")
        // Its user heard nothing, so that the warnings begin when it is over.
        lease.go(to: 2_000)
        #expect(lease.text == "135 would release, 1440 warn, 1470 warn again, 1485 release")
        var alone = IdleStory(someoneWaits: false, installedDaysAgo: 6)
        alone.go(to: 1_000)
        #expect(alone.text == "")
    }

    static let uses: [(String, WorkKind, @Sendable (inout IdleEvidence) -> Void)] = [
        ("utilisation", .job, { $0.devices[0].utilization = .seen(2) }),
        ("power", .job, { $0.devices[0].power = .seen(Power(milliwatts: 72_000)) }),
        ("memory", .job, { $0.devices[0].memoryUsed = .seen(.gibibytes(10) + MemoryBytes(64 << 20)) }),
        ("less memory", .job, { $0.devices[0].memoryUsed = .seen(.gibibytes(9)) }),
        ("typing", .session, { $0.terminalInput = .seen(true) }), ("kernel", .session, { $0.kernelBusy = .seen(true) }),
        ("requests", .service, { $0.requests = .seen(1) }),
        ("no device", .job, { $0.devices = [] }),
        ("unknown utilisation", .job, { $0.devices[0].utilization = .unknown }),
        ("no utilisation", .job, { $0.devices[0].utilization = .notThere }),
        ("unknown power", .job, { $0.devices[0].power = .unknown }),
        ("unknown memory", .job, { $0.devices[0].memoryUsed = .unknown }), ("unknown cores", .job, { $0.cpu = .unknown }),
        ("unknown traffic", .job, { $0.traffic = .unknown }), ("unknown input", .session, { $0.terminalInput = .unknown }),
        ("unknown kernel", .session, { $0.kernelBusy = .unknown }),
        ("unknown requests", .service, { $0.requests = .unknown }),
    ]

    @Test(arguments: uses.indices)
    func oneLookWithUseBeginsTheTimeAnew(index: Int) {
        let (_, kind, use) = Self.uses[index]
        var lease = IdleStory(kind)
        let warning = kind == .service ? Int64(1_470) : 90
        lease.go(to: warning - 10)
        lease.go(to: warning - 9, use)
        lease.go(to: warning + 40)
        #expect(lease.text == "")
        // Also after both warnings.
        var late = IdleStory(kind)
        late.go(to: warning + 44 - (kind == .session ? 15 : 0))
        let before = late.done.count
        late.go(to: late.minute + 1, use)
        late.go(to: late.minute + 50)
        #expect(late.done.count == before && !late.released)
    }

    @Test func aDeviceThatHasNoSuchSignalIsJudgedByTheOthers() {
        var lease = IdleStory()
        lease.go(to: 200) {
            $0.devices[0].power = .notThere
            $0.devices[0].memoryUsed = .notThere
        }
        #expect(lease.released)
    }

    @Test func oneUsedDeviceOfManyIsEnough() {
        var lease = IdleStory()
        lease.go(to: 500) { look in
            look.devices = (0..<8).map {
                DeviceActivity(
                    DeviceKey("GPU-\($0)"), utilization: .seen($0 == 7 ? 90 : 0), power: .seen(Power(milliwatts: 60_000)),
                    memoryUsed: .seen(.gibibytes(1)))
            }
        }
        #expect(lease.text == "")
    }

    @Test func aProgramThatHoldsTheDeviceMayDrawMoreThanAFreeOne() {
        var lease = IdleStory()
        lease.go(to: 200) { $0.devices[0].power = .seen(Power(milliwatts: 110_000)) }
        #expect(lease.released)
    }

    @Test func memoryThatAProgramGoesOnHoldingIsNotUse() {
        var lease = IdleStory()
        lease.go(to: 40) { $0.devices[0].utilization = .seen(90) }
        let held: (inout IdleEvidence) -> Void = { $0.devices[0].memoryUsed = .seen(.gibibytes(40)) }
        lease.go(to: 41, held)
        #expect(lease.window.activity == .seen(.memory))
        lease.go(to: 300, held)
        #expect(lease.text == "101 warn, 131 warn again, 146 release")
    }

    @Test func useOfTheProcessorIsAdvisedAndNotTakenForIdle() {
        var alone = IdleStory(someoneWaits: false)
        alone.go(to: 2_000) { $0.cpu = .seen(.cores(3)) }
        #expect(alone.text == "90 advise")
        var crowded = IdleStory()
        crowded.go(to: 2_000) { $0.cpu = .seen(.cores(3)) }
        #expect(crowded.text == "90 advise, 270 warn, 300 warn again, 315 release")
        var loading = IdleStory()
        loading.go(to: 269) { $0.traffic = .seen(50_000_000) }
        #expect(loading.text == "90 advise")
        loading.go(to: 271) { $0.devices[0].utilization = .seen(80) }
        loading.go(to: 300)
        #expect(loading.text == "90 advise")
    }

    @Test func timeThatNobodySawIsNotIdleTime() {
        var lease = IdleStory()
        lease.go(to: 85)
        lease.skip(to: 500)
        #expect(IdleRule.judge(lease.window, lease.situation, at: at(minutes: 500)) == .active(.unknown(.looks)))
        lease.go(to: 560)
        #expect(lease.text == "")
        lease.go(to: 700)
        #expect(lease.text == "561 warn, 591 warn again, 606 release")
        // Neither is a beginning that nobody saw.
        var late = IdleStory()
        late.skip(to: 300)
        late.go(to: 360)
        #expect(late.text == "")
    }

    @Test func aServerThatWasAwayWarnsBeforeItTakes() {
        var lease = IdleStory()
        lease.go(to: 89)
        // It looks, and can't judge for hours.
        for minute in Int64(90)...400 { lease.window.add(quietLook(at(minutes: minute))) }
        lease.skip(to: 400)
        lease.go(to: 500)
        #expect(lease.text == "401 warn, 431 warn again, 446 release")
    }

    @Test func keepHoldsForTwoHoursAndTheWarningsBeginAnew() {
        var lease = IdleStory()
        lease.go(to: 125)
        lease.situation.keptAt = at(minutes: 125)
        lease.go(to: 244)
        #expect(lease.text == "90 warn, 120 warn again")
        #expect(
            IdleRule.judge(lease.window, lease.situation, at: at(minutes: 244))
                == .active(.kept(until: at(minutes: 245))))
        lease.go(to: 400)
        #expect(lease.text == "90 warn, 120 warn again, 245 warn, 275 warn again, 290 release")
    }

    @Test func keepMayBePressedOnceAnHour() {
        #expect(IdleRule.keep(lastKept: nil, at: at(minutes: 0)) == .kept(until: at(minutes: 120)))
        #expect(IdleRule.keep(lastKept: at(minutes: 0), at: at(minutes: 59)) == .tooSoon(next: at(minutes: 60)))
        #expect(IdleRule.keep(lastKept: at(minutes: 0), at: at(minutes: 60)) == .kept(until: at(minutes: 180)))
    }

    @Test func whatIsShownBetweenWarningsSaysWhenTheNextComes() {
        var lease = IdleStory()
        lease.go(to: 29)
        #expect(
            IdleRule.judge(lease.window, lease.situation, at: at(minutes: 29))
                == .active(.starting(until: at(minutes: 30))))
        lease.go(to: 60)
        #expect(
            IdleRule.judge(lease.window, lease.situation, at: at(minutes: 60))
                == .idle(since: at(minutes: 30), next: at(minutes: 90)))
        lease.go(to: 100)
        #expect(
            IdleRule.judge(lease.window, lease.situation, at: at(minutes: 100))
                == .idle(since: at(minutes: 30), next: at(minutes: 120)))
        #expect(
            IdleRule.judge(IdleWindow(.job, startedAt: at(minutes: 0)), lease.situation, at: at(minutes: 1))
                == .active(.unknown(.looks)))
    }

    @Test func theEvidenceOfAReleaseCanBeRead() {
        var lease = IdleStory(.session)
        lease.go(to: 30) { $0.devices[0].utilization = .seen(95) }
        lease.go(to: 140) {
            $0.devices[0].power = .seen(Power(milliwatts: $0.at == at(minutes: 99) ? 63_500 : 62_000))
            $0.devices[0].memoryUsed = .seen(.gibibytes(10) + MemoryBytes(1_000_000))
        }
        #expect(lease.released)
        #expect(
            lease.window.quiet.text
                == "The GPU was not used for 1h 30m, in 90 looks. The most that was seen: the GPU's utilisation 0 %, its power 64 W, a change of "
                + "its memory by 1 MB, 0.01 processor cores, 1 kB a second over network and disk. There was no sign of input at "
                + "the terminal or in the browser or a busy notebook kernel.")
    }

    @Test func theWindowDoesNotGrow() {
        var window = IdleWindow(.job, startedAt: at(minutes: 0))
        for minute in Int64(1)...10_000 { window.add(quietLook(at(minutes: minute))) }
        #expect(window.quiet.looks == 10_000)
        // An old look changes nothing.
        let before = window
        window.add(quietLook(at(minutes: 5)) { $0.devices[0].utilization = .seen(99) })
        #expect(window == before)
    }

    @Test func aReadingGivesItsSignalsAndUnknownStaysUnknown() {
        let known = DeviceActivity(wellReading())
        #expect(known.utilization == .seen(0) && known.power == .seen(Power(milliwatts: 55_000)))
        let bare = DeviceActivity(DeviceReading(gpu), lacking: [.power])
        #expect(bare.utilization == .unknown && bare.power == .notThere && bare.memoryUsed == .unknown)
        var silent = wellReading()
        silent.contact = .silent
        #expect(DeviceActivity(silent).utilization == .unknown)
        #expect(DeviceActivity(wellReading { $0.utilization = 700 }).utilization == .unknown)
        #expect(DeviceActivity(wellReading { $0.utilization = -1 }).utilization == .unknown)
    }
}
