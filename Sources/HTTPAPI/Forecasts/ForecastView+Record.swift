import FleetModel
import WireModel

extension WorkForecast {
    /// Bytes, milliseconds, millijoules.
    private static let largest = Double(ForecastView.mostBytes)

    /// What a user says of work.
    init(_ view: ForecastView) throws(Problem) {
        func range(_ lower: Double, _ expected: Double, _ upper: Double, _ name: String) throws(Problem) -> ForecastRange {
            guard lower >= 0, lower <= expected, expected <= upper, upper <= Self.largest, expected >= 0.5 else {
                throw .badInput(
                    "`forecast.\(name)` has `lower`, `expected` and `upper` in this order, more than nothing and at most 9·10¹⁵ bytes, "
                        + "9·10¹² seconds or joules.")
            }
            return ForecastRange(
                lower: Int64(lower.rounded()), expected: Int64(expected.rounded()), upper: Int64(upper.rounded()))
        }
        self.init(
            memory: try view.memoryBytes.map { span throws(Problem) in
                try range(Double(span.lower), Double(span.expected), Double(span.upper), "memoryBytes")
            },
            time: try view.seconds.map { span throws(Problem) in
                try range(span.lower * 1_000, span.expected * 1_000, span.upper * 1_000, "seconds")
            },
            energy: try view.energyJoules.map { span throws(Problem) in
                try range(span.lower * 1_000, span.expected * 1_000, span.upper * 1_000, "energyJoules")
            })
    }
}

extension ForecastView {
    /// nil: nothing was expected.
    init?(_ forecast: WorkForecast?) {
        guard let forecast else { return nil }
        self.init(
            memoryBytes: forecast.memory.map {
                ForecastSpan(lower: $0.lower, expected: $0.expected, upper: $0.upper, runs: $0.runs)
            }, seconds: forecast.time.map { .thousandths($0) }, energyJoules: forecast.energy.map { .thousandths($0) })
        if memoryBytes == nil, seconds == nil, energyJoules == nil { return nil }
    }
}

extension ForecastSpan<Double> {
    fileprivate static func thousandths(_ range: ForecastRange) -> Self {
        Self(
            lower: Double(range.lower) / 1_000, expected: Double(range.expected) / 1_000, upper: Double(range.upper) / 1_000,
            runs: range.runs)
    }
}
