/// What is expected of work. In the body of `POST /v1/requests` it is what its user expects; elsewhere what was expected when it was
/// asked for.
package struct ForecastView: Codable, Equatable, Sendable {
    /// Of each device.
    package var memoryBytes: ForecastSpan<Int64>?
    /// From the work's start to its end.
    package var seconds: ForecastSpan<Double>?
    /// Of all devices.
    package var energyJoules: ForecastSpan<Double>?

    package init(
        memoryBytes: ForecastSpan<Int64>? = nil, seconds: ForecastSpan<Double>? = nil,
        energyJoules: ForecastSpan<Double>? = nil
    ) {
        self.memoryBytes = memoryBytes
        self.seconds = seconds
        self.energyJoules = energyJoules
    }
}

/// An amount that is not known yet.
package struct ForecastSpan<Amount: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    package var lower: Amount
    package var expected: Amount
    package var upper: Amount
    /// From so many earlier runs of the same work; nil: reckoned from a description.
    package var runs: Int?

    package init(lower: Amount, expected: Amount, upper: Amount, runs: Int? = nil) {
        self.lower = lower
        self.expected = expected
        self.upper = upper
        self.runs = runs
    }
}

/// Something that whoever asked for devices should know before they wait.
package struct CheckoutWarning: Codable, Equatable, Sendable {
    package var words: String
    /// What to ask for instead, as in `NewRequest`; nil: nothing else helps.
    package var gpus: String?
    package var time: String?
    /// Whether it is likely to go well all the same.
    package var fits: Bool

    package init(words: String, gpus: String? = nil, time: String? = nil, fits: Bool = true) {
        self.words = words
        self.gpus = gpus
        self.time = time
        self.fits = fits
    }
}
