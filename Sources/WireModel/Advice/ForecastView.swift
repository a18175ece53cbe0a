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

extension ForecastView {
    /// More than any GPU will have: what a request may carry, in bytes.
    package static let mostBytes: Int64 = 9_000_000_000_000_000

    /// The memory that `carrel plan fit` says.
    package init(_ fit: FitView) {
        func bounded(_ bytes: Int64) -> Int64 { min(bytes, Self.mostBytes) }
        self.init(
            memoryBytes: ForecastSpan(
                lower: bounded(fit.lowerBytes), expected: bounded(fit.expectedBytes), upper: bounded(fit.safeBytes)))
    }
}

extension ForecastSpan {
    /// For people: `12m (10m to 15m), from 3 earlier runs`.
    package func text(_ words: (Amount) -> String, on place: String = "") -> String {
        let source = runs.map { $0 == 1 ? "from one earlier run" : "from \($0) earlier runs" } ?? "by what was said of it"
        return "\(words(expected)) (\(words(lower)) to \(words(upper)))\(place), \(source)"
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
