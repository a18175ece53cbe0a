/// What was seen of a device, or of all devices of a lease, over time. Spans in which nothing was seen have no point.
package struct TelemetrySeries: Codable, Equatable, Sendable {
    package var from: String
    package var until: String
    /// Of each point. It may be longer than what was asked for, where less is kept.
    package var stepSeconds: Int64
    package var points: [TelemetryPointView]

    package init(from: String, until: String, stepSeconds: Int64, points: [TelemetryPointView]) {
        self.from = from
        self.until = until
        self.stepSeconds = stepSeconds
        self.points = points
    }
}

/// One step of a series; nil is not seen, which is not 0.
package struct TelemetryPointView: Codable, Equatable, Sendable {
    /// Of one quantity in one step, over all looks and devices.
    package struct Values: Codable, Equatable, Sendable {
        package var mean: Double
        package var min: Double
        package var max: Double
        /// How many looks.
        package var count: Int64

        package init(mean: Double, min: Double, max: Double, count: Int64) {
            self.mean = mean
            self.min = min
            self.max = max
            self.count = count
        }
    }

    /// When it begins.
    package var at: String
    /// Seconds from the beginning of the series.
    package var offsetSeconds: Double
    /// Per cent.
    package var utilization: Values?
    /// Of one device.
    package var memoryUsedBytes: Values?
    /// Of one device.
    package var powerWatts: Values?
    /// Degrees Celsius.
    package var temperature: Values?
    /// Of all devices together.
    package var energyJoules: Double?

    package init(at: String, offsetSeconds: Double) {
        self.at = at
        self.offsetSeconds = offsetSeconds
    }
}
