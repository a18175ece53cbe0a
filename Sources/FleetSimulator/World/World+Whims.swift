import FleetModel
import LeaseLedger

/// People who act at the worst moment, and who ask for what can't be.
extension World {
    mutating func ask(_ command: Command) {
        record(.asked(command))
        receive(.command(command))
    }

    /// Somebody may act on whatever has just become durable.
    mutating func notice(_ event: Event) {
        if case .reservationMade(let made) = event { return notice(made.reservation) }
        guard let id = event.subject, let owner = auditor.cases[id]?.owner else { return }
        if strikes(.returnedAtAnyPhase) {
            let span = luck.span(.zero, luck.pick([TimeSpan(milliseconds: 20), .seconds(2)]))
            plan(.commands(.giveBack(id, by: Requester(owner))), in: span)
        }
        if case .leaseGranted(let granted) = event { notice(granted, owner) }
        if case .idleNoticed(let noticed) = event { hearNotice(noticed, owner) }
    }

    private mutating func notice(_ granted: LeaseGranted, _ owner: UserName) {
        if strikes(.cancelledAtGrant) {
            plan(.commands(.giveBack(granted.id, by: Requester(owner))), in: luck.span(.zero, TimeSpan(milliseconds: 300)))
        }
        if strikes(.extensionAtExpiry) {
            let offset = TimeSpan(milliseconds: Int64(luck.below(40)) - 20)
            plan(
                .commands(.extend(granted.id, by: .minutes(10), Requester(owner))),
                in: max(.zero, (granted.endsAt - clock) + offset))
        }
        if strikes(.wildExtension) {
            let span = luck.pick([.forever, TimeSpan(milliseconds: .min), .zero, .days(400), TimeSpan(milliseconds: 1)])
            plan(.commands(.extend(granted.id, by: span, Requester(owner))), in: luck.span(.zero, .hours(1)))
        }
    }

    /// Something that must be rejected.
    mutating func badInput(of user: UserName) -> Command {
        func submission(
            _ name: String = "bad", _ count: Int = 1, cores: Int64? = nil, memory: Int64? = nil, _ span: TimeSpan = .hours(1)
        ) -> Command {
            .submit(
                Submission(
                    user: user, name: name,
                    resources: ResourceRequest(
                        devices: DeviceSelector(count: count), cores: cores.map { .cores($0) },
                        memory: memory.map { MemoryBytes($0) }, duration: span)))
        }
        func policy(_ change: (inout SchedulingPolicy) -> Void) -> Command {
            var policy = options.policy
            change(&policy)
            return .setPolicy(policy, by: Self.root)
        }
        switch luck.below(17) {
        case 0: return submission("bad", -1)
        case 1: return submission("bad", .min)
        case 2: return submission("")
        case 3: return submission(String(repeating: "x", count: 201))
        case 4: return submission("two\nlines")
        case 5: return submission(cores: 0)
        case 6: return submission(cores: -4)
        case 7: return submission(memory: -1)
        case 8: return submission("bad", 1, .zero)
        case 9: return submission("bad", 1, .forever)
        case 10: return policy { $0.grace = TimeSpan(milliseconds: -1) }
        case 11: return policy { $0.waitingLimit = 0 }
        case 12: return policy { $0.defaultDuration = $0.longestDuration + .hours(1) }
        case 13: return policy { $0.reclaim.notice = TimeSpan(milliseconds: -1) }
        case 14: return .revoke(LeaseID(1), reason: "", by: Self.root)
        case 15: return .revoke(LeaseID(1), reason: "two\nlines", by: Self.root)
        default: return .giveBack(LeaseID(luck.pick([0, -1, .max])), by: Requester(user))
        }
    }

    /// One user asks for a lot at once.
    mutating func storm() -> Bool {
        let user = luck.pick(options.crowd.users)
        for number in 0..<5 + luck.below(20) {
            let resources = ResourceRequest(
                devices: DeviceSelector(count: luck.below(3)), duration: luck.span(.seconds(30), .minutes(6)))
            let key = people.add(Submission(user: user, name: "storm \(number)", resources: resources))
            plan(.submits(key), in: luck.span(.zero, .seconds(1)))
        }
        return true
    }

    /// What could be placed when it was asked for waits, even for devices that have gone for good; people see why, and
    /// take back what the mended machines can't hold, and what a limit keeps for long.
    mutating func giveUpHopeless() {
        giveUpReservations()
        for id in replica.waiting {
            guard let record = replica.requests[id],
                isBarred(record) || !sites.contains(where: { $0.couldHold(record.resources) })
            else { continue }
            ask(.giveBack(id, by: Requester(record.user)))
        }
        if !isFinished { plan(.givesUpHopeless, in: .minutes(30)) }
    }

    /// A limit lets it start in some hours at the earliest, or never.
    private func isBarred(_ record: RequestRecord) -> Bool {
        guard !replica.policy.limits.isEmpty else { return false }
        let start = replica.withinLimits(
            record.user, in: record.team, asking: record.resources.devices.count, lasting: record.duration, at: clock)
        return start.map { $0 > clock + .hours(3) } ?? true
    }

    /// Shorter leases than people ask for: requests that wait are too long all of a sudden, and leases keep their ends.
    private func shorter(_ limits: LimitPolicy) -> LimitPolicy {
        var limits = limits
        var everybody = limits.everybody
        everybody.longestLease = .minutes(15)
        limits.setEverybody(everybody)
        return limits
    }

    mutating func changePolicy() {
        var policy = options.policy
        if !policy.limits.isEmpty { policy.limits = luck.pick([policy.limits, shorter(policy.limits), .unsaid]) }
        policy.holdAfter = luck.pick([.zero, .minutes(5), .hours(24)])
        policy.usageHalfLife = luck.pick([.minutes(10), .days(7)])
        policy.grace = luck.pick([policy.grace, .zero, .seconds(30), .minutes(5)])
        policy.reclaim = luck.pick([
            policy.reclaim, policy.reclaim, ReclaimPolicy(isOn: false), ReclaimPolicy(notice: .zero, minimumRun: .zero),
        ])
        policy.longestDuration = luck.pick([policy.longestDuration, .hours(1), .days(365)])
        policy.waitingLimit = luck.pick([policy.waitingLimit, policy.waitingLimit, 1, 5])
        plan(.commands(.setPolicy(policy, by: Self.root)), in: .zero)
        guard let team = options.crowd.teams.first, luck.below(2) == 0 else { return }
        let guarantee = luck.below(4)
        let change = TeamChange(name: team.name, guarantee: guarantee, limit: .devices(guarantee + luck.below(6)))
        plan(.commands(.setTeam(change, by: Self.root)), in: .zero)
    }

    /// Teams come, go and change their members while they hold devices.
    mutating func changeTeams() {
        let names = [TeamName("vision"), TeamName("speech"), TeamName("robots")]
        for _ in 0..<1 + luck.below(3) {
            let name = luck.pick(names), user = luck.pick(options.crowd.users)
            switch luck.below(6) {
            case 0: plan(.commands(.removeTeam(name, by: Self.root)), in: .zero)
            case 1: plan(.commands(.setTeam(TeamChange(name: name, adding: [user]), by: Self.root)), in: .zero)
            case 2: plan(.commands(.setTeam(TeamChange(name: name, removing: [user]), by: Self.root)), in: .zero)
            case 3:
                let change = TeamChange(name: name, guarantee: luck.pick([0, 1, 2, 100]), limit: TeamChange.Limit.none)
                plan(.commands(.setTeam(change, by: Self.root)), in: .zero)
            case 4:
                let change = TeamChange(name: name, guarantee: 0, limit: .devices(luck.below(3)))
                plan(.commands(.setTeam(change, by: Self.root)), in: .zero)
            default:
                let change = TeamChange(name: name, guarantee: 2, limit: .devices(1))
                plan(.commands(.setTeam(change, by: Self.root)), in: .zero)
            }
        }
    }
}
