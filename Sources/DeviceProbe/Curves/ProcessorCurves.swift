package import FleetModel

/// Curves of the processor that this runs on. They block, and use all cores that the process may use.
package enum ProcessorCurves {
    /// Every kernel done every way that this machine has, each within its share of the budget, which is kept roughly.
    ///
    /// - Parameters:
    ///   - largest: no size above it; nil: as large as the budget holds.
    ///   - seed: of the inputs.
    package static func measure(budget: TimeSpan, largest: Int? = nil, seed: UInt64 = 1) -> [ProbeCurve] {
        let pool = WorkerPool(), single = WorkerPool(1), blas = OpenBLAS()
        let each = TimeSpan(milliseconds: max(1, budget.milliseconds / 13))
        let sides = sides.filter { $0 <= largest ?? .max }
        var curves: [ProbeCurve] = []
        func add(
            _ kernel: ProbeKernel, _ method: ProbeMethod, _ threads: Int?, _ sizes: [Int],
            _ prepare: (Int, inout SeededNumbers) -> CurveRun.Trial
        ) {
            let curve = ProbeCurve(kernel: kernel, method: method, threads: threads, device: ProcessorFacts.name)
            curves.append(
                CurveRun().measure(curve, sizes: sizes, budget: each) { (size: Int) throws(CUDAFailure) in
                    var numbers = SeededNumbers(seed: seed)
                    return prepare(size, &numbers)
                })
        }
        let ways: [(ProbeMethod, Int?, TrainingStep.Multiply)] =
            [
                (.serial, 1, MatrixProduct.serial),
                (.blocked, 1, { MatrixProduct.blocked($0, $1, $2, single) }),
                (.threaded, pool.count, { MatrixProduct.blocked($0, $1, $2, pool) }),
            ] + (blas.map { blas in [(.openBLAS, nil, blas.product)] } ?? [])
        for (method, threads, multiply) in ways {
            add(.matrixProduct, method, threads, sides) { product($0, &$1, multiply) }
            if method != .blocked {
                let movers = method == .serial ? single : pool
                add(.trainingStep, method, threads, sides) { size, _ in training(size, seed: seed, movers, multiply) }
            }
        }
        for (method, workers) in [(ProbeMethod.blocked, single), (.threaded, pool)] {
            add(.convolution, method, workers.count, sides) { convolution($0, &$1, workers) }
            add(.lstmStep, method, workers.count, sides) { size, _ in lstm(size, seed: seed, workers) }
        }
        for (method, workers) in [(ProbeMethod.serial, single), (.threaded, pool)] {
            add(.scaledSum, method, workers.count, counts(largest)) { scaledSum($0, &$1, workers) }
        }
        return curves
    }

    static let sides = [16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192]

    /// Lengths of arrays, no longer than the largest matrix: from what caches hold to what only memory does.
    static func counts(_ largest: Int?) -> [Int] {
        [1 << 10, 1 << 14, 1 << 18, 1 << 22, 1 << 24].filter { $0 <= largest.map { $0 * $0 } ?? .max }
    }

    /// Keeps the last run's result for its check.
    private final class Box<Value> {
        var value: Value
        init(_ value: Value) { self.value = value }
    }

    static func product(
        _ side: Int, _ numbers: inout SeededNumbers, _ multiply: @escaping TrainingStep.Multiply
    ) -> CurveRun.Trial {
        let shape = MatrixShape.square(side), result = Box<[Float]>([])
        let a = numbers.floats(side * side), b = numbers.floats(side * side)
        return CurveRun.Trial(
            operations: shape.operations, tolerance: Agreement.tolerance(summands: side),
            run: {
                result.value = multiply(a, b, shape)
                return nil
            }, difference: { MatrixReference.worstDifference(result.value, a, b, shape) })
    }

    static func convolution(_ side: Int, _ numbers: inout SeededNumbers, _ pool: WorkerPool) -> CurveRun.Trial {
        let shape = Convolution(channels: 16, side: side, filters: 16, window: 3), result = Box<[Float]>([])
        let image = numbers.floats(shape.channels * side * side), weights = numbers.floats(shape.filters * shape.summands)
        return CurveRun.Trial(
            operations: shape.operations, tolerance: Agreement.tolerance(summands: shape.summands),
            run: {
                result.value = shape.run(image, weights, pool)
                return nil
            },
            difference: { shape.worstDifference(result.value, image, weights) })
    }

    static func lstm(_ size: Int, seed: UInt64, _ pool: WorkerPool) -> CurveRun.Trial {
        let sample = LSTMSample(size, seed: seed), result = Box(sample.state)
        return CurveRun.Trial(
            operations: sample.step.operations, tolerance: sample.tolerance,
            run: {
                result.value = sample.step.run(sample.input, sample.state, sample.weights, pool)
                return nil
            }, difference: { sample.difference(result.value.hidden + result.value.cell) })
    }

    static func training(
        _ size: Int, seed: UInt64, _ pool: WorkerPool, _ multiply: @escaping TrainingStep.Multiply
    ) -> CurveRun.Trial {
        let sample = TrainingSample(size, seed: seed), result = Box<TrainingStep.Result?>(nil)
        return CurveRun.Trial(
            operations: sample.step.operations, tolerance: sample.tolerance,
            run: {
                result.value = sample.step.run(
                    sample.samples, sample.targets, sample.weights, pool: pool, multiply: multiply)
                return nil
            }, difference: { sample.difference(result.value) })
    }

    static func scaledSum(_ count: Int, _ numbers: inout SeededNumbers, _ pool: WorkerPool) -> CurveRun.Trial {
        let sum = ScaledSum(factor: 0.5), x = numbers.floats(count), y = numbers.floats(count), result = Box(y)
        return CurveRun.Trial(
            operations: 12 * Double(count), tolerance: Agreement.tolerance(summands: 1),
            run: {
                // Begins anew in the same memory, outside of what is timed.
                for index in y.indices { result.value[index] = y[index] }
                let start = CurveRun.seconds()
                sum.run(x, &result.value, pool)
                return CurveRun.seconds() - start
            },
            difference: {
                let seen = Sampling.places(below: count)
                return Agreement.worstDifference(
                    seen.map { result.value[$0] }, seen.map { Double(sum.factor) * Double(x[$0]) + Double(y[$0]) })
            })
    }
}
