import DevicePolicy
import FleetModel
import LeaseLedger

/// Looks at what is made of devices, as the service's keeper does, with the same rule.
extension World {
    private static let pause = TimeSpan.minutes(1)

    mutating func lookForUse() {
        plan(.looksForUse(life: service.life), in: Self.pause)
        let state = service.state, settings = state.policy.idle
        guard settings.mode != .off else { return service.windows = [:] }
        if state.idleWatchedSince == nil { receive(.observation(.idleWatchBegan)) }
        var demand = DeviceDemand(state)
        var windows: [AttemptKey: IdleWindow] = [:]
        for (id, record, lease) in state.liveLeases
        where lease.phase == .running && lease.contact == .known && !lease.allocation.devices.isEmpty {
            let key = AttemptKey(lease: id, number: lease.attempt)
            var window = service.windows[key] ?? IdleWindow(record.kind, startedAt: lease.startedAt ?? lease.grantedAt)
            window.add(look(id, lease), settings)
            windows[key] = window
            let known = lease.idle ?? IdleRecord()
            let situation = IdleSituation(
                someoneWaits: settings.mode == .release && demand.wants(id),
                installedAt: state.idleWatchedSince ?? clock, keptAt: known.keptAt, keptUntil: known.keptUntil,
                notices: known.notices)
            let verdict = IdleRule.judge(window, situation, at: clock, settings)
            if case .release = verdict { demand.take(id) }
            if let said = verdict.notice(after: known, window) {
                receive(.observation(.idle(key, said.notice, said.evidence)))
            }
        }
        service.windows = windows
    }

    private mutating func look(_ id: LeaseID, _ lease: Lease) -> IdleEvidence {
        let share = diligence[id] ?? rests.pick([0, 0, 0, 1, 5, 100])
        diligence[id] = share
        let isUsed = rests.below(100) < share, isUnknown = rests.below(200) == 0
        return IdleEvidence(
            at: clock,
            devices: lease.allocation.devices.map { device in
                DeviceActivity(
                    device, utilization: isUnknown ? .unknown : .seen(isUsed ? 80 : 0),
                    power: .seen(Power(milliwatts: 50_000)), memoryUsed: .seen(MemoryBytes(1_000_000)))
            }, cpu: .seen(MilliCores(share == 1 ? 2_000 : 10)), traffic: .seen(0), terminalInput: .seen(false),
            kernelBusy: .notThere, requests: .notThere)
    }

    /// Who is warned may say that the lease is in use, and others may try to.
    mutating func hearNotice(_ noticed: IdleNoticed, _ owner: UserName) {
        guard noticed.notice.releaseAt != nil, isSafetyPhase else { return }
        switch rests.below(6) {
        case 0, 1: plan(.commands(.keep(noticed.id, by: Requester(owner))), in: rests.span(.zero, .minutes(4)))
        case 2: plan(.commands(.keep(noticed.id, by: Self.stranger)), in: rests.span(.zero, .minutes(4)))
        default: break
        }
    }
}
