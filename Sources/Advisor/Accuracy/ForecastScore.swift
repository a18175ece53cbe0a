package import FleetModel

/// How near forecasts of one kind came to what happened.
package struct ForecastScore: Hashable, Sendable {
    /// How many were held against what happened.
    package private(set) var count = 0
    /// Of these, how many amounts lay within the range that was said.
    package private(set) var within = 0
    /// How many were more than the upper bound; those that were cut off beyond it among them.
    package private(set) var above = 0
    private var errors: [Double] = []
    private var sum = 0.0

    /// A single error counts for no more than ten times what happened: one slip of the finger must not hide all others.
    private static let largest = 10.0

    package init() {}

    /// What the expected amount was off, as a part of what happened: 0.1 is a tenth too much; nil: nothing happened, so that no
    /// part of it can be told.
    package static func error(of forecast: ForecastRange, actual: Int64) -> Double? {
        guard actual > 0 else { return nil }
        return (Double(forecast.expected) - Double(actual)) / Double(actual)
    }

    /// Holds a forecast against what happened; nothing is counted where nothing happened.
    package mutating func add(_ forecast: ForecastRange, actual: Int64) {
        guard let error = Self.error(of: forecast, actual: actual) else { return }
        count += 1
        if forecast.contains(actual) { within += 1 } else if actual > forecast.upper { above += 1 }
        errors.append(min(error.magnitude, Self.largest))
        sum += min(error, Self.largest)
    }

    /// Counts what was cut off when it had taken more than the upper bound: by how much it was off nobody knows.
    package mutating func addCutOff() {
        count += 1
        above += 1
    }

    /// The mean of the errors' sizes; nil: there is none.
    package var meanError: Double? { errors.isEmpty ? nil : errors.reduce(0, +) / Double(errors.count) }

    /// Half of the errors are smaller; nil: there is none.
    package var medianError: Double? {
        guard !errors.isEmpty else { return nil }
        let sorted = errors.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The mean of the errors with their signs: more than 0 where too much was expected; nil: there is none.
    package var bias: Double? { errors.isEmpty ? nil : sum / Double(errors.count) }
}
