/// What `carrel probe` measures, as a roofline sees it: one call at one size.
package enum ProbedTask: String, CaseIterable, Sendable {
    case matrixProduct, convolution, lstmStep, trainingStep, scaledSum

    /// - Parameter stays: what it works on is on the accelerator already, and remains there.
    package func task(size: Double, stays: Bool) -> ComputeTask {
        let n = size
        switch self {
        case .matrixProduct: return SizedTask.matmul.task(size: n, stays: stays)
        case .convolution: return SizedTask.convolution.task(size: n, stays: stays)
        // One sequence: the weights stay in any case, its input and states of 5 n numbers go there and back. What libraries
        // make of it are some four kernels.
        case .lstmStep:
            return ComputeTask(operations: 16 * n * n, traffic: 32 * n * n, transfer: stays ? 0 : 20 * n, launches: 4)
        // 64 examples, 16 outputs: the weights stay, the examples go there. Five products and what lies between them; weights are
        // read twice, and gradients and new ones written.
        case .trainingStep:
            return ComputeTask(
                operations: 256 * n * n + 6_144 * n, traffic: 16 * n * n, transfer: stays ? 0 : 256 * n + 4_096,
                launches: 12)
        case .scaledSum:
            return ComputeTask(operations: 2 * n, traffic: 12 * n, transfer: stays ? 0 : 12 * n)
        }
    }
}

/// Where an accelerator that was reckoned becomes faster than a processor that was measured.
///
/// A roofline is no better than within a factor of 2 for one kernel, so both ends of that are looked at.
package struct ReckonedCrossover: Hashable, Sendable {
    /// The size from which on it may be faster; nil: at none that was measured.
    package let earliest: Double?
    /// The size from which on it is, even half as fast as reckoned; nil: at none that was measured.
    package let latest: Double?

    /// How far a reckoned time may be off, either way.
    package static let doubt = 2.0

    /// - Parameter processor: seconds by size, growing. nil: there are none, or the accelerator has no rate.
    package init?(
        _ task: ProbedTask, stays: Bool, target: OffloadTarget, processor: [(size: Int, seconds: Double)]
    ) {
        let points = processor.filter { $0.size > 0 && $0.seconds > 0 && $0.seconds.isFinite }
        guard !points.isEmpty, target.seconds(task.task(size: 1, stays: stays)) != nil else { return nil }
        func first(_ factor: Double) -> Double? {
            func isFaster(_ size: Double) -> Bool {
                let there = (target.seconds(task.task(size: size, stays: stays)) ?? .infinity) * factor
                return there < Self.seconds(task, size, points)
            }
            // It must stay so.
            guard let last = points.lastIndex(where: { !isFaster(Double($0.size)) }) else { return Double(points[0].size) }
            guard last + 1 < points.count else { return nil }
            var (low, high) = (Double(points[last].size), Double(points[last + 1].size))
            for _ in 0..<40 {
                let middle = (low + high) / 2
                if isFaster(middle) { high = middle } else { low = middle }
            }
            return high
        }
        earliest = first(1 / Self.doubt)
        latest = first(Self.doubt)
    }

    /// Between two measured sizes the rate is taken to change evenly.
    private static func seconds(
        _ task: ProbedTask, _ size: Double, _ points: [(size: Int, seconds: Double)]
    ) -> Double {
        func rate(_ point: (size: Int, seconds: Double)) -> Double {
            task.task(size: Double(point.size), stays: true).operations / point.seconds
        }
        let after = points.firstIndex { Double($0.size) >= size } ?? points.count - 1, before = max(0, after - 1)
        let span = Double(points[after].size - points[before].size)
        let share = span > 0 ? (size - Double(points[before].size)) / span : 1
        let there = rate(points[before]) * (1 - share) + rate(points[after]) * share
        return task.task(size: size, stays: true).operations / there
    }
}
