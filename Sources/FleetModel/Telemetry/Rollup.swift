/// What was seen of a device, or of all devices of a lease, in a span of time. nil is not seen, which is never 0.
///
/// A span's rollup is the merge of those of its parts, in whatever order they come.
package struct Rollup: Hashable, Codable, Sendable {
    /// Energy that was measured, and the device time that it covers.
    package struct EnergyShare: Hashable, Codable, Sendable {
        package var energy: Energy
        package var covered: TimeSpan

        package init(energy: Energy, covered: TimeSpan) {
            self.energy = energy
            self.covered = covered
        }
    }

    /// Per cent of the driver's sample periods in which anything ran.
    package var utilization: Spread?
    /// Bytes in use.
    package var memoryUsed: Spread?
    /// Milliwatts.
    package var power: Spread?
    /// Degrees Celsius.
    package var temperature: Spread?
    package var energy: EnergyShare?

    package init() {}

    /// What one look found. Energy comes by `EnergyStep`, since it takes two looks.
    package init(_ reading: DeviceReading) {
        utilization = reading.utilization.map { Spread(Int64($0)) }
        memoryUsed = reading.memoryUsed.map { Spread($0.bytes) }
        power = reading.power.map { Spread($0.milliwatts) }
        temperature = reading.temperature.map { Spread(Int64($0)) }
    }

    package init(_ step: EnergyStep) {
        energy = EnergyShare(energy: step.energy, covered: step.end - step.start)
    }

    package var isEmpty: Bool { self == Rollup() }

    /// Takes in what was seen in another part of the span, or on another device.
    package mutating func merge(_ other: Rollup) {
        utilization = .merged(utilization, other.utilization)
        memoryUsed = .merged(memoryUsed, other.memoryUsed)
        power = .merged(power, other.power)
        temperature = .merged(temperature, other.temperature)
        guard let more = other.energy else { return }
        let own = energy ?? EnergyShare(energy: .zero, covered: .zero)
        energy = EnergyShare(energy: own.energy + more.energy, covered: own.covered + more.covered)
    }
}
