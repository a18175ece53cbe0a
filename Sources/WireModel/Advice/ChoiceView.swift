/// Which accelerators suit: `GET /v1/advice/gpus`. Money in units of `currency`, exact to the millionth.
package struct ChoiceView: Codable, Equatable, Sendable {
    /// `education`, `research`, `datacentre`, `serving`.
    package var purpose: String
    package var workload: String
    package var currency: String
    package var budget: Money?
    /// What one device should have.
    package var memoryBytes: Int64
    package var candidates: [Candidate]
    package var leftOut: [LeftOut]
    /// In words: what was assumed, what predicts speed and what the order goes by.
    package var assumptions: [String]
    /// Where nothing suits: what to ask instead, in words.
    package var remedy: String?
    /// What the pool has already; empty: nothing that is known, or no pool was asked.
    package var pool: [Owned]

    /// One that suits; the first suits best.
    package struct Candidate: Codable, Equatable, Sendable {
        package var gpu: String
        package var count: Int
        /// How well it suits, of the first: what the order goes by.
        package var suits: Double
        /// How many the pool has; missing: none, or no pool was asked.
        package var inPool: Int?
        package var memoryBytes: Int64
        package var price: Money?
        /// Where no price is known: guessed by that of the nearest of the same maker and kind.
        package var likelyPrice: Money?
        package var priceYear: Int?
        /// Of the fastest candidate's.
        package var speed: Double
        package var watts: Double?
        package var why: String
        package var hostCores: Int
        package var hostMemoryBytes: Int64

        package init(
            gpu: String, count: Int, suits: Double, memoryBytes: Int64, price: Money?, likelyPrice: Money?,
            priceYear: Int?, speed: Double,
            watts: Double?, why: String, hostCores: Int, hostMemoryBytes: Int64
        ) {
            self.gpu = gpu
            self.count = count
            self.suits = suits
            self.memoryBytes = memoryBytes
            self.price = price
            self.likelyPrice = likelyPrice
            self.priceYear = priceYear
            self.speed = speed
            self.watts = watts
            self.why = why
            self.hostCores = hostCores
            self.hostMemoryBytes = hostMemoryBytes
        }
    }

    /// What the pool has of one model, and what it does for the question.
    package struct Owned: Codable, Equatable, Sendable {
        package var gpu: String
        /// How many there are.
        package var count: Int
        package var memoryBytes: Int64
        /// How many of them hold the work; missing: they don't.
        package var needed: Int?
        /// Of these together, of the fastest candidate's; missing: they don't hold the work.
        package var speed: Double?
        package var words: String

        package init(gpu: String, count: Int, memoryBytes: Int64, words: String) {
            self.gpu = gpu
            self.count = count
            self.memoryBytes = memoryBytes
            self.words = words
        }
    }

    /// Some that don't, for one reason.
    package struct LeftOut: Codable, Equatable, Sendable {
        package var reason: String
        package var gpus: [String]

        package init(reason: String, gpus: [String]) {
            self.reason = reason
            self.gpus = gpus
        }
    }

    package init(
        purpose: String, workload: String, currency: String, budget: Money?, memoryBytes: Int64, candidates: [Candidate],
        leftOut: [LeftOut], assumptions: [String], remedy: String?, pool: [Owned]
    ) {
        self.purpose = purpose
        self.workload = workload
        self.currency = currency
        self.budget = budget
        self.memoryBytes = memoryBytes
        self.candidates = candidates
        self.leftOut = leftOut
        self.assumptions = assumptions
        self.remedy = remedy
        self.pool = pool
    }
}

/// Processor or accelerator: `GET /v1/advice/device`.
package struct OffloadView: Codable, Equatable, Sendable {
    package var task: String
    package var size: Double
    package var calls: Double
    package var gpu: String
    package var processorSeconds: Double
    package var acceleratorSeconds: Double
    package var processorJoules: Double
    package var acceleratorJoules: Double
    /// `processorIsFaster`, `notWorthIt`, `acceleratorPays`.
    package var verdict: String
    package var words: String
    /// From which size on one call is faster there; missing: at none.
    package var crossover: Double?
    package var unit: String
    package var points: [Point]
    package var assumptions: [String]

    /// Seconds of one call at one size.
    package struct Point: Codable, Equatable, Sendable {
        package var size: Double
        package var processor: Double
        package var accelerator: Double

        package init(size: Double, processor: Double, accelerator: Double) {
            self.size = size
            self.processor = processor
            self.accelerator = accelerator
        }
    }

    package init(
        task: String, size: Double, calls: Double, gpu: String, processorSeconds: Double, acceleratorSeconds: Double,
        processorJoules: Double, acceleratorJoules: Double, verdict: String, words: String, crossover: Double?,
        unit: String, points: [Point], assumptions: [String]
    ) {
        self.task = task
        self.size = size
        self.calls = calls
        self.gpu = gpu
        self.processorSeconds = processorSeconds
        self.acceleratorSeconds = acceleratorSeconds
        self.processorJoules = processorJoules
        self.acceleratorJoules = acceleratorJoules
        self.verdict = verdict
        self.words = words
        self.crossover = crossover
        self.unit = unit
        self.points = points
        self.assumptions = assumptions
    }
}
