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

        package var attempt: AttemptKey {
            switch self {
            case .launch(let key), .stop(let key, _), .verify(let key), .forget(let key): key
            }
        }
    }

    package private(set) var effects: [Effect] = []
    package private(set) var observations: [Observation] = []

    /// - Parameters:
    ///   - listed: the engine's whole list, in order of the keys.
    ///   - pending: attempts with an effect under way: their answer is awaited, nothing new is owed.
    package init(_ state: LedgerState, at given: Timestamp, listed: [AttemptStatus], pending: Set<AttemptKey>) {
        let now = max(given, state.time)
        var byKey: [AttemptKey: AttemptStatus.Phase] = [:]
        for status in listed { byKey[status.key] = status.phase }
        let strays = listed.filter { $0.phase.isUnderWay && !state.accounts(for: $0.key) }
        let claims = state.claims
        for claim in claims where !(byKey[claim]?.isUnderWay ?? false) && !pending.contains(claim) {
            release(claim, state, strays)
        }
        for (id, _, lease) in state.liveLeases where lease.contact == .known {
            let key = AttemptKey(lease: id, number: max(1, lease.attempt))
            if !pending.contains(key) { settle(lease, key, byKey[key], at: now) }
        }
        for status in listed where !state.accounts(for: status.key) && !pending.contains(status.key) {
            dismiss(status, state, claims)
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
        case (.running, .preparing), (.running, .running): break
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

    /// A claim's attempt is over: its devices are looked at as after a lease. Those that another stray names wait for it.
    private mutating func release(_ claim: AttemptKey, _ state: LedgerState, _ strays: [AttemptStatus]) {
        let frozen = state.slots(frozenBy: claim)
        let isWanted = strays.contains { stray in
            let named = state.requests[stray.key.lease]?.lease?.allocation.devices ?? []
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

    private mutating func dismiss(_ status: AttemptStatus, _ state: LedgerState, _ claims: [AttemptKey]) {
        switch status.phase {
        // A claim is released first.
        case .ended: if !claims.contains(status.key) { effects.append(.forget(status.key)) }
        case .preparing, .running:
            let devices = state.requests[status.key.lease]?.lease?.allocation.devices ?? []
            if !devices.isEmpty { observations.append(.stray(status.key, devices: devices)) }
            effects.append(.stop(status.key, force: true))
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
