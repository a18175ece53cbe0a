import DevicePolicy
import FleetModel
import Testing

/// Made-up leases beside a model that keeps every look and knows nothing of windows.
@Suite struct IdlePropertyTests {
    @Test(arguments: [WorkKind.job, .session, .service])
    func whatIsReleasedWasQuietKnownAndWarnedTwice(kind: WorkKind) {
        var random = LinearGenerator(seed: 11)
        var releases = 0
        for story in 0..<60 {
            var lease = IdleLife(kind, &random)
            while lease.minute < 700, !lease.released { lease.step(&random) }
            for problem in lease.problems { Issue.record("story \(story): \(problem)") }
            if lease.released { releases += 1 }
        }
        // Stories end in both ways; a service is never taken.
        #expect(kind == .service ? releases == 0 : (5..<55).contains(releases))
    }

    @Test func oneUnknownInEachHourAndNothingIsEverReleased() {
        var random = LinearGenerator(seed: 12)
        for _ in 0..<30 {
            var lease = IdleStory(random.pick([.job, .session]))
            for _ in 0..<30 {
                lease.go(to: lease.minute + 30 + Int64(random.next(below: 30)))
                let signal = random.next(below: 5)
                lease.go(to: lease.minute + 1) { look in
                    switch signal {
                    case 0: look.cpu = .unknown
                    case 1: look.devices[0].utilization = .unknown
                    case 2: look.devices[0].memoryUsed = .unknown
                    case 3: look.traffic = .unknown
                    default: look.terminalInput = .unknown
                    }
                }
            }
            #expect(!lease.released && lease.text == "")
        }
    }
}

/// A lease of which everything is remembered.
private struct IdleLife {
    struct Look {
        let minute: Int64
        /// Known, and nobody and nothing used the GPU.
        let restsGPU: Bool
        let restsAll: Bool
    }

    let kind: WorkKind
    var window: IdleWindow
    var situation: IdleSituation
    var looks: [Look] = []
    var problems: [String] = []
    var minute: Int64 = 0
    var released = false
    /// Per cent of looks that show each: most lives are quiet, since a single use begins the time anew.
    let use: Int, unknown: Int, processor: Int

    init(_ kind: WorkKind, _ random: inout LinearGenerator) {
        self.kind = kind
        window = IdleWindow(kind, startedAt: at(minutes: 0))
        situation = IdleSituation(someoneWaits: random.chance(70), installedAt: time(.days(random.chance(10) ? -1 : -30)))
        use = random.pick([0, 0, 1, 3])
        unknown = random.pick([0, 0, 0, 1])
        processor = random.pick([0, 0, 5, 90])
    }

    mutating func step(_ random: inout LinearGenerator) {
        minute += random.chance(1) ? 4 : 1
        if random.chance(1) { situation.someoneWaits.toggle() }
        if random.next(below: 1_000) == 0 { situation.keptAt = at(minutes: minute) }
        let isUsed = random.chance(use), isUnknown = random.chance(unknown), works = random.chance(processor)
        window.add(
            quietLook(at(minutes: minute), kind) { look in
                if isUsed { look.devices[0].utilization = .seen(70) }
                if isUnknown { look.traffic = .unknown }
                if works { look.cpu = .seen(.cores(2)) }
            })
        looks.append(Look(minute: minute, restsGPU: !isUsed && !isUnknown, restsAll: !isUsed && !isUnknown && !works))
        let verdict = IdleRule.judge(window, situation, at: at(minutes: minute))
        if verdict != IdleRule.judge(window, situation, at: at(minutes: minute)) { problems.append("two answers") }
        obey(verdict)
    }

    private mutating func obey(_ verdict: IdleVerdict) {
        let now = at(minutes: minute)
        switch verdict {
        case .active, .idle: return
        case .advise: situation.notices.advisedAt = now
        case .warn(_, let releaseAt):
            situation.notices.warnedAt = now
            situation.notices.warnedFor = releaseAt
            situation.notices.warnedAgainAt = nil
        case .warnAgain:
            situation.notices.warnedAgainAt = now
            if !situation.someoneWaits { problems.append("warned again though nobody waits") }
        case .wouldRelease:
            situation.notices.reportedAt = now
            check(warned: false)
        case .release:
            released = true
            if minute < 30 + 60 { problems.append("released at its beginning") }
            if now < situation.installedAt + .days(7) { problems.append("released in the dry run") }
            check(warned: true)
        }
    }

    /// Quiet for the whole time that the timers ask, at the naive model's word.
    private mutating func check(warned: Bool) {
        if !situation.someoneWaits { problems.append("\(minute): taken though nobody waits") }
        let whole: Int64 = kind == .session ? 90 : 105
        let quiet = looks.filter { $0.minute > minute - whole }.allSatisfy(\.restsAll)
        let restsGPU = looks.filter { $0.minute > minute - 240 }.allSatisfy(\.restsGPU)
        // Only the last hour must be quiet of the processor where the GPU has rested for very long.
        if !quiet, !restsGPU { problems.append("\(minute): taken though it was used") }
        let times = looks.map(\.minute).filter { $0 > minute - whole }
        if zip(times, times.dropFirst()).contains(where: { $1 - $0 > 3 }) {
            problems.append("\(minute): nobody looked for a time")
        }
        if let kept = situation.keptAt, at(minutes: minute) < kept + .hours(2) { problems.append("\(minute): it was kept") }
        guard warned else { return }
        guard let first = situation.notices.warnedAt, let second = situation.notices.warnedAgainAt else {
            problems.append("\(minute): taken without two warnings")
            return
        }
        if second - first < .minutes(15) || at(minutes: minute) - second < .minutes(15) {
            problems.append("\(minute): warned too late")
        }
    }
}
