@testable import DeviceProbe
import Testing

@Suite struct TrainingTests {
    private let step = TrainingStep(batch: 5, inputs: 4, hidden: 6, outputs: 3)
    private let samples: [Float]
    private let targets: [Float]
    private let weights: TrainingStep.Weights

    init() {
        var numbers = SeededNumbers(seed: 21)
        samples = numbers.floats(5 * 4)
        targets = numbers.floats(5 * 3)
        weights = TrainingStep.Weights(first: numbers.floats(4 * 6), second: numbers.floats(6 * 3))
    }

    private var start: TrainingReference.Weights {
        TrainingReference.Weights(first: weights.first.map(Double.init), second: weights.second.map(Double.init))
    }

    @Test func gradientsAreTheSlopesOfTheLoss() {
        let reference = TrainingReference(step, samples, targets), slopes = reference.gradients(start)
        let width = 1e-5
        func slope(_ change: (inout TrainingReference.Weights, Double) -> Void) -> Double {
            var above = start, below = start
            change(&above, width)
            change(&below, -width)
            return (reference.loss(above) - reference.loss(below)) / (2 * width)
        }
        for index in start.first.indices {
            let measured = slope { $0.first[index] += $1 }
            #expect(abs(measured - slopes.first[index]) < 1e-9, "weight \(index) of the first layer")
        }
        for index in start.second.indices {
            let measured = slope { $0.second[index] += $1 }
            #expect(abs(measured - slopes.second[index]) < 1e-9, "weight \(index) of the second layer")
        }
        #expect(slopes.first.contains { abs($0) > 1e-3 })
    }

    @Test func aStepAgreesWithTheReferenceByEveryWay() throws {
        let reference = TrainingReference(step, samples, targets), pool = WorkerPool(3)
        let ways: [(String, TrainingStep.Multiply)] =
            [("serial", MatrixProduct.serial), ("threaded", { MatrixProduct.blocked($0, $1, $2, pool) })]
            + (OpenBLAS().map { blas in [("OpenBLAS", blas.product)] } ?? [])
        for (name, multiply) in ways {
            let result = step.run(samples, targets, weights, multiply: multiply)
            let share = reference.worstShare(of: result, from: weights)
            #expect(share <= Agreement.tolerance(summands: 9), "\(name): \(share)")
        }
    }

    @Test func aWrongGradientIsSeen() {
        let reference = TrainingReference(step, samples, targets)
        let right = step.run(samples, targets, weights, multiply: MatrixProduct.serial)
        var gradients = right.gradients
        gradients.second[4] *= 1.01
        let wrong = TrainingStep.Result(loss: right.loss, gradients: gradients, weights: right.weights)
        #expect(reference.worstShare(of: wrong, from: weights) > Agreement.tolerance(summands: 9))
        let unmoved = TrainingStep.Result(loss: right.loss, gradients: right.gradients, weights: weights)
        #expect(reference.worstShare(of: unmoved, from: weights) > Agreement.tolerance(summands: 9))
    }

    @Test func severalThreadsMoveWeightsAsOneDoes() {
        let size = 300, large = TrainingStep(batch: 2, inputs: size, hidden: size, outputs: 3)
        var numbers = SeededNumbers(seed: 5)
        let samples = numbers.floats(2 * size), targets = numbers.floats(6)
        let weights = TrainingStep.Weights(first: numbers.floats(size * size), second: numbers.floats(size * 3))
        let one = large.run(samples, targets, weights, multiply: MatrixProduct.serial)
        let several = large.run(samples, targets, weights, pool: WorkerPool(3), multiply: MatrixProduct.serial)
        #expect(one.weights == several.weights)
        #expect(
            one.weights.first.indices.allSatisfy {
                one.weights.first[$0] == weights.first[$0] - large.rate * one.gradients.first[$0]
            })
    }

    @Test func stepsLowerTheLoss() {
        var current = weights, losses: [Float] = []
        for _ in 0..<200 {
            let result = step.run(samples, targets, current, multiply: MatrixProduct.serial)
            losses.append(result.loss)
            current = result.weights
        }
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 >= $1 })
        #expect((losses.last ?? 1) < losses[0] / 2)
    }
}
