package import FleetModel

extension LedgerState {
    func decideQuarantine(
        of key: DeviceKey, _ detail: String, _ requester: Requester, at now: Timestamp
    ) throws(Rejection) -> [Event] {
        guard requester.isAdministrator else { throw .needsAdministrator }
        guard slot(of: key) != nil else { throw .unknownDevice(key) }
        if quarantine(of: key)?.cure == .hand { throw .alreadyQuarantined(key) }
        let reason = Quarantine.Reason.ordered(by: requester.user, detail: detail)
        return [.deviceQuarantined(quarantined(key, reason, .hand, at: now))]
    }

    func decideRelease(of key: DeviceKey, _ requester: Requester) throws(Rejection) -> [Event] {
        guard requester.isAdministrator else { throw .needsAdministrator }
        guard slot(of: key) != nil else { throw .unknownDevice(key) }
        guard quarantine(of: key) != nil else { throw .notQuarantined(key) }
        return [.deviceReleased(DeviceReleased(device: key, by: requester.user))]
    }

    /// The device leaves the pool; a lease that holds it is ended where the fault says so.
    func observe(_ fault: DeviceFault, at now: Timestamp) -> [Event] {
        guard let place = slot(of: fault.device) else { return [] }
        var events = quarantine(fault, at: now)
        if fault.endsWork, let holder = nodes[place.node].slots[place.slot].holder,
            requests[holder]?.lease?.phase.mayBecome(.ending) ?? false
        {
            events.append(ending(holder, because: .deviceFailed(detail: fault.reason.words), at: now))
        }
        return events
    }

    func observeRecovery(of key: DeviceKey, from judged: Quarantine) -> [Event] {
        guard judged == quarantine(of: key), judged.cure != .hand else { return [] }
        return [.deviceReleased(DeviceReleased(device: key, by: nil))]
    }

    /// Nothing where the device is in a quarantine that weighs as much.
    func quarantine(_ fault: DeviceFault, at now: Timestamp) -> [Event] {
        let next = quarantined(fault.device, fault.reason, fault.cure, counters: fault.counters, at: now)
        return next.quarantine.outweighs(quarantine(of: fault.device)) ? [.deviceQuarantined(next)] : []
    }

    /// nil: it is in none, or unknown.
    package func quarantine(of key: DeviceKey) -> Quarantine? {
        slot(of: key).flatMap { nodes[$0.node].slots[$0.slot].quarantine }
    }

    private func quarantined(
        _ key: DeviceKey, _ reason: Quarantine.Reason, _ cure: Quarantine.Cure, counters: DeviceCounters? = nil,
        at now: Timestamp
    ) -> DeviceQuarantined {
        let bootID = slot(of: key).map { nodes[$0.node].bootID }
        let quarantine = Quarantine(reason, cure: cure, since: now, bootID: bootID, counters: counters)
        return DeviceQuarantined(device: key, quarantine: quarantine)
    }
}
