import FleetModel
import LeaseLedger

/// What goes wrong with devices and with what is said of them.
extension World {
    mutating func happensToDevices(_ fault: Fault) -> Bool {
        guard let site = pickPresent({ !$0.present.isEmpty }) else { return false }
        let device = luck.pick(sites[site].present)
        switch fault {
        case .deviceVanishes: loseDevice(device.key, of: site, for: luck.span(.minutes(1), .hours(1)))
        case .deviceFlaps:
            for _ in 0..<2 + luck.below(5) {
                plan(.deviceGoes(site, device.key, for: luck.span(.zero, .seconds(20))), in: luck.span(.zero, .minutes(3)))
            }
        case .minorsChange:
            sites[site].minorShift += 1 + luck.below(3)
            tell(.node(sites[site].report))
        case .deviceMoves: return moveDevice(device, from: site)
        case .devicesVanishTogether:
            // As after an upgrade of the driver under a running system: the library can't talk to it.
            sites[site].isMismatched = true
            tell(.node(sites[site].report))
            plan(.driverMatches(site), in: luck.span(.minutes(1), .hours(1)))
        case .driverWedged: sites[site].wedgedUntil = now + luck.span(.seconds(10), .hours(1))
        case .foreignHolder:
            engine.foreign.append(device.key)
            plan(.foreignHolderLeaves(device.key), in: luck.span(.seconds(10), .hours(1)))
        case .verificationFails:
            engine.stuck.append(device.key)
            plan(.deviceIsClean(device.key), in: luck.span(.minutes(1), .hours(2)))
        case .reportLies: tell(.node(lie(about: site)))
        default: return false
        }
        return true
    }

    mutating func loseDevice(_ key: DeviceKey, of site: Int, for span: TimeSpan) {
        guard isSafetyPhase, sites[site].has([key]) else { return }
        sites[site].missing.append(key)
        // Work that loses its device often dies of it.
        for attempt in engine.attempts
        where attempt.devices.contains(key) && attempt.phase == .running && !attempt.isOld && luck.below(2) == 0 {
            end(attempt.key, .signalled(signal: 6))
        }
        if !sites[site].isGone { tell(.node(sites[site].report)) }
        plan(.deviceReturns(site, key), in: span)
    }

    mutating func returnDevice(_ key: DeviceKey, to site: Int) {
        sites[site].missing.removeAll { $0 == key }
        if !sites[site].isGone, luck.below(2) == 0 { tell(.node(sites[site].report)) }
    }

    /// Somebody puts a device that nothing runs on into another machine.
    private mutating func moveDevice(_ device: Device, from site: Int) -> Bool {
        let isUsed = engine.attempts.contains { $0.devices.contains(device.key) && engine.isPresent($0, at: now) }
        guard !isUsed, sites.count > 1 else { return false }
        let other = (site + 1 + luck.below(sites.count - 1)) % sites.count
        guard !sites[other].isGone, sites[other].hasJoined else { return false }
        if sites[site].visiting.contains(where: { $0.key == device.key }) {
            sites[site].visiting.removeAll { $0.key == device.key }
        } else {
            sites[site].movedAway.append(device.key)
        }
        if sites[other].shape.devices.contains(where: { $0.key == device.key }) {
            sites[other].movedAway.removeAll { $0 == device.key }
        } else {
            sites[other].visiting.append(device)
        }
        // In either order, or the one and not the other.
        for told in luck.below(2) == 0 ? [site, other] : [other, site] where luck.below(3) > 0 {
            tell(.node(sites[told].report))
        }
        return true
    }

    /// What a machine might say that is not so.
    private mutating func lie(about site: Int) -> NodeReport {
        let truth = sites[site].present
        switch luck.below(4) {
        case 0: return sites[site].report(of: truth.filter { _ in luck.below(2) == 0 })
        case 1:
            let others = sites.indices.filter { $0 != site }.flatMap { sites[$0].present }
            return sites[site].report(of: truth + (others.isEmpty ? [] : [luck.pick(others)]))
        case 2:
            let small = truth.map { Device(key: $0.key, model: $0.model, memory: MemoryBytes(1), isSimulated: true) }
            return sites[site].report(of: small)
        default: return sites[site].report(of: truth, cores: .cores(1))
        }
    }

    /// What is seen reaches the server: at once, late and behind what came after it, or twice.
    mutating func tell(_ seen: Observation) {
        if strikes(.reportLate) {
            plan(.told(seen), in: delay(.seconds(1), .minutes(15)))
        } else {
            receive(.observation(seen))
        }
        if strikes(.reportDoubled) { plan(.told(seen), in: delay(.zero, .minutes(2))) }
    }
}
