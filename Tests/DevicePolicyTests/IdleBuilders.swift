import DevicePolicy
import FleetModel

/// A look at which nothing happens and everything is known.
func quietLook(_ when: Timestamp, _ kind: WorkKind = .job, _ change: (inout IdleEvidence) -> Void = { _ in }) -> IdleEvidence
{
    var look = IdleEvidence(
        at: when,
        devices: [
            DeviceActivity(
                gpu, utilization: .seen(0), power: .seen(Power(milliwatts: 62_000)), memoryUsed: .seen(.gibibytes(10)),
                idlePower: Power(milliwatts: 55_000))
        ],
        cpu: .seen(MilliCores(10)), traffic: .seen(1_000), terminalInput: kind == .session ? .seen(false) : .notThere,
        kernelBusy: kind == .session ? .seen(false) : .notThere, requests: kind == .service ? .seen(0) : .notThere)
    change(&look)
    return look
}

/// A lease that is looked at every minute, and a shell that does what the rule says.
struct IdleStory {
    var window: IdleWindow
    var situation: IdleSituation
    /// What was done, with the minute.
    var done: [(minute: Int64, what: String)] = []
    var released = false
    private(set) var minute: Int64 = 0

    init(_ kind: WorkKind = .job, someoneWaits: Bool = true, installedDaysAgo: Int64 = 30) {
        window = IdleWindow(kind, startedAt: at(minutes: 0))
        situation = IdleSituation(someoneWaits: someoneWaits, installedAt: time(.days(-installedDaysAgo)))
    }

    /// Until this minute, in which each look is changed so.
    mutating func go(to end: Int64, _ change: (inout IdleEvidence) -> Void = { _ in }) {
        while minute < end, !released {
            minute += 1
            window.add(quietLook(at(minutes: minute), window.kind, change))
            obey()
        }
    }

    /// Time in which nobody looks.
    mutating func skip(to end: Int64) { minute = end }

    mutating func obey() {
        let now = at(minutes: minute)
        switch IdleRule.judge(window, situation, at: now) {
        case .active, .idle: return
        case .advise:
            situation.notices.advisedAt = now
            done.append((minute, "advise"))
        case .warn(_, let releaseAt):
            situation.notices.warnedAt = now
            situation.notices.warnedFor = releaseAt
            situation.notices.warnedAgainAt = nil
            done.append((minute, releaseAt == nil ? "tell" : "warn"))
        case .warnAgain:
            situation.notices.warnedAgainAt = now
            done.append((minute, "warn again"))
        case .wouldRelease:
            situation.notices.reportedAt = now
            done.append((minute, "would release"))
        case .release:
            released = true
            done.append((minute, "release"))
        }
    }

    var text: String { done.map { "\($0.minute) \($0.what)" }.joined(separator: ", ") }
}
