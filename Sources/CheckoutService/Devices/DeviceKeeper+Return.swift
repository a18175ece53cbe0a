import DevicePolicy
import EngineInterface
import FleetModel
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
        let work = Self.perDevice(work, devices)
        var round = Round(checks: work.filter { $0.device == nil })
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
            baseline: record?.baseline ?? MemoryBaseline())
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

    private func retest(_ device: Device, _ stay: QuarantineStay, in epoch: DriverEpoch) async {
        let nobody = AttemptKey(lease: LeaseID(0), number: 0)
        guard let work = try? await engine.verify(nobody, devices: [device]),
            let reading = await observer.examine([device]).first
        else { return }
        var seen = evidence(on: device, reading)
        seen.before = records[device.key]?.atQuarantine
        seen = await probed(seen, device, work)
        // What was told while the probe ran counts too.
        seen.incidents = records[device.key]?.incidentsSinceQuarantine
        records[device.key]?.stay?.lookedAt(clock.now(), in: epoch)
        guard case .comesBack = Retest.judge(stay, seen, work: work, in: epoch, settings) else { return }
        try? await writer.observe([.recovered(device.key, from: stay.quarantine)])
    }

    /// Whoever has nodes open is told of all devices at once: each of them is then looked at by itself.
    private static func perDevice(_ work: [CleanCheck], _ devices: [Device]) -> [CleanCheck] {
        work.flatMap { check in
            guard check.subject == .nodeReleased, check.device == nil else { return [check] }
            return devices.map { CleanCheck(check.subject, check.result, on: $0.key) }
        }
    }

    private static func fails(_ checks: [CleanCheck], _ device: Device) -> Bool {
        checks.contains { check in
            check.hasFailed && (check.device == nil || check.device == device.key)
        }
    }
}
