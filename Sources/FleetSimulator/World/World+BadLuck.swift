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
        for fault in options.strikes { plan(.strikes(fault), in: luck.span(.minutes(1), options.safetyPhase)) }
        // The first machine is there from the beginning.
        for site in sites.indices.dropFirst() where strikes(.nodeJoinsLate) {
            sites[site].hasJoined = false
            engine.lose(sites[site].shape.name)
            plan(.nodeJoins(site), in: luck.span(.minutes(1), options.safetyPhase))
        }
    }

    mutating func strike(_ fault: Fault) {
        guard isSafetyPhase, happens(fault) else { return }
        note(struck: fault)
    }

    /// Lets a fault happen; false: there is nothing for it to strike.
    private mutating func happens(_ fault: Fault) -> Bool {
        switch fault {
        case .nodeVanishes, .nodeStaysAway, .machineRestarts, .contactFlaps: happensToNodes(fault)
        case .deviceVanishes, .deviceFlaps, .minorsChange, .deviceMoves, .devicesVanishTogether, .driverWedged,
            .foreignHolder, .verificationFails, .reportLies:
            happensToDevices(fault)
        case .deviceFails, .nodeSuspected, .administratorActs, .foreignProcess: happensToHealth(fault)
        case .engineCrashes, .launcherHangs, .launcherSlow, .oldProcessReturns: happensToEngine(fault)
        default: happensToServer(fault)
        }
    }

    private mutating func happensToServer(_ fault: Fault) -> Bool {
        switch fault {
        case .crashAnyTime:
            guard service.isUp else { return false }
            crashServer()
        case .diskFull: fillDisk()
        case .checkpointsLost: return log.loseCheckpoints()
        case .clockForward: jump(luck.span(.seconds(1), .hours(3)))
        case .clockBackward: jump(TimeSpan(milliseconds: -luck.span(.seconds(1), .hours(3)).milliseconds))
        case .policyChanges: changePolicy()
        case .teamsChange: changeTeams()
        case .stormOfRequests: return storm()
        case .ledgerRestored: return restoreLedger()
        case .reserved: return reserve()
        case .drained: return drainNode()
        default: return false
        }
        return true
    }

    private mutating func happensToEngine(_ fault: Fault) -> Bool {
        switch fault {
        case .engineCrashes:
            guard engine.isUp else { return false }
            crashEngine()
        case .launcherHangs: engine.hungUntil = now + luck.span(.seconds(1), .minutes(4))
        case .launcherSlow: engine.slowUntil = now + luck.span(.minutes(1), .minutes(30))
        case .oldProcessReturns: return returnOldProcess()
        default: return false
        }
        return true
    }

    mutating func fillDisk() {
        log.isFull = true
        log.ballast = luck.below(12)
        plan(.diskHasRoom, in: luck.span(.seconds(10), .minutes(20)))
    }

    private mutating func jump(_ span: TimeSpan) {
        ahead = ahead + span
        furthestAhead = max(furthestAhead, ahead)
        record(.disturbed("the clock jumps by \(span.text)"))
        if service.isUp { arm() }
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

    /// Faults stop, and what is broken is mended; from now on everything must come to an end.
    mutating func endSafetyPhase() {
        isSafetyPhase = false
        log.isFull = false
        engine.mend()
        for site in sites.indices {
            sites[site].mend()
            joinNode(site)
            returnNode(site, restarted: false)
        }
        if !engine.isUp { plan(.engineStarts, in: .seconds(1)) }
        if service.isUp { plan(.looksAround(life: service.life), in: .seconds(1)) }
        plan(.givesUpHopeless, in: .minutes(20))
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
