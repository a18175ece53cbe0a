package import FleetModel

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
}
