package import FleetModel

/// What a lease's looks have shown so far: a few numbers, however long it lasts.
///
/// It keeps two spans. In `quiet` nothing at all was seen; in `gpuQuiet` the GPU was not used, whatever the processor did. A
/// look that shows use ends them, and so does one in which something is unknown, or that comes too late after the one before.
package struct IdleWindow: Hashable, Codable, Sendable {
    package let kind: WorkKind
    package let startedAt: Timestamp
    package private(set) var newest: Timestamp?
    package private(set) var quiet: IdleEvidenceSummary
    package private(set) var gpuQuiet: IdleEvidenceSummary
    /// What the newest look showed; nil: nothing, it was quiet.
    package private(set) var activity: IdleActivity?
    /// One for each device, in the order in which they were seen first.
    private var references: [Reference] = []

    /// What later looks at a device are held against.
    private struct Reference: Hashable, Codable, Sendable {
        let device: DeviceKey
        /// When it was last used.
        var memory: MemoryBytes?
        /// The least power while nothing ran: a program that holds the GPU and does nothing draws more than a free one.
        var leastPower: Power?
    }

    package init(_ kind: WorkKind, startedAt: Timestamp) {
        self.kind = kind
        self.startedAt = startedAt
        quiet = IdleEvidenceSummary(since: startedAt)
        gpuQuiet = IdleEvidenceSummary(since: startedAt)
    }

    /// Takes one look. One that is not newer than the newest changes nothing.
    package mutating func add(_ look: IdleEvidence, _ settings: IdleSettings = .usual) {
        if let newest, look.at <= newest { return }
        let sinceLast = look.at - (newest ?? startedAt)
        newest = look.at
        let changes = update(look)
        var use = gpuUse(look, changes, settings) ?? personUse(look) ?? unknown(look)
        if sinceLast > settings.longestGap { use = use ?? .unknown(.looks) }
        let work = processorUse(look, settings)
        activity = use ?? work
        if use != nil {
            gpuQuiet = IdleEvidenceSummary(since: look.at)
            quiet = IdleEvidenceSummary(since: look.at)
            for device in look.devices { rebase(device) }
            return
        }
        gpuQuiet.add(look, changes)
        if work == nil { quiet.add(look, changes) } else { quiet = IdleEvidenceSummary(since: look.at) }
    }

    /// Notes the least power, and gives how much memory has changed since the last use, for each device.
    private mutating func update(_ look: IdleEvidence) -> [MemoryBytes] {
        look.devices.map { seen in
            let index = index(of: seen.device)
            if let power = seen.power.value, let utilization = seen.utilization.value, utilization <= 1 {
                references[index].leastPower = min(references[index].leastPower ?? power, power)
            }
            guard let used = seen.memoryUsed.value else { return .zero }
            guard let reference = references[index].memory else {
                references[index].memory = used
                return .zero
            }
            return used > reference ? used - reference : reference - used
        }
    }

    private mutating func rebase(_ seen: DeviceActivity) {
        let index = index(of: seen.device)
        if let used = seen.memoryUsed.value { references[index].memory = used }
    }

    private mutating func index(of device: DeviceKey) -> Int {
        if let index = references.firstIndex(where: { $0.device == device }) { return index }
        references.append(Reference(device: device, memory: nil, leastPower: nil))
        return references.count - 1
    }

    private func gpuUse(_ look: IdleEvidence, _ changes: [MemoryBytes], _ settings: IdleSettings) -> IdleActivity? {
        for (seen, change) in zip(look.devices, changes) {
            if let utilization = seen.utilization.value, utilization > settings.idleUtilization {
                return .seen(.utilization)
            }
            if let power = seen.power.value, isAboveIdle(power, seen, settings) { return .seen(.power) }
            if change >= settings.memoryChange { return .seen(.memory) }
        }
        return nil
    }

    private func isAboveIdle(_ power: Power, _ seen: DeviceActivity, _ settings: IdleSettings) -> Bool {
        let least = references.first { $0.device == seen.device }?.leastPower
        guard let idle = [least, seen.idlePower].compactMap(\.self).max() else { return false }
        let margin = max(0, idle.milliwatts) / 100 * settings.powerMargin
        return power.milliwatts > max(0, idle.milliwatts) + margin
    }

    private func personUse(_ look: IdleEvidence) -> IdleActivity? {
        if look.terminalInput == .seen(true) { return .seen(.terminalInput) }
        if look.kernelBusy == .seen(true) { return .seen(.kernelBusy) }
        if let requests = look.requests.value, requests > 0 { return .seen(.requests) }
        return nil
    }

    private func unknown(_ look: IdleEvidence) -> IdleActivity? {
        if look.devices.isEmpty { return .unknown(.utilization) }
        for seen in look.devices {
            // Without it nobody can tell whether the device computes.
            if seen.utilization.value == nil { return .unknown(.utilization) }
            if seen.power == .unknown { return .unknown(.power) }
            if seen.memoryUsed == .unknown { return .unknown(.memory) }
        }
        if look.cpu == .unknown { return .unknown(.cpu) }
        if look.traffic == .unknown { return .unknown(.traffic) }
        if look.terminalInput == .unknown { return .unknown(.terminalInput) }
        if look.kernelBusy == .unknown { return .unknown(.kernelBusy) }
        if look.requests == .unknown { return .unknown(.requests) }
        return nil
    }

    private func processorUse(_ look: IdleEvidence, _ settings: IdleSettings) -> IdleActivity? {
        if let cpu = look.cpu.value, cpu > settings.timers(for: kind).busyCores { return .seen(.cpu) }
        if let traffic = look.traffic.value, traffic > settings.busyTraffic { return .seen(.traffic) }
        return nil
    }
}

/// Why a lease does not count as idle.
package enum IdleActivity: Hashable, Codable, Sendable {
    case seen(IdleSignal)
    /// It could not be read, and counts as use.
    case unknown(IdleSignal)
    /// Its work has just begun.
    case starting(until: Timestamp)
    /// *Keep* was pressed.
    case kept(until: Timestamp)

    /// A sentence for the lease's page.
    package var sentence: String {
        switch self {
        case .seen(let signal): "In use: \(signal.words)."
        case .unknown(.looks): "Counted as in use, since there was no new look at it."
        case .unknown(let signal): "Counted as in use, since \(signal.words) could not be read."
        case .starting: "Its work has just begun."
        case .kept: "Kept by its user."
        }
    }
}
