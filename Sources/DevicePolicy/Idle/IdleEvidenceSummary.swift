package import FleetModel

/// A span without use, and the most of each signal in it: the evidence for a release, short enough for a receipt.
package struct IdleEvidenceSummary: Hashable, Codable, Sendable {
    package let since: Timestamp
    /// The newest look in it; nil: there was none since.
    package private(set) var until: Timestamp?
    package private(set) var looks = 0
    /// Of all devices of the lease the most; nil: there is no such thing.
    package private(set) var utilization: Int?
    package private(set) var power: Power?
    /// Since the last use.
    package private(set) var memoryChange: MemoryBytes?
    package private(set) var cpu: MilliCores?
    /// Bytes a second.
    package private(set) var traffic: Int64?
    /// Which signs of people there could have been; none was seen.
    package private(set) var absent: [IdleSignal] = []

    package init(since: Timestamp) { self.since = since }

    package var span: TimeSpan { until.map { $0 - since } ?? .zero }

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

    /// `The GPU was not used for 1h 45m, in 210 looks. The most that was seen: the GPU's utilisation 0 %, its power 62 W, …`.
    package var text: String {
        var seen: [String] = []
        if let utilization { seen.append("the GPU's utilisation \(utilization) %") }
        if let power { seen.append("its power \((power.milliwatts + 500) / 1_000) W") }
        if let memoryChange { seen.append("a change of its memory by \(memoryChange.text)") }
        if let cpu { seen.append("\(cpu.text) processor cores") }
        if let traffic { seen.append("\(MemoryBytes(traffic).text) a second over network and disk") }
        var words = "The GPU was not used for \(span.text), in \(looks) \(looks == 1 ? "look" : "looks")."
        if !seen.isEmpty { words += " The most that was seen: \(seen.joined(separator: ", "))." }
        if !absent.isEmpty { words += " There was no sign of \(absent.map(\.words).joined(separator: " or "))." }
        return words
    }
}
