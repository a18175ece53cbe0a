/// What was expected of work when it was asked for. Kept with its request, so that it can be held against what happened.
package struct WorkForecast: Hashable, Codable, Sendable {
    /// The same for whatever is the same work of the same user: 16 hexadecimal digits; nil: it is not work that comes again.
    package let work: String?
    /// Bytes on each device.
    package let memory: ForecastRange?
    /// Milliseconds from the work's start to its end.
    package let time: ForecastRange?
    /// Millijoules of all devices.
    package let energy: ForecastRange?

    package init(
        work: String? = nil, memory: ForecastRange? = nil, time: ForecastRange? = nil, energy: ForecastRange? = nil
    ) {
        self.work = work
        self.memory = memory
        self.time = time
        self.energy = energy
    }

    /// It says nothing, and doesn't tell the work from other work.
    package var isEmpty: Bool { self == WorkForecast() }
}

/// An amount that is not known yet, and where it lies most likely.
package struct ForecastRange: Hashable, Codable, Sendable {
    package let lower: Int64
    package let expected: Int64
    package let upper: Int64
    /// From so many earlier runs of the same work; nil: reckoned from a description of it.
    package let runs: Int?

    /// Bounds that contradict one another are put in order, around what is expected.
    package init(lower: Int64, expected: Int64, upper: Int64, runs: Int? = nil) {
        self.expected = max(0, expected)
        self.lower = max(0, min(lower, self.expected))
        self.upper = max(upper, self.expected)
        self.runs = runs
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            lower: try container.decode(Int64.self, forKey: .lower),
            expected: try container.decode(Int64.self, forKey: .expected),
            upper: try container.decode(Int64.self, forKey: .upper),
            runs: try container.decodeIfPresent(Int.self, forKey: .runs))
    }

    private enum CodingKeys: String, CodingKey { case lower, expected, upper, runs }

    /// Whether an amount, in the range's own unit, lies between its bounds.
    package func contains(_ amount: Int64) -> Bool { (lower...upper).contains(amount) }
}
