/// An accelerator of the catalogue. Missing: not published, or it does not apply.
package struct AcceleratorView: Codable, Equatable, Sendable {
    package var name: String
    package var vendor: String
    package var segment: String
    package var architecture: String
    package var year: Int
    package var cores: Int?
    package var tensorCores: Int?
    /// Operations a second.
    package var fp64: Double?
    package var fp32: Double?
    package var fp16: Double?
    package var tensorTF32: Double?
    package var tensorFP16: Double?
    package var tensorBF16: Double?
    package var tensorFP8: Double?
    package var tensorINT8: Double?
    package var memoryBytes: Int64
    package var bandwidthBytesPerSecond: Double
    package var watts: Double?
    /// In units of `currency`.
    package var price: Money?
    package var currency: String?
    package var priceYear: Int?
    /// Operations of the best rate for FP16 a second and watt.
    package var tensorFP16PerWatt: Double?
    /// The same for a unit of the price.
    package var tensorFP16PerDollar: Double?
    package var bandwidthPerDollar: Double?
    package var note: String?
    package var source: String
    /// How many the pool has; missing: none, or no pool was asked.
    package var inPool: Int?

    package init(
        name: String, vendor: String, segment: String, architecture: String, year: Int, memoryBytes: Int64,
        bandwidthBytesPerSecond: Double, source: String
    ) {
        self.name = name
        self.vendor = vendor
        self.segment = segment
        self.architecture = architecture
        self.year = year
        self.memoryBytes = memoryBytes
        self.bandwidthBytesPerSecond = bandwidthBytesPerSecond
        self.source = source
    }
}

/// Accelerators side by side, or all of them: `GET /v1/advice/accelerators`.
package struct AcceleratorList: Codable, Equatable, Sendable {
    package var accelerators: [AcceleratorView]
    /// What was asked for and is several: which one was taken, and which others there are.
    package var notes: [String]

    package init(accelerators: [AcceleratorView], notes: [String]) {
        self.accelerators = accelerators
        self.notes = notes
    }
}

/// How fast a kind of work goes: `GET /v1/advice/speed`.
package struct SpeedView: Codable, Equatable, Sendable {
    package var workload: String
    package var precision: String
    package var gpu: String
    package var gpus: Int
    package var relativeTo: String
    /// 2 is twice as fast.
    package var relativeSpeed: Double
    package var lowerRelativeSpeed: Double
    package var upperRelativeSpeed: Double
    /// What is done in a second; missing: only ratios are known.
    package var rate: Double?
    package var unit: String

    package init(
        workload: String, precision: String, gpu: String, gpus: Int, relativeTo: String, relativeSpeed: Double,
        lowerRelativeSpeed: Double, upperRelativeSpeed: Double, rate: Double?, unit: String
    ) {
        self.workload = workload
        self.precision = precision
        self.gpu = gpu
        self.gpus = gpus
        self.relativeTo = relativeTo
        self.relativeSpeed = relativeSpeed
        self.lowerRelativeSpeed = lowerRelativeSpeed
        self.upperRelativeSpeed = upperRelativeSpeed
        self.rate = rate
        self.unit = unit
    }
}
