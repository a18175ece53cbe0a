/// A part of the expected memory.
package struct FitPart: Codable, Equatable, Sendable {
    /// `weights`, `gradients`, `optimizer`, `activations`, …
    package var part: String
    package var words: String
    package var bytes: Int64

    package init(part: String, words: String, bytes: Int64) {
        self.part = part
        self.words = words
        self.bytes = bytes
    }
}

/// Where one model of accelerator stands.
package struct FitDevice: Codable, Equatable, Sendable {
    package var gpu: String
    package var memoryBytes: Int64
    /// `fits`, `mayFit`, `hardlyFits`, `doesNotFit`.
    package var verdict: String
    package var words: String
    /// How many the pool has; missing: none, or no pool was asked.
    package var inPool: Int?
    /// How long the amount that was asked about takes on all GPUs together. Missing: nothing was asked, it doesn't fit, or the data sheet
    /// says too little.
    package var seconds: EstimatedRange?
    /// Of all GPUs, not of the machine around them.
    package var energyJoules: EstimatedRange?
    /// Missing: the table of prices doesn't know the GPU.
    package var rent: FitRent?

    package init(gpu: String, memoryBytes: Int64, verdict: String, words: String) {
        self.gpu = gpu
        self.memoryBytes = memoryBytes
        self.verdict = verdict
        self.words = words
    }
}

/// A predicted figure between its bounds.
package struct EstimatedRange: Codable, Equatable, Sendable {
    package var lower: Double
    package var expected: Double
    package var upper: Double

    package init(lower: Double, expected: Double, upper: Double) {
        self.lower = lower
        self.expected = expected
        self.upper = upper
    }
}

/// What the predicted time costs where somebody lends such GPUs: their share of the machine.
package struct FitRent: Codable, Equatable, Sendable {
    package var provider: String
    package var region: String
    package var instance: String
    /// When the price was seen.
    package var date: String
    package var isOld: Bool
    package var currency: String
    package var perGPUHour: Money
    package var lower: Money
    package var expected: Money
    package var upper: Money

    package init(
        provider: String, region: String, instance: String, date: String, isOld: Bool, currency: String,
        perGPUHour: Money, lower: Money, expected: Money, upper: Money
    ) {
        self.provider = provider
        self.region = region
        self.instance = instance
        self.date = date
        self.isOld = isOld
        self.currency = currency
        self.perGPUHour = perGPUHour
        self.lower = lower
        self.expected = expected
        self.upper = upper
    }
}

/// A change that makes it fit.
package struct FitRemedy: Codable, Equatable, Sendable {
    /// What it would fit then.
    package var gpu: String
    package var words: String
    /// What to give `carrel plan fit` then.
    package var options: String
    package var expectedBytes: Int64
    package var safeBytes: Int64

    package init(gpu: String, words: String, options: String, expectedBytes: Int64, safeBytes: Int64) {
        self.gpu = gpu
        self.words = words
        self.options = options
        self.expectedBytes = expectedBytes
        self.safeBytes = safeBytes
    }
}
