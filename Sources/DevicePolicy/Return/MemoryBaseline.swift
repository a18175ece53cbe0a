package import FleetModel

/// The memory that a device keeps in use with nobody on it: learnt while it is free.
///
/// It is the least of all looks since the driver was loaded, so that a little that each lease leaves behind can't creep
/// into it. What allowed programs hold, such as a display server, is left out where the driver lists processes.
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
    /// It is of devices whose driver lists no processes: of all that is in use, allowed programs included.
    private var isOfAll = false

    package init() {}

    private init(in epoch: DriverEpoch?, isOfAll: Bool) {
        self.epoch = epoch
        self.isOfAll = isOfAll
    }

    /// nil: not known yet.
    package var value: MemoryBytes? { looks >= Self.looksNeeded ? least : nil }

    /// Takes one look at a device that is neither leased nor being returned nor quarantined. A look that shows a process which
    /// is not allowed teaches nothing. After another boot or load of the driver it begins anew.
    package mutating func learn(_ reading: DeviceReading, in epoch: DriverEpoch, allowed: AllowedPrograms = .usual) {
        if self.epoch.map(epoch.isKnownToDiffer) ?? true { self = MemoryBaseline(in: epoch, isOfAll: true) }
        guard reading.contact == .answers else { return }
        if let processes = reading.processes {
            guard processes.allSatisfy(allowed.contains), let used = reading.memoryNotAllowedFor(allowed) else { return }
            if isOfAll { self = MemoryBaseline(in: epoch, isOfAll: false) }
            take(used)
        } else if isOfAll, let used = reading.memoryUsed {
            take(used)
        }
    }

    private mutating func take(_ used: MemoryBytes) {
        guard used >= .zero, used <= Self.bound else { return }
        least = looks == 0 ? used : min(least, used)
        looks = min(looks + 1, Self.looksNeeded)
    }

    /// What a look shows to be in use above it; nil: it is not known, or the look does not tell.
    func above(_ reading: DeviceReading, _ allowed: AllowedPrograms) -> MemoryBytes? {
        guard let value, let all = reading.memoryUsed else { return nil }
        if all <= value { return .zero }
        guard let used = isOfAll ? all : reading.memoryNotAllowedFor(allowed) else { return nil }
        return max(used - value, .zero)
    }
}

extension DeviceReading {
    /// What is in use beside the allowed programs; nil: not known, as where one of these does not tell what it holds.
    func memoryNotAllowedFor(_ allowed: AllowedPrograms) -> MemoryBytes? {
        guard var rest = memoryUsed, let processes else { return nil }
        for process in processes where allowed.contains(process) {
            guard let memory = process.memory else { return nil }
            rest = rest - memory
        }
        return max(rest, .zero)
    }
}
