/// The same step in double precision, sample by sample, written another way than the one that it judges. Its gradients are
/// compared with finite differences of its loss in the tests.
struct TrainingReference {
    let step: TrainingStep
    let samples: [Double]
    let targets: [Double]

    struct Weights {
        var first: [Double]
        var second: [Double]
    }

    init(_ step: TrainingStep, _ samples: [Float], _ targets: [Float]) {
        self.step = step
        self.samples = samples.map(Double.init)
        self.targets = targets.map(Double.init)
    }

    private func hidden(_ sample: Int, _ weights: Weights) -> [Double] {
        (0..<step.hidden).map { unit in
            (0..<step.inputs).reduce(0.0) {
                $0 + samples[sample * step.inputs + $1] * weights.first[$1 * step.hidden + unit]
            }
        }
    }

    private func difference(_ sample: Int, _ output: Int, _ active: [Double], _ weights: Weights) -> Double {
        (0..<step.hidden).reduce(-targets[sample * step.outputs + output]) {
            $0 + active[$1] * weights.second[$1 * step.outputs + output]
        }
    }

    func loss(_ weights: Weights) -> Double {
        var sum = 0.0
        for sample in 0..<step.batch {
            let active = hidden(sample, weights).map { $0 / (1 + abs($0)) }
            for output in 0..<step.outputs {
                let difference = difference(sample, output, active, weights)
                sum += difference * difference
            }
        }
        return sum / Double(2 * step.batch * step.outputs)
    }

    func gradients(_ weights: Weights) -> Weights {
        var sums = Weights(
            first: weights.first.map { _ in 0 }, second: weights.second.map { _ in 0 })
        for sample in 0..<step.batch {
            let before = hidden(sample, weights), active = before.map { $0 / (1 + abs($0)) }
            var back = [Double](repeating: 0, count: step.hidden)
            for output in 0..<step.outputs {
                let slope = difference(sample, output, active, weights) / Double(step.batch * step.outputs)
                for unit in 0..<step.hidden {
                    sums.second[unit * step.outputs + output] += active[unit] * slope
                    back[unit] += slope * weights.second[unit * step.outputs + output]
                }
            }
            for unit in 0..<step.hidden {
                let root = 1 + abs(before[unit])
                for input in 0..<step.inputs {
                    sums.first[input * step.hidden + unit] +=
                        samples[sample * step.inputs + input] * back[unit] / (root * root)
                }
            }
        }
        return sums
    }

    /// The largest difference in a gradient, a new weight or the loss, each as a part of the largest of its kind.
    func worstShare(of result: TrainingStep.Result, from weights: TrainingStep.Weights) -> Double {
        let start = Weights(first: weights.first.map(Double.init), second: weights.second.map(Double.init))
        let slopes = gradients(start), rate = Double(step.rate)
        func moved(_ weights: [Double], _ slopes: [Double]) -> [Double] { zip(weights, slopes).map { $0 - rate * $1 } }
        return [
            Agreement.worstShare(result.gradients.first, slopes.first),
            Agreement.worstShare(result.gradients.second, slopes.second),
            Agreement.worstShare(result.weights.first, moved(start.first, slopes.first)),
            Agreement.worstShare(result.weights.second, moved(start.second, slopes.second)),
            Agreement.worstShare([result.loss], [loss(start)]),
        ].reduce(0) { max($0, $1) }
    }
}
