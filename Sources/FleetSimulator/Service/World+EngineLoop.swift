import FleetModel
import LeaseLedger

/// The engine loop: what is owed is compared with what the engine lists, again and again.
extension World {
    private static let patience = TimeSpan.seconds(20)

    mutating func turn() {
        guard service.isUp else { return }
        guard service.listCall == nil else {
            service.turnAgain = true
            return
        }
        service.turnAgain = false
        service.owed.willList()
        service.listCall = send(.list)
    }

    /// Looks at every node, as a monitor does, and tells the ledger.
    mutating func lookAround() {
        for site in sites where site.hasJoined {
            let name = site.shape.name
            if site.isGone {
                receive(.observation(.contact(name, .lost)))
            } else {
                receive(.observation(.contact(name, .known)))
                // A driver that hangs keeps its reader waiting.
                if !site.isWedged(at: now) { tell(.node(site.report)) }
            }
        }
        lookAfterTheSick()
        service.replans = true
        hasLookedSince = finishedAt != nil
        turn()
        plan(.looksAround(life: service.life), in: .minutes(10))
    }

    private mutating func send(_ request: Call.Request) -> Int {
        nextCall += 1
        let call = Call(id: nextCall, life: service.life, request: request)
        plan(.timesOut(call), in: Self.patience)
        if case .list = request {} else if strikes(.requestLost) { return nextCall }
        plan(.arrives(call), in: delay(TimeSpan(milliseconds: 1), TimeSpan(milliseconds: 100)))
        return nextCall
    }

    mutating func take(_ answer: CallAnswer, to call: Call) {
        if call.id == service.listCall {
            service.listCall = nil
            guard case .listed(let listed) = answer else { return plan(.turns(life: service.life), in: .seconds(2)) }
            compare(listed)
            if service.turnAgain { turn() }
            return
        }
        guard let place = service.underWay.firstIndex(where: { $0.call == call.id }) else { return }
        let effect = service.underWay.remove(at: place).effect
        var failed = false
        switch (effect, answer) {
        case (_, .failed): failed = true
        case (.launch(let key), .alreadyOver): receive(.observation(.attemptEnded(key, .unknown)))
        case (.verify(let key), .checks(let checks)): settle(key, checks)
        default: break
        }
        finish(effect, failed: failed)
        turn()
    }

    /// The answer did not come: nobody knows whether it was done, and asking again is safe.
    mutating func giveUp(_ call: Call) {
        if call.id == service.listCall {
            service.listCall = nil
            turn()
        } else if let place = service.underWay.firstIndex(where: { $0.call == call.id }) {
            finish(service.underWay.remove(at: place).effect, failed: true)
            turn()
        }
    }

    private mutating func compare(_ listed: [AttemptStatus]) {
        if options.plantedBug == .trustsStaleLists { service.owed.willList() }
        let owed = service.owed.compare(service.state, at: clock, listed: listed, steady: now, isFirst: !service.mayPlan)
        for observation in owed.observations { receive(.observation(asRemembered(observation))) }
        if !service.mayPlan { receive(.compared) }
        for effect in owed.effects { start(effect) }
        if options.plantedBug == .stopsForOthers, !service.state.waiting.isEmpty,
            let victim = service.state.liveLeases.first(where: { $0.lease.phase == .running })
        {
            start(.stop(AttemptKey(lease: victim.id, number: victim.lease.attempt), force: false))
        }
    }

    private mutating func start(_ effect: Reconciliation.Effect) {
        guard let request = request(for: effect) else { return finish(effect, failed: false) }
        let call = send(request)
        service.underWay.append((call, effect))
    }

    /// nil: the lease has moved on meanwhile.
    private mutating func request(for effect: Reconciliation.Effect) -> Call.Request? {
        switch effect {
        case .launch(let key):
            guard let lease = service.state.requests[key.lease]?.lease, lease.phase == .starting else { return nil }
            var devices = lease.allocation.devices
            if options.plantedBug == .launchesPartOfGang, devices.count > 1 { devices.removeLast() }
            return .launch(key, node: lease.allocation.node, devices: devices)
        case .stop(let key, let force):
            if force, options.plantedBug == .neverForces { return nil }
            return .stop(key, force: force || options.plantedBug == .forcesAtOnce)
        case .verify(let key):
            if options.plantedBug == .skipsVerification {
                receive(.observation(.verified(key, [CleanCheck(.processesGone, .passed)])))
                return nil
            }
            let devices = service.state.devicesToVerify(after: key).map(\.key)
            return .verify(key, devices: options.plantedBug == .looksAtOneDevice ? Array(devices.prefix(1)) : devices)
        case .forget(let key): return .forget(key)
        // The signal itself changes nothing in this world.
        case .tell(let key, let end, _):
            receive(.observation(.told(key, end)))
            return nil
        }
    }

    /// The loop turns again when the pause after an effect is over.
    private mutating func finish(_ effect: Reconciliation.Effect, failed: Bool) {
        guard let pause = service.owed.finish(effect, failed: failed, steady: now) else { return }
        plan(.turns(life: service.life), in: pause)
    }

    /// The planted bug that starts work of a state that is not durable.
    mutating func carryOutEarly(_ state: LedgerState) {
        let durable = service.state
        service.state = state
        for (id, _, lease) in state.liveLeases where lease.phase == .starting {
            let key = AttemptKey(lease: id, number: lease.attempt)
            if durable.requests[id]?.lease == nil, !service.owed.pending.contains(key) { start(.launch(key)) }
        }
        service.state = durable
    }

    /// The planted bug that loses exit codes.
    private func asRemembered(_ observation: Observation) -> Observation {
        guard options.plantedBug == .exitCodeLostAtReplay, counts.serverStarts > 1,
            case .attemptEnded(let key, .exited) = observation
        else { return observation }
        return .attemptEnded(key, .exited(code: 0))
    }
}
