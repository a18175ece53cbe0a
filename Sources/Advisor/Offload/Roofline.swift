/// A processor: what it computes and reads in a second at most, for a roofline (Williams et al. 2009).
package struct ProcessorPower: Hashable, Sendable {
    /// Operations a second of single precision that libraries reach.
    package let rate: Double
    /// Bytes a second from memory.
    package let bandwidth: Double
    /// Drawn while it works.
    package let watts: Double

    package init(rate: Double, bandwidth: Double, watts: Double) {
        self.rate = rate
        self.bandwidth = bandwidth
        self.watts = watts
    }

    /// Where nothing was measured: 30 · 10⁹ operations a second and core, which a BLAS with 256-bit vectors reaches, 4 · 10⁹
    /// bytes a second and core between 20 and 200, and 8 W a core over 30.
    package static func likely(cores: Int) -> ProcessorPower {
        let cores = Double(max(1, cores))
        return ProcessorPower(rate: 30e9 * cores, bandwidth: min(200e9, max(20e9, 4e9 * cores)), watts: 30 + 8 * cores)
    }

    /// Of one call.
    package func seconds(_ task: ComputeTask) -> Double { max(task.operations / rate, task.traffic / bandwidth) }
}

/// What was measured of an accelerator, for a roofline; nil: it was not.
package struct MeasuredRates: Hashable, Sendable {
    /// Operations a second.
    package var rate: Double?
    /// Bytes a second from its memory.
    package var bandwidth: Double?
    /// Bytes a second over the bus.
    package var bus: Double?

    package init(rate: Double? = nil, bandwidth: Double? = nil, bus: Double? = nil) {
        self.rate = rate
        self.bandwidth = bandwidth
        self.bus = bus
    }
}

/// An accelerator behind its bus.
package struct OffloadTarget: Hashable, Sendable {
    package let accelerator: Accelerator
    /// Operations a second that calls reach; nil: neither measured nor in the data sheet.
    package let rate: Double?
    /// Bytes a second that calls reach from its memory.
    package let bandwidth: Double
    /// Bytes a second over the bus, from memory that may be moved; half of what pinned memory reaches.
    package let busBandwidth: Double

    /// - Parameter measured: takes the place of what the data sheet promises.
    package init(
        _ accelerator: Accelerator, precision: Precision = .fp32, pinned: Bool = false,
        measured: MeasuredRates = MeasuredRates()
    ) {
        self.accelerator = accelerator
        let reached = Self.share(accelerator)
        rate = measured.rate ?? accelerator.matrixRate(precision).flatMap { $0 > 0 ? $0 * reached : nil }
        bandwidth = measured.bandwidth ?? accelerator.bandwidth * Self.reachedBandwidth
        busBandwidth = measured.bus ?? Self.bus(accelerator.pcieGeneration) * (pinned ? 1 : 0.5)
    }

    /// For products in full single precision, which tensor cores don't do: the ordinary cores' rate, of which libraries reach
    /// about 0.7.
    package static func plain(_ accelerator: Accelerator) -> OffloadTarget {
        OffloadTarget(accelerator, measured: MeasuredRates(rate: plainRate(accelerator)))
    }

    /// The part of the data sheet's tensor rate that ordinary calls reach.
    package static func share(_ accelerator: Accelerator) -> Double { reachedRate * accelerator.reach }

    /// nil: the data sheet has no rate of ordinary cores.
    package static func plainRate(_ accelerator: Accelerator) -> Double? { accelerator.rates.fp32.map { $0 * 0.7 } }

    /// What 16 lanes reach with pinned memory.
    static func bus(_ generation: Int?) -> Double {
        switch generation ?? 4 {
        case ...2: 6e9
        case 3: 12e9
        case 4: 24e9
        default: 48e9
        }
    }

    /// Of one launch of a kernel from a framework.
    static let launch = 10e-6
    /// Of a process: importing a framework and making a context takes 2 to 10 s.
    package static let start = 5.0
    /// The parts of the data sheet's tensor rate and bandwidth that ordinary calls reach.
    static let reachedRate = 0.5, reachedBandwidth = 0.8

    /// Of one call. nil: the data sheet has no rate.
    package func seconds(_ task: ComputeTask) -> Double? {
        guard let rate, rate > 0 else { return nil }
        return Self.launch * task.launches + task.transfer / busBandwidth
            + max(task.operations / rate, task.traffic / bandwidth)
    }

    /// Of the whole job, with the start of a process and what is sent once.
    package func wholeSeconds(_ task: ComputeTask, waiting: Double = 0) -> Double? {
        seconds(task).map { waiting + Self.start + task.staging / busBandwidth + $0 * task.calls }
    }
}

/// From which size on an accelerator is faster.
package struct Crossover: Hashable, Sendable {
    /// nil: at no size that is looked at.
    package let size: Double?
    /// Sizes with the seconds of one call on both, growing by 2.
    package let points: [Point]

    /// Both at one size.
    package struct Point: Hashable, Sendable {
        package let size: Double
        package let processor: Double
        package let accelerator: Double
    }

    /// nil: the accelerator's data sheet has no rate.
    package init?(_ sized: SizedTask, stays: Bool, processor: ProcessorPower, target: OffloadTarget) {
        guard target.seconds(sized.task(size: 1, stays: stays)) != nil else { return nil }
        func point(_ size: Double) -> Point {
            let task = sized.task(size: size, stays: stays)
            return Point(size: size, processor: processor.seconds(task), accelerator: target.seconds(task) ?? .infinity)
        }
        let (least, most) = sized.bounds
        points = Array(sequence(first: least) { $0 * 2 <= most ? $0 * 2 : nil }).map(point)
        guard let first = points.firstIndex(where: { $0.accelerator < $0.processor }) else {
            size = nil
            return
        }
        guard first > 0 else {
            size = least
            return
        }
        var (low, high) = (points[first - 1].size, points[first].size)
        for _ in 0..<40 {
            let middle = (low + high) / 2, there = point(middle)
            if there.accelerator < there.processor { high = middle } else { low = middle }
        }
        size = high.rounded(.up)
    }
}
