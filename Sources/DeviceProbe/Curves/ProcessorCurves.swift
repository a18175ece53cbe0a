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
        let each = TimeSpan(milliseconds: max(1, budget.milliseconds / 11))
        var curves: [ProbeCurve] = []
        func add(
            _ kernel: ProbeKernel, _ method: ProbeMethod, _ threads: Int?, _ sizes: [Int],
            _ prepare: (Int, inout SeededNumbers) -> CurveRun.Trial
        ) {
            let curve = ProbeCurve(kernel: kernel, method: method, threads: threads, device: ProcessorFacts.name)
            let wanted = sizes.filter { $0 <= largest ?? .max }
            curves.append(
                CurveRun().measure(curve, sizes: wanted, budget: each) { (size: Int) throws(CUDAFailure) in
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
            if method != .blocked { add(.trainingStep, method, threads, sides) { training($0, &$1, multiply) } }
        }
        for (method, workers) in [(ProbeMethod.blocked, single), (.threaded, pool)] {
            add(.convolution, method, workers.count, sides) { convolution($0, &$1, workers) }
            add(.lstmStep, method, workers.count, sides) { lstm($0, &$1, workers) }
        }
        return curves
    }

    static let sides = [16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192]

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

    static func lstm(_ size: Int, _ numbers: inout SeededNumbers, _ pool: WorkerPool) -> CurveRun.Trial {
        let step = LSTMStep(size: size)
        // Small weights, as networks begin with: the sums stay near 1.
        let scale = 1 / Float(size).squareRoot()
        let input = numbers.floats(size), weights = numbers.floats(step.weightCount).map { $0 * scale }
        let state = LSTMStep.State(hidden: numbers.floats(size), cell: numbers.floats(size)), result = Box(state)
        return CurveRun.Trial(
            operations: step.operations, tolerance: Agreement.tolerance(summands: 2 * size) * Double(scale),
            run: {
                result.value = step.run(input, state, weights, pool)
                return nil
            },
            difference: {
                Agreement.worstDifference(result.value.hidden + result.value.cell, step.reference(input, state, weights))
            })
    }

    static func training(
        _ size: Int, _ numbers: inout SeededNumbers, _ multiply: @escaping TrainingStep.Multiply
    ) -> CurveRun.Trial {
        let step = TrainingStep(batch: 64, inputs: size, hidden: size, outputs: 16)
        // Small weights, as networks begin with: the sums stay near 1.
        let scale = 1 / Float(size).squareRoot()
        let weights = TrainingStep.Weights(
            first: numbers.floats(size * size).map { $0 * scale }, second: numbers.floats(size * 16).map { $0 * scale })
        let samples = numbers.floats(64 * size), targets = numbers.floats(64 * 16)
        let result = Box<TrainingStep.Result?>(nil)
        return CurveRun.Trial(
            operations: step.operations, tolerance: Agreement.tolerance(summands: size + 64),
            run: {
                result.value = step.run(samples, targets, weights, multiply: multiply)
                return nil
            },
            difference: {
                guard let result = result.value else { return .infinity }
                return TrainingReference(step, samples, targets).worstShare(of: result, from: weights)
            })
    }
}
