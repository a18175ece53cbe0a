package import FleetModel

/// What is owed to the engine, and what its list tells: a pure function of the state and the list.
///
/// Level-triggered: it says what is owed now, however often it is asked, and every effect is idempotent by attempt.
/// The service and the simulator call this same function.
package struct Reconciliation: Hashable, Sendable {
    /// Something that the engine is to do; asking for it twice is asking once.
    package enum Effect: Hashable, Sendable {
        case launch(AttemptKey)
        case stop(AttemptKey, force: Bool)
        case verify(AttemptKey)
        case forget(AttemptKey)
        /// Sends the work its signal, since its end was announced. A crash before that is recorded sends it again.
        case tell(AttemptKey, AnnouncedEnd, SignalNumber)

        package var attempt: AttemptKey {
            switch self {
            case .launch(let key), .stop(let key, _), .verify(let key), .forget(let key), .tell(let key, _, _): key
            }
        }
    }

    package private(set) var effects: [Effect] = []
    package private(set) var observations: [Observation] = []

    /// - Parameters:
    ///   - listed: the engine's whole list, in order of the keys.
    ///   - pending: attempts with an effect under way: their answer is awaited, nothing new is owed.
    ///   - isFirst: nothing has been compared since the server's start. What ended before then, under no lease that is
    ///     known, left devices that nobody has looked at.
    package init(
        _ state: LedgerState, at given: Timestamp, listed: [AttemptStatus], pending: Set<AttemptKey>, isFirst: Bool = false
    ) {
        let now = max(given, state.time)
        var byKey: [AttemptKey: AttemptStatus] = [:]
        for status in listed { byKey[status.key] = status }
        let strays = listed.filter { $0.phase.isUnderWay && !state.accounts(for: $0.key, on: $0.devices) }
        let claims = state.claims
        for claim in claims where !(byKey[claim]?.phase.isUnderWay ?? false) && !pending.contains(claim) {
            // The lease's own look covers them.
            if !state.accounts(for: claim) { release(claim, state, strays) }
        }
        for (id, _, lease) in state.liveLeases where lease.contact == .known {
            let key = AttemptKey(lease: id, number: max(1, lease.attempt))
            if pending.contains(key) { continue }
            if let status = byKey[key], !state.accounts(for: key, on: status.devices) {
                settleElsewhere(lease, status)
            } else {
                settle(lease, key, byKey[key]?.phase, at: now)
            }
        }
        for status in listed where !state.accounts(for: status.key, on: status.devices) && !pending.contains(status.key) {
            dismiss(status, state, claims, isFirst)
        }
    }

    /// Takes effects out that need not be asked for now.
    mutating func leaveOut(_ needsNoAsking: (Effect) -> Bool) { effects.removeAll(where: needsNoAsking) }

    private mutating func settle(_ lease: Lease, _ key: AttemptKey, _ listed: AttemptStatus.Phase?, at now: Timestamp) {
        switch (lease.phase, listed) {
        case (.pledged, _), (.closed, _): break
        case (.starting, nil): effects.append(.launch(key))
        case (.starting, .preparing): break
        case (.starting, .running): see(key, of: lease)
        case (.running, .preparing): break
        case (.running, .running):
            if let end = lease.endToTell(at: now), let signal = lease.warning?.signal {
                effects.append(.tell(key, end, signal))
            }
        case (.starting, .ended(let outcome)), (.running, .ended(let outcome)), (.ending, .ended(let outcome)):
            if outcome.hasBegun { see(key, of: lease) }
            observations.append(.attemptEnded(key, outcome))
        // What the engine doesn't know any more is not running; nothing says how it ended.
        case (.running, nil): observations.append(.attemptEnded(key, .unknown))
        case (.ending, nil): observations.append(.attemptEnded(key, lease.startedAt == nil ? .neverBegan : .unknown))
        case (.ending, .preparing), (.ending, .running):
            if listed == .running { see(key, of: lease) }
            effects.append(.stop(key, force: lease.ending.map { $0.killAt <= now } ?? true))
        // Said to be over, and there all the same: it can't be clean before it is gone.
        case (.verifying, .preparing), (.verifying, .running): effects.append(.stop(key, force: true))
        case (.verifying, _): effects.append(.verify(key))
        }
    }

    /// The engine has the attempt on other devices than its lease holds: that is not what was granted, and nobody knows
    /// what became of the work. What runs there is dismissed like any other that nothing accounts for.
    private mutating func settleElsewhere(_ lease: Lease, _ status: AttemptStatus) {
        switch lease.phase {
        case .pledged, .closed: break
        case .starting, .running, .ending: observations.append(.attemptEnded(status.key, .unknown))
        case .verifying: if !status.phase.isUnderWay { effects.append(.verify(status.key)) }
        }
    }

    /// A claim's attempt is over: its devices are looked at as after a lease. Those that another stray names wait for it.
    private mutating func release(_ claim: AttemptKey, _ state: LedgerState, _ strays: [AttemptStatus]) {
        let frozen = state.slots(frozenBy: claim)
        let isWanted = strays.contains { stray in
            let named = state.devicesNamed(by: stray)
            return frozen.contains { named.contains($0.device.key) }
        }
        if isWanted { return }
        if frozen.allSatisfy({ $0.holder != nil }) {
            observations.append(.strayGone(claim))
        } else {
            effects.append(.verify(claim))
        }
    }

    /// Nobody has seen yet that it runs, or ran.
    private mutating func see(_ key: AttemptKey, of lease: Lease) {
        if lease.startedAt == nil { observations.append(.attemptRunning(key)) }
    }

    private mutating func dismiss(
        _ status: AttemptStatus, _ state: LedgerState, _ claims: [AttemptKey], _ isFirst: Bool
    ) {
        switch status.phase {
        case .ended(let outcome):
            let unseen = isFirst && outcome.hasBegun ? unseenDevices(of: status, state) : []
            if !unseen.isEmpty { observations.append(.stray(status.key, devices: unseen)) }
            // A claim is released first, and a lease closed.
            if unseen.isEmpty, !claims.contains(status.key), !state.accounts(for: status.key) {
                effects.append(.forget(status.key))
            }
        case .preparing, .running:
            let devices = state.devicesNamed(by: status)
            if !devices.isEmpty { observations.append(.stray(status.key, devices: devices)) }
            effects.append(.stop(status.key, force: true))
        }
    }

    /// The devices of an attempt that is over, as far as no look at them is recorded or still to come: its lease is not
    /// known to be closed, and no other lease holds them.
    private func unseenDevices(of status: AttemptStatus, _ state: LedgerState) -> [DeviceKey] {
        if state.requests[status.key.lease]?.lease?.phase == .closed { return [] }
        return (status.devices ?? []).filter { key in
            state.slot(of: key).map { state.nodes[$0.node].slots[$0.slot].isFree } ?? false
        }
    }
}

extension AttemptStatus.Phase {
    /// Something of it may still use devices.
    fileprivate var isUnderWay: Bool {
        switch self {
        case .preparing, .running: true
        case .ended: false
        }
    }
}

extension AttemptOutcome {
    /// The work ran, however shortly.
    package var hasBegun: Bool {
        switch self {
        case .exited, .signalled, .killed, .nodeLost, .unknown: true
        case .neverBegan, .launchFailed: false
        }
    }
}
