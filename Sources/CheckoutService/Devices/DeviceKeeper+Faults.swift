import DevicePolicy
import FleetModel
import LeaseLedger

/// Devices that can't be used, and nodes on which too many fail at once.
extension DeviceKeeper {
    /// A device that is to be put away and could not be yet.
    struct OwedFault {
        var quarantine: Quarantine
        var endsWork: Bool
        /// Whose work is to end; nobody else's is.
        var holder: LeaseID?
        /// A look shows it for as long as it lasts: a later one that is good shows that it is over.
        var isShownByLooks: Bool
    }

    /// Other numbers may tell a moment later what an error was; nothing waits longer for them.
    private static let explanationTime = Duration.milliseconds(500)

    /// Judges a device by a look and by what happened within the last minute, and puts it away where that says so.
    func judge(
        _ reading: DeviceReading, previous: DeviceReading?, counted: DeviceReading?, isSettled: Bool = false
    ) async {
        let key = reading.device
        guard let record = records[key], let slot = slot(of: key)?.slot else { return }
        let incidents = record.recent
        let health = Health.judge(
            reading, incidents: incidents, previous: previous, counted: counted, at: clock.now())
        guard case .bad(let quarantine) = health else {
            if let fault = owed[key], fault.isShownByLooks, reading.refutes(fault.quarantine.reason) { owed[key] = nil }
            return
        }
        // The same look, with nothing told and nothing counted since.
        let lasts = Health.judge(reading, previous: reading, at: clock.now())
        if !isSettled, quarantine.mayBeExplained(given: incidents) {
            Task {
                try? await Task.sleep(for: Self.explanationTime)
                await judge(reading, previous: previous, counted: counted, isSettled: true)
            }
            return
        }
        let endsWork = reading.isGone || Health.endsLease(incidents, of: key) != nil
        if endsWork || quarantine.outweighs(slot.quarantine) {
            await putAway(key, quarantine, endsWork: endsWork, isShownByLooks: lasts.reason == quarantine.reason)
        }
    }

    /// Puts a device into quarantine, unless so many went at once that the checks are suspect. What can't be said now, on a
    /// full disk too, stays owed: an error is told once only.
    ///
    /// - Parameter isNew: false: the breaker has heard of it, and asking again is no other failure.
    private func putAway(
        _ key: DeviceKey, _ quarantine: Quarantine, endsWork: Bool, isShownByLooks: Bool, isNew: Bool = true
    ) async {
        if let fault = fault(key, quarantine, endsWork: endsWork, isNew: isNew), await tell(.unhealthy(fault)) {
            // What weighs more may have become owed meanwhile.
            if let known = owed[key]?.quarantine, !known.outweighs(quarantine) { owed[key] = nil }
        } else if let known = owed[key], !quarantine.outweighs(known.quarantine) {
            owed[key]?.endsWork = known.endsWork || endsWork
        } else {
            owed[key] = OwedFault(
                quarantine: quarantine, endsWork: endsWork, holder: slot(of: key)?.slot.holder,
                isShownByLooks: isShownByLooks)
        }
        await followBreakers()
    }

    /// False: it could not be written, on a full disk for example.
    func tell(_ observation: Observation) async -> Bool {
        do {
            try await writer.observe([observation])
            return true
        } catch { return false }
    }

    /// Says what is owed, as far as the breakers allow it by now.
    func settleOwed() async {
        for key in Array(owed.keys) {
            guard let fault = owed[key], let slot = slot(of: key)?.slot, fault.quarantine.outweighs(slot.quarantine) else {
                owed[key] = nil
                continue
            }
            await putAway(
                key, fault.quarantine, endsWork: fault.endsWork && fault.holder == slot.holder,
                isShownByLooks: fault.isShownByLooks, isNew: false)
        }
    }

    /// nil: the breaker is open.
    func fault(_ key: DeviceKey, _ quarantine: Quarantine, endsWork: Bool = false, isNew: Bool = true) -> DeviceFault? {
        guard let slot = slot(of: key) else { return nil }
        let counters = DeviceCounters(in: records[key]?.counted ?? records[key]?.newest)
        guard slot.slot.quarantine == nil else {
            return DeviceFault(
                key, quarantine.reason, cure: quarantine.cure, endsWork: endsWork, counters: counters)
        }
        guard asksBreaker(key, slot.node, isNew: isNew) else { return nil }
        let settled = Retest.escalate(quarantine, after: slot.slot.past)
        return DeviceFault(key, settled.reason, cure: settled.cure, endsWork: endsWork, counters: counters)
    }

    /// A failure that is seen again, as in the rounds of one return, counts once: the breaker could never close otherwise.
    private func asksBreaker(_ key: DeviceKey, _ node: NodeRecord, isNew: Bool) -> Bool {
        let now = clock.now()
        guard isNew else { return breakers[node.name]?.allowsLeases(at: now) ?? true }
        if let counted = records[key]?.countedByBreakerAt, now - counted < Breaker.window {
            return breakers[node.name]?.allowsLeases(at: now) ?? true
        }
        records[key]?.countedByBreakerAt = now
        return breakers[node.name, default: Breaker()].allowsQuarantine(of: key, among: node.slots.count, at: now)
    }

    /// No lease begins on a node while its breaker is open: the ledger is told of both.
    func followBreakers() async {
        for node in state.nodes {
            let isOpen = !(breakers[node.name]?.allowsLeases(at: clock.now()) ?? true)
            let isSuspected = node.cordon?.isSuspicion ?? false
            if !isOpen {
                if isSuspected, await tell(.trusted(node.name)) { suspected.remove(node.name) }
            } else if isSuspected {
                suspected.insert(node.name)
            } else if suspected.contains(node.name) {
                // An administrator has looked, and lifted it. An order in its place, or one that came while this was told of
                // another node, is none.
                guard let now = state.nodeIndex(of: node.name), state.nodes[now].cordon == nil else { continue }
                suspected.remove(node.name)
                breakers[node.name]?.close()
                owed = owed.filter { key, _ in node.slotIndex(of: key) == nil }
            } else if node.cordon == nil, let alert = breakers[node.name]?.alert,
                await tell(.suspected(node.name, detail: alert))
            {
                suspected.insert(node.name)
            }
        }
    }

    /// After a restart nobody knows who failed: a node that was suspected stays so for the time that a breaker takes.
    func adoptSuspicions() {
        for node in state.nodes where node.cordon?.isSuspicion ?? false {
            breakers[node.name] = breakers[node.name] ?? Breaker(openSince: clock.now())
        }
    }
}

extension DeviceHealth {
    fileprivate var reason: Quarantine.Reason? { if case .bad(let quarantine) = self { quarantine.reason } else { nil } }
}

extension DeviceReading {
    /// Whether this look, which shows nothing bad, looked at what the reason is about. Cheap looks leave out much.
    fileprivate func refutes(_ reason: Quarantine.Reason) -> Bool {
        guard contact == .answers else { return false }
        return switch reason {
        case .silent, .lost: true
        case .recoveryDue: recovery != nil
        case .memoryErrors: rows != nil
        case .xid, .notReleased, .memoryStuck, .probeFailed, .ordered: false
        }
    }

    /// Nothing can run on it any more: it is lost, needs a reset, or is not found.
    fileprivate var isGone: Bool {
        if case .fails(let code, _) = contact { [15, 16, 28].contains(code) } else { false }
    }
}
