import FleetModel

/// Measures one curve: each size is run until its time is known well enough, checked, and left out when the budget would not
/// hold it.
struct CurveRun {
    /// The most runs of one size.
    static let mostRuns = 7

    /// One size, made ready.
    struct Trial {
        let operations: Double
        let tolerance: Double
        /// One run. Its seconds, when something measures them better than the caller's clock.
        let run: () throws(CUDAFailure) -> Double?
        /// The largest difference of the last run's result from the reference.
        let difference: () throws(CUDAFailure) -> Double
    }

    let clock: () -> Double

    init(clock: @escaping () -> Double = CurveRun.seconds) { self.clock = clock }

    /// - Parameter prepare: makes inputs for a size; called once a size, in order.
    func measure(
        _ curve: ProbeCurve, sizes: [Int], budget: TimeSpan, prepare: (Int) throws(CUDAFailure) -> Trial
    ) -> ProbeCurve {
        var curve = curve
        let begin = clock(), limit = Double(budget.milliseconds) / 1_000
        // What the last size cost with one run: its inputs and its check are made in the same budget.
        var cost = 0.0
        for size in sizes {
            let start = clock(), left = limit - (start - begin)
            do {
                if let last = curve.points.last, cost * growth(from: last.size, to: size, of: curve.kernel) > left {
                    curve.end = .budget(nextSize: size)
                    return curve
                }
                let trial = try prepare(size)
                let (seconds, runs) = try times(trial, atMost: left / 3)
                let difference = try trial.difference()
                // Not `>`: what is no number agrees with nothing.
                guard difference <= trial.tolerance else {
                    curve.end = .wrongResult(
                        size: size, difference: Agreement.finite(difference), tolerance: trial.tolerance)
                    return curve
                }
                curve.points.append(
                    ProbeCurve.Point(
                        size: size, seconds: seconds, runs: runs, operations: trial.operations, difference: difference,
                        tolerance: trial.tolerance))
                cost = clock() - start - Double(runs - 1) * seconds
            } catch {
                curve.end = .deviceFailed(size: size, call: error.call, code: Int(error.code))
                return curve
            }
        }
        return curve
    }

    private func times(_ trial: Trial, atMost limit: Double) throws(CUDAFailure) -> (seconds: Double, runs: Int) {
        var best = Double.infinity, runs = 0
        let begin = clock()
        while runs < Self.mostRuns {
            let start = clock()
            let own = try trial.run()
            best = min(best, own ?? (clock() - start))
            runs += 1
            if clock() - begin > limit { break }
        }
        return (best, runs)
    }

    /// How many times as much there is to do.
    private func growth(from last: Int, to size: Int, of kernel: ProbeKernel) -> Double {
        let ratio = Double(size) / Double(max(1, last))
        let power =
            switch kernel {
            case .matrixProduct, .matrixProductWithTransfer: 3
            case .convolution, .lstmStep, .trainingStep: 2
            case .scaledSum, .transferToDevice, .transferFromDevice: 1
            }
        return (0..<power).reduce(1) { product, _ in product * ratio }
    }

    static func seconds() -> Double {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    private static let start = ContinuousClock.now
}
