/// Energy in thousandths of a joule, as NVIDIA's counters give it.
package struct Energy: Hashable, Comparable, Codable, Sendable {
    package var millijoules: Int64

    package init(millijoules: Int64) { self.millijoules = millijoules }

    package static let zero = Energy(millijoules: 0)
    package static func < (left: Energy, right: Energy) -> Bool { left.millijoules < right.millijoules }
    /// Saturates.
    package static func + (left: Energy, right: Energy) -> Energy {
        let (sum, overflow) = left.millijoules.addingReportingOverflow(right.millijoules)
        return Energy(millijoules: overflow ? (left.millijoules < 0 ? .min : .max) : sum)
    }
}

/// Power in thousandths of a watt.
package struct Power: Hashable, Comparable, Codable, Sendable {
    package var milliwatts: Int64

    package init(milliwatts: Int64) { self.milliwatts = milliwatts }

    package static func < (left: Power, right: Power) -> Bool { left.milliwatts < right.milliwatts }
}
