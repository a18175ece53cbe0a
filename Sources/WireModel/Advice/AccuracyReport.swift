/// How near forecasts came, of work that ended in a span of time.
package struct AccuracyReport: Codable, Equatable, Sendable {
    /// All forecasts of one quantity from one source.
    package struct Score: Codable, Equatable, Sendable {
        /// `memory`, `time` or `energy`.
        package var quantity: String
        /// `said`: what its user, or the advisor for them, said of it; `history`: from earlier runs.
        package var basis: String
        package var forecasts: Int
        /// How many amounts lay in the range that was said, and how many above it, those cut off there among them.
        package var within: Int
        package var above: Int
        /// Errors of the expected amount, as a part of what happened; one counts for no more than 10. nil: all were cut off.
        package var meanError: Double?
        package var medianError: Double?
        /// More than 0: too much was expected.
        package var bias: Double?

        package init(
            quantity: String, basis: String, forecasts: Int, within: Int, above: Int, meanError: Double?,
            medianError: Double?, bias: Double?
        ) {
            self.quantity = quantity
            self.basis = basis
            self.forecasts = forecasts
            self.within = within
            self.above = above
            self.meanError = meanError
            self.medianError = medianError
            self.bias = bias
        }
    }

    /// One forecast beside what happened. Bytes, seconds or joules, after its quantity.
    package struct Entry: Codable, Equatable, Sendable {
        package var id: Int64
        package var user: String
        package var name: String
        package var endedAt: String
        package var quantity: String
        package var basis: String
        package var runs: Int?
        package var lower: Double
        package var expected: Double
        package var upper: Double
        package var actual: Double
        package var error: Double

        package init(
            id: Int64, user: String, name: String, endedAt: String, quantity: String, basis: String, runs: Int?,
            lower: Double, expected: Double, upper: Double, actual: Double, error: Double
        ) {
            self.id = id
            self.user = user
            self.name = name
            self.endedAt = endedAt
            self.quantity = quantity
            self.basis = basis
            self.runs = runs
            self.lower = lower
            self.expected = expected
            self.upper = upper
            self.actual = actual
            self.error = error
        }
    }

    package var from: String
    package var until: String
    package var scores: [Score]
    /// The newest, those that the caller may see.
    package var entries: [Entry]
    /// Work that something was expected of and that did not end well, so that nothing can be compared.
    package var notCompared: Int
    /// Work that ended well, and of which nothing was measured that had been expected.
    package var notMeasured: Int

    package init(from: String, until: String, scores: [Score], entries: [Entry], notCompared: Int, notMeasured: Int) {
        self.from = from
        self.until = until
        self.scores = scores
        self.entries = entries
        self.notCompared = notCompared
        self.notMeasured = notMeasured
    }
}
