import FleetModel
import LeaseLedger

/// Devices that are at fault, nodes whose checks are suspected, and what the service and administrators do about them.
extension World {
    mutating func happensToHealth(_ fault: Fault) -> Bool {
        guard let site = pickPresent({ !$0.present.isEmpty }) else { return false }
        let name = sites[site].shape.name, device = luck.pick(sites[site].present).key
        switch fault {
        case .deviceFails: failDevice(device)
        case .nodeSuspected:
            tell(.suspected(name, detail: "so many at once"))
            plan(.told(.trusted(name)), in: luck.span(.seconds(1), .minutes(10)))
        case .administratorActs: administer(name, device)
        case .foreignProcess:
            tell(.foreign(device, [DeviceProcess(pid: 4_711, user: "somebody", command: "python3")]))
            plan(.told(.foreign(device, [])), in: luck.span(.minutes(1), .hours(2)))
        default: return false
        }
        return true
    }

    /// The driver reports an error. The device is unusable until it was reset, the machine was restarted or somebody came.
    mutating func failDevice(_ device: DeviceKey) {
        let kinds: [(Quarantine.Reason, Quarantine.Cure)] = [
            (.xid(79), .reboot), (.xid(95), .reset), (.xid(119), .reset), (.memoryErrors(detail: "2"), .retest),
            (.silent, .retest), (.lost(detail: "it is gone"), .hardware),
        ]
        let (reason, cure) = luck.pick(kinds), endsWork = luck.below(2) == 0
        engine.stuck.append(device)
        plan(.deviceIsClean(device), in: luck.span(.seconds(10), .hours(2)))
        if endsWork { record(.failed(device)) }
        tell(.unhealthy(DeviceFault(device, reason, cure: cure, endsWork: endsWork)))
    }

    /// By whoever may, and by whoever may not; twice, and in any order.
    private mutating func administer(_ name: NodeName, _ device: DeviceKey) {
        for _ in 0..<1 + luck.below(4) {
            let by = luck.below(5) == 0 ? Self.stranger : Self.root
            let command: Command = luck.pick([
                .cordon(name, detail: "", by: by), .uncordon(name, by: by),
                .quarantine(device, detail: "", by: by), .release(device, by: by),
                .cordon(NodeName("nowhere"), detail: "", by: by), .release(DeviceKey("nobody's"), by: by),
            ])
            plan(.commands(command), in: luck.span(.zero, .minutes(30)))
        }
    }

    /// Looks at what is out of the pool: what is well again comes back, by itself or by an administrator's hand; a
    /// suspicion that nobody lifted goes.
    mutating func lookAfterTheSick() {
        if options.plantedBug == .neverRetests { return }
        let dirty = engine.dirty(at: now)
        for node in service.state.nodes {
            if let cordon = node.cordon, !isSafetyPhase {
                if cordon.isSuspicion {
                    receive(.observation(.trusted(node.name)))
                } else {
                    ask(.uncordon(node.name, by: Self.root))
                }
            }
            // Whoever was told while the server was away looks again.
            for slot in node.slots where slot.foreign != nil && !isSafetyPhase {
                receive(.observation(.foreign(slot.device.key, [])))
            }
            for slot in node.slots where slot.condition == .offered && slot.holder == nil {
                guard let quarantine = slot.quarantine, !dirty.contains(slot.device.key) else { continue }
                switch quarantine.cure {
                case .retest, .reset, .reboot: receive(.observation(.recovered(slot.device.key, from: quarantine)))
                case .hardware, .hand:
                    if !isSafetyPhase || luck.below(3) == 0 { ask(.release(slot.device.key, by: Self.root)) }
                }
            }
        }
    }

    /// What is not clean after the patience of a return is given up: that device alone goes into quarantine.
    mutating func settle(_ key: AttemptKey, _ checks: [CleanCheck]) {
        let failed = checks.filter(\.hasFailed)
        guard !failed.isEmpty else {
            service.uncleanSince[key] = nil
            return receive(.observation(.verified(key, checks)))
        }
        let since = service.uncleanSince[key] ?? now
        service.uncleanSince[key] = since
        guard now - since >= .seconds(60), failed.allSatisfy({ $0.device != nil }) else {
            return receive(.observation(.verified(key, checks)))
        }
        if options.plantedBug == .offersTheUnclean {
            return receive(.observation(.verified(key, checks.filter { !$0.hasFailed })))
        }
        let given = failed.compactMap(\.device).map { DeviceFault($0, .notReleased(detail: "not clean"), cure: .retest) }
        receive(.observation(.verified(key, checks, giveUp: given)))
    }
}
