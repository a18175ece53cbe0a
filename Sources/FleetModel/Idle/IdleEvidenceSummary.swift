/// A span without use, and the most of each signal in it: the evidence for a release, short enough for a receipt.
package struct IdleEvidenceSummary: Hashable, Codable, Sendable {
    package let since: Timestamp
    /// The newest look in it; nil: there was none since.
    package var until: Timestamp?
    package var looks = 0
    /// Of all devices of the lease the most; nil: there is no such thing.
    package var utilization: Int?
    package var power: Power?
    /// Since the last use.
    package var memoryChange: MemoryBytes?
    package var cpu: MilliCores?
    /// Bytes a second.
    package var traffic: Int64?
    /// Which signs of people there could have been; none was seen.
    package var absent: [IdleSignal] = []

    package init(since: Timestamp) { self.since = since }

    package var span: TimeSpan { until.map { $0 - since } ?? .zero }

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
