import FleetModel
import LeaseLedger

/// Faults that strike at moments of their own.
extension World {
    mutating func planBadLuck() {
        for fault in Fault.moments where options.faults[fault] != .never {
            for _ in 0..<1 + options.faults[fault].perMille / 100 {
                plan(.strikes(fault), in: luck.span(.minutes(1), options.safetyPhase))
            }
        }
    }

    mutating func strike(_ fault: Fault) {
        guard isSafetyPhase, happens(fault) else { return }
        struck[fault.rawValue] += 1
    }

    /// Lets a fault happen; false: there is nothing for it to strike.
    private mutating func happens(_ fault: Fault) -> Bool {
        switch fault {
        case .engineCrashes:
            guard engine.isUp else { return false }
            crashEngine()
        case .crashAnyTime:
            guard service.isUp else { return false }
            crashServer()
        case .diskFull:
            log.isFull = true
            log.ballast = luck.below(12)
            plan(.diskHasRoom, in: luck.span(.seconds(10), .minutes(20)))
        case .nodeVanishes: return loseNode()
        case .deviceVanishes: return loseDevice()
        case .oldProcessReturns: return returnOldProcess()
        case .verificationFails:
            let devices = sites.flatMap { $0.shape.devices.map(\.key) }
            guard !devices.isEmpty else { return false }
            let device = luck.pick(devices)
            engine.stuck.append(device)
            plan(.deviceIsClean(device), in: luck.span(.minutes(1), .hours(2)))
        case .clockForward: jump(luck.span(.seconds(1), .hours(3)))
        case .clockBackward: jump(TimeSpan(milliseconds: -luck.span(.seconds(1), .hours(3)).milliseconds))
        case .policyChanges: changePolicy()
        default: return false
        }
        return true
    }

    private mutating func jump(_ span: TimeSpan) {
        ahead = ahead + span
        furthestAhead = max(furthestAhead, ahead)
        if service.isUp { arm() }
    }

    private mutating func loseNode() -> Bool {
        let present = sites.indices.filter { !sites[$0].isGone }
        guard !present.isEmpty else { return false }
        let site = luck.pick(present)
        sites[site].isGone = true
        engine.lose(sites[site].shape.name)
        if luck.below(2) == 0, service.isUp {
            receive(.observation(.contact(sites[site].shape.name, .lost)))
        }
        plan(.nodeReturns(site, restarted: strikes(.nodeRestarts)), in: luck.span(.seconds(5), .hours(1)))
        return true
    }

    mutating func returnNode(_ site: Int, restarted: Bool) {
        guard sites[site].isGone else { return }
        let name = sites[site].shape.name
        if restarted {
            sites[site].boot += 1
            for attempt in engine.attempts where attempt.node == name {
                let outcome: AttemptOutcome = attempt.phase == .preparing ? .neverBegan : .nodeLost
                engine.end(attempt.key, outcome, at: now)
                engine.sweep(attempt.key)
            }
        }
        sites[site].isGone = false
        engine.find(name)
        truthMayHaveChanged = true
        plan(.looksAround(life: service.life), in: delay(.seconds(1), .seconds(30)))
    }

    private mutating func loseDevice() -> Bool {
        let present = sites.indices.filter { !sites[$0].isGone && sites[$0].shape.devices.count > sites[$0].missing.count }
        guard !present.isEmpty else { return false }
        let site = luck.pick(present)
        let device = luck.pick(sites[site].shape.devices.map(\.key).filter { !sites[site].missing.contains($0) })
        sites[site].missing.append(device)
        if service.isUp { receive(.observation(.node(sites[site].report))) }
        plan(.deviceReturns(site, device), in: luck.span(.minutes(1), .hours(1)))
        return true
    }

    /// A process of a lease that was closed turns up again, on devices that may be somebody else's by now.
    private mutating func returnOldProcess() -> Bool {
        let candidates = auditor.closed.filter { id in
            guard let old = auditor.cases[id], !old.devices.isEmpty else { return false }
            return engine.isReachable(old.node) && engine.index(of: AttemptKey(lease: id, number: old.attempts)) == nil
        }
        guard !candidates.isEmpty else { return false }
        let id = luck.pick(candidates)
        guard let old = auditor.cases[id] else { return false }
        let fate = SimulatedEngine.Fate(startsAfter: .zero, runsFor: .hours(1), outcome: .killed, obeys: luck.below(2) == 0)
        let key = AttemptKey(lease: id, number: old.attempts)
        var attempt = SimulatedEngine.Attempt(key: key, node: old.node, devices: old.devices, fate: fate)
        (attempt.phase, attempt.listed, attempt.isOld) = (.running, .running, true)
        return engine.take(attempt)
    }

    private mutating func changePolicy() {
        var policy = options.policy
        policy.holdAfter = luck.pick([.zero, .minutes(5), .hours(24)])
        policy.usageHalfLife = luck.pick([.minutes(10), .days(7)])
        plan(.commands(.setPolicy(policy, by: Self.root)), in: .zero)
        guard let team = options.crowd.teams.first, luck.below(2) == 0 else { return }
        let guarantee = luck.below(4)
        let change = TeamChange(name: team.name, guarantee: guarantee, limit: .devices(guarantee + luck.below(6)))
        plan(.commands(.setTeam(change, by: Self.root)), in: .zero)
    }

    /// Faults stop, and what is broken is mended; from now on everything must come to an end.
    mutating func endSafetyPhase() {
        isSafetyPhase = false
        log.isFull = false
        engine.stuck = []
        for site in sites.indices {
            sites[site].missing = []
            returnNode(site, restarted: false)
        }
        if !engine.isUp { plan(.engineStarts, in: .seconds(1)) }
        if service.isUp { plan(.looksAround(life: service.life), in: .seconds(1)) }
        // At worst all that wait run one after the other, each for its whole time, and the clock has to catch up first.
        var span = TimeSpan.hours(2) + TimeSpan(milliseconds: furthestAhead.milliseconds - ahead.milliseconds)
        for (_, _, lease) in replica.liveLeases {
            span = span + max(.zero, lease.endsAt - max(clock, replica.time)) + Self.slack
        }
        for id in replica.waiting { span = span + (replica.requests[id]?.duration ?? .zero) + Self.slack }
        for key in people.submissions.indices where people.answered[key] == nil {
            span = span + (people.submissions[key].resources.duration ?? .hours(1)) + .minutes(10)
        }
        bound = now + span
    }

    private static let slack = TimeSpan.minutes(10)
}
