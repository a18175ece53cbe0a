package import FleetModel

/// What follows from foreign processes; the shell does it.
package enum ForeignConsequence: Hashable, Sendable {
    /// For administrators, and for the holder of the device.
    case tell(String)
    /// No lease begins on the device while they are there.
    case withhold(DeviceKey, reason: String)
    /// End this process if all of `ForeignKill.confirm` is confirmed, and else leave it and say so.
    case end(ForeignKill)
}

/// A process to be ended, and what must be known of it first.
///
/// That the driver lists a number is no proof: drivers have given numbers of other namespaces, and garbage.
package struct ForeignKill: Hashable, Sendable {
    /// What the shell confirms by itself, from the kernel, after it has opened a pidfd of the process; the signal goes through
    /// that pidfd, so that a number which is used again is not hit.
    package enum Confirmation: String, Sendable, CaseIterable {
        /// It has a node of this device open, seen in `/proc/PID/fd`.
        case holdsDeviceNode
        /// It is in the control group of no lease.
        case belongsToNoLease
        /// It is none of Carrel's own processes, such as the reader.
        case isNotCarrel
        /// The file that it runs, not its name, is not that of an allowed program.
        case isNotAllowed
        /// It is neither pid 1 nor a thread of the kernel.
        case isOrdinary
    }

    package let device: DeviceKey
    package let pid: Int32
    package let confirm: [Confirmation]
}

/// Processes on a device that no lease explains.
package enum Foreign {
    /// Those on the driver's list that belong neither to the device's lease nor to an allowed program, in order of their numbers,
    /// each once. A device whose list is not known gives none.
    ///
    /// - Parameter leased: the processes of the lease that holds the device, by their numbers on the host.
    package static func processes(
        in reading: DeviceReading, leased: [Int32], allowed: AllowedPrograms = .usual
    ) -> [DeviceProcess] {
        guard reading.contact == .answers else { return [] }
        let known = Set(leased)
        let foreign = (reading.processes ?? []).filter { !known.contains($0.pid) && !allowed.contains($0) }
        let sorted = foreign.indices.sorted { (foreign[$0].pid, $0) < (foreign[$1].pid, $1) }
        return sorted.indices.filter { $0 == 0 || foreign[sorted[$0]].pid != foreign[sorted[$0 - 1]].pid }
            .map { foreign[sorted[$0]] }
    }

    /// What follows; empty: nothing.
    ///
    /// - Parameter holder: who has leased the device; nil: nobody.
    package static func consequences(
        of processes: [DeviceProcess], on device: DeviceKey, holder: UserName?, _ policy: ForeignPolicy
    ) -> [ForeignConsequence] {
        guard !processes.isEmpty else { return [] }
        let whose = holder.map { "leased by \($0)" } ?? "leased by nobody"
        let words = "On this GPU, \(whose), there is work from outside Carrel: \(ProcessWords.list(processes))."
        var found = [ForeignConsequence.tell(words)]
        if policy != .warn { found.append(.withhold(device, reason: words)) }
        if policy == .kill {
            found += processes.filter { $0.pid > 1 }.map {
                .end(ForeignKill(device: device, pid: $0.pid, confirm: ForeignKill.Confirmation.allCases))
            }
        }
        return found
    }
}
