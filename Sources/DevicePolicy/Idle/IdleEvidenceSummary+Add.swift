import FleetModel

extension IdleEvidenceSummary {
    /// Takes one more look without use.
    ///
    /// - Parameter memoryChanges: since the last use, for each device of the look.
    mutating func add(_ look: IdleEvidence, _ memoryChanges: [MemoryBytes]) {
        until = look.at
        looks += 1
        for (seen, change) in zip(look.devices, memoryChanges) {
            utilization = most(utilization, seen.utilization.value)
            power = most(power, seen.power.value)
            if seen.memoryUsed.value != nil { memoryChange = most(memoryChange, change) }
        }
        cpu = most(cpu, look.cpu.value)
        traffic = most(traffic, look.traffic.value)
        let people: [(IdleSignal, Bool)] = [
            (.terminalInput, look.terminalInput == .seen(false)), (.kernelBusy, look.kernelBusy == .seen(false)),
            (.requests, look.requests == .seen(0)),
        ]
        for (signal, wasSeen) in people where wasSeen && !absent.contains(signal) { absent.append(signal) }
    }

    private func most<Value: Comparable>(_ left: Value?, _ right: Value?) -> Value? {
        guard let left, let right else { return left ?? right }
        return max(left, right)
    }
}
