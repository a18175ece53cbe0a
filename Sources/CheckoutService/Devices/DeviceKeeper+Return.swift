import DevicePolicy
import EngineInterface
package import FleetModel
import LeaseLedger

/// Devices that come back: from a lease, and from quarantine.
extension DeviceKeeper {
    /// What a round of looks at the devices of an attempt found, and which of them are given up.
    struct Round {
        var checks: [CleanCheck]
        var giveUp: [DeviceFault] = []
        var use: DeviceUse?
    }

    /// - Parameter work: what the engine found of the work: its processes, and who has a device's node open.
    func examineReturn(of key: AttemptKey, _ devices: [Device], work: [CleanCheck]) async -> Round {
        guard !devices.isEmpty else { return Round(checks: work) }
        let now = clock.now()
        var course = returns[key] ?? ReturnCourse(since: now)
        course.rounds += 1
        returns[key] = course
        let progress = ReturnProgress(rounds: course.rounds, since: course.since)
        var round = Round(checks: work.filter { $0.device == nil })
        let endedAt = state.requests[key.lease]?.lease?.endedAt
        for device in devices where records[device.key]?.use?.lease == key.lease {
            records[device.key]?.use?.end(at: endedAt)
        }
        for (device, reading) in zip(devices, await observer.examine(devices)) {
            await take(reading)
            let seen = await probed(evidence(on: device, reading), device, work)
            var doubts = returns[key]?.doubts[device.key] ?? ReturnDoubts()
            let (checks, verdict) = CleanReturn.round(
                on: seen, work: work, &doubts, progress, at: clock.now(), settings)
            returns[key]?.doubts[device.key] = doubts
            round.checks += checks
            if case .quarantine(let quarantine) = verdict, let fault = fault(device.key, quarantine) {
                round.giveUp.append(fault)
            }
        }
        if !round.giveUp.isEmpty || round.checks.contains(where: \.hasFailed) { await followBreakers() }
        round.use = LeaseMeter.use(devices.compactMap { records[$0.key]?.use }, until: clock.now())
        round.use?.progress = await self.progress?.read(key)
        return round
    }

    /// The evidence with a probe, unless something fails already: a probe needs the device for itself.
    private func probed(_ seen: ReturnEvidence, _ device: Device, _ work: [CleanCheck]) async -> ReturnEvidence {
        guard !Self.fails(work, device), !Self.fails(CleanReturn.judge(seen, settings), device) else { return seen }
        var seen = seen
        seen.probe = await observer.probe(device)
        return seen
    }

    private func evidence(on device: Device, _ reading: DeviceReading) -> ReturnEvidence {
        let record = records[device.key]
        let use = record?.use
        return ReturnEvidence(
            device.key, before: use?.before, after: reading, incidents: use.flatMap { $0.isWhole ? $0.incidents : nil },
            baseline: record?.baseline ?? MemoryBaseline(), allowed: settings.allowed)
    }

    /// Looks at each device in quarantine whose time has come.
    func retest() async {
        let now = clock.now()
        for node in state.nodes {
            let epoch = DriverEpoch(bootID: node.bootID)
            for slot in node.slots where slot.quarantine != nil && slot.holder == nil && slot.condition == .offered {
                guard let stay = records[slot.device.key]?.stay,
                    let due = Retest.nextLook(stay, in: epoch, settings), due <= now
                else { continue }
                await retest(slot.device, stay, in: epoch)
            }
        }
    }

    /// Looks at a device in quarantine now; nil: it is in none, held, or not there.
    ///
    /// - Parameter wasReset: an administrator says so, where the device has no counters that show it.
    package func retest(_ key: DeviceKey, wasReset: Bool) async -> RetestFinding? {
        await follow()
        guard let slot = slot(of: key), slot.slot.quarantine != nil, slot.slot.holder == nil,
            slot.slot.condition == .offered, let stay = records[key]?.stay
        else { return nil }
        let epoch = DriverEpoch(bootID: slot.node.bootID)
        switch await retest(slot.slot.device, stay, in: epoch, wasReset: wasReset) {
        case .comesBack(let isProven)?: return .cameBack(isProven: isProven)
        case .stays(let words)?: return .stays(words)
        case nil: return nil
        }
    }

    /// nil: it is in another quarantine by now, or in none, or somebody's.
    @discardableResult
    private func retest(
        _ device: Device, _ stay: QuarantineStay, in epoch: DriverEpoch, wasReset: Bool = false
    ) async -> Comeback? {
        guard retested.insert(device.key).inserted else { return .stays("it is being looked at already") }
        await follow()
        let comeback = await look(at: device, stay, in: epoch, wasReset: wasReset)
        retested.remove(device.key)
        await follow()
        return comeback
    }

    /// The device is still as it was when the look was decided upon; what is asked in between takes its time, and somebody may have
    /// put it back and lent it meanwhile.
    private func mayLook(at key: DeviceKey, _ stay: QuarantineStay) -> Bool {
        guard let slot = slot(of: key)?.slot else { return false }
        return slot.quarantine == stay.quarantine && slot.holder == nil && slot.condition == .offered
    }

    private func look(
        at device: Device, _ stay: QuarantineStay, in epoch: DriverEpoch, wasReset: Bool
    ) async -> Comeback? {
        let key = device.key, nobody = AttemptKey(lease: LeaseID(0), number: 0)
        let work: [CleanCheck]
        do { work = try await engine.verify(nobody, devices: [device]) } catch {
            return .stays("the engine could not look at it: \(error)")
        }
        guard mayLook(at: key, stay) else { return nil }
        guard let reading = await observer.examine([device]).first else { return .stays("nobody looked at it") }
        await take(reading)
        var seen = evidence(on: device, reading)
        seen.before = records[key]?.countersAtQuarantine(of: key)
        guard mayLook(at: key, stay) else { return nil }
        seen = await probed(seen, device, work)
        // What was told while the probe ran counts too.
        seen.incidents = records[key]?.incidentsSinceQuarantine
        let isReset = wasReset || records[key]?.wasReset ?? false
        records[key]?.stay?.lookedAt(clock.now(), in: epoch)
        let comeback = Retest.judge(stay, seen, work: work, in: epoch, resetConfirmed: isReset, settings)
        if case .comesBack = comeback, !(await tell(.recovered(key, from: stay.quarantine))) {
            return .stays("it could not be written down that it is well; it is looked at again")
        }
        return comeback
    }

    private static func fails(_ checks: [CleanCheck], _ device: Device) -> Bool {
        checks.contains { check in
            check.hasFailed && (check.device == nil || check.device == device.key)
        }
    }
}

/// What a look at a device in quarantine came to.
package enum RetestFinding: Hashable, Sendable {
    /// `isProven`: every check passed; else one could not be made.
    case cameBack(isProven: Bool)
    /// With the reason.
    case stays(String)
}
