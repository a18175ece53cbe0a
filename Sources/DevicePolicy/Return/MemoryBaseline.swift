package import FleetModel

/// The memory that a device keeps in use with nobody on it: learnt while it is free.
///
/// It is the least of all looks since the driver was loaded, so that a little that each lease leaves behind can't creep
/// into it. What allowed programs hold, such as a display server, is left out of every look.
package struct MemoryBaseline: Hashable, Codable, Sendable {
    /// So many looks make it known.
    package static let looksNeeded = 3
    /// More than this with nobody there is a leak and no baseline.
    package static let bound = MemoryBytes.gibibytes(1)

    /// The boot and the load of the driver that it was learnt in.
    package private(set) var epoch: DriverEpoch?
    /// Not counted beyond `looksNeeded`.
    package private(set) var looks = 0
    private var least = MemoryBytes.zero

    package init() {}

    /// nil: not known yet.
    package var value: MemoryBytes? { looks >= Self.looksNeeded ? least : nil }

    /// Takes one look at a device that is neither leased nor being returned nor quarantined. A look that shows a process which
    /// is not allowed, or does not tell, teaches nothing. After another boot or load of the driver it begins anew.
    package mutating func learn(_ reading: DeviceReading, in epoch: DriverEpoch, allowed: AllowedPrograms = .usual) {
        if self.epoch.map(epoch.isKnownToDiffer) ?? true { self = MemoryBaseline(in: epoch) }
        guard reading.contact == .answers, let processes = reading.processes,
            processes.allSatisfy(allowed.contains), let used = reading.memoryNotAllowedFor(allowed),
            used >= .zero, used <= Self.bound
        else { return }
        least = looks == 0 ? used : min(least, used)
        looks = min(looks + 1, Self.looksNeeded)
    }

    private init(in epoch: DriverEpoch) { self.epoch = epoch }
}

extension DeviceReading {
    /// What is in use beside the allowed programs; nil: not known, also where one of these does not tell what it holds.
    func memoryNotAllowedFor(_ allowed: AllowedPrograms) -> MemoryBytes? {
        guard var rest = memoryUsed else { return nil }
        for process in processes ?? [] where allowed.contains(process) {
            guard let memory = process.memory else { return nil }
            rest = rest - memory
        }
        return max(rest, .zero)
    }
}
