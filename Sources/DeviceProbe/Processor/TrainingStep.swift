/// One step of training a small network with one hidden layer: forward, loss, gradients, and weights moved against
/// them. Everything that is dear in it is a product of matrices, done by whatever way is being measured.
///
/// The hidden layer's function is z / (1 + |z|), which is smooth enough for a comparison with finite differences and needs
/// no library. The loss is half of the mean square of the differences.
struct TrainingStep: Sendable {
    /// Samples in a step.
    let batch: Int
    let inputs: Int
    let hidden: Int
    let outputs: Int
    let rate: Float = 0.1

    typealias Multiply = (_ a: [Float], _ b: [Float], MatrixShape) -> [Float]

    struct Weights: Equatable, Sendable {
        /// inputs × hidden, row by row.
        var first: [Float]
        /// hidden × outputs, row by row.
        var second: [Float]
    }

    struct Result: Sendable {
        let loss: Float
        let gradients: Weights
        let weights: Weights
    }

    /// The five products: two forward, three backward.
    var operations: Double {
        4 * Double(batch * inputs * hidden) + 6 * Double(batch * hidden * outputs)
    }

    /// - Parameter pool: moves the weights; nil: this thread does.
    func run(
        _ samples: [Float], _ targets: [Float], _ weights: Weights, pool: WorkerPool? = nil, multiply: Multiply
    ) -> Result {
        let before = multiply(samples, weights.first, MatrixShape(rows: batch, inner: inputs, columns: hidden))
        let active = before.map { $0 / (1 + abs($0)) }
        let answers = multiply(active, weights.second, MatrixShape(rows: batch, inner: hidden, columns: outputs))
        let scale = 1 / Float(batch * outputs)
        let differences = zip(answers, targets).map { $0 - $1 }
        let loss = differences.reduce(0) { $0 + $1 * $1 } * scale / 2

        let slopes = differences.map { $0 * scale }
        let second = multiply(
            Self.turned(active, rows: batch, columns: hidden), slopes,
            MatrixShape(rows: hidden, inner: batch, columns: outputs))
        var back = multiply(
            slopes, Self.turned(weights.second, rows: hidden, columns: outputs),
            MatrixShape(rows: batch, inner: outputs, columns: hidden))
        for place in back.indices {
            let root = 1 + abs(before[place])
            back[place] /= root * root
        }
        let first = multiply(
            Self.turned(samples, rows: batch, columns: inputs), back,
            MatrixShape(rows: inputs, inner: batch, columns: hidden))
        let moved = Weights(
            first: moved(weights.first, first, pool), second: moved(weights.second, second, pool))
        return Result(loss: loss, gradients: Weights(first: first, second: second), weights: moved)
    }

    /// Weights against their gradients. Of a large network these are as many numbers as its products read, so those who multiply
    /// move them, too.
    private func moved(_ weights: [Float], _ gradients: [Float], _ pool: WorkerPool?) -> [Float] {
        let count = min(weights.count, gradients.count), rate = rate
        let parts = min(max(1, count / 16_384), (pool?.count ?? 1) * 2), height = (count + parts - 1) / parts
        return [Float](unsafeUninitializedCapacity: count) { moved, written in
            weights.withUnsafeBufferPointer { weights in
                gradients.withUnsafeBufferPointer { gradients in
                    let places = Places(weights: weights, gradients: gradients, moved: moved)
                    let move: @Sendable (Int) -> Void = { part in
                        for index in min(count, part * height)..<min(count, (part + 1) * height) {
                            places.moved[index] = places.weights[index] - rate * places.gradients[index]
                        }
                    }
                    if let pool { pool.forEach(parts, move) } else { for part in 0..<parts { move(part) } }
                }
            }
            written = count
        }
    }

    /// Parts write to different places.
    private struct Places: @unchecked Sendable {
        let weights: UnsafeBufferPointer<Float>
        let gradients: UnsafeBufferPointer<Float>
        let moved: UnsafeMutableBufferPointer<Float>
    }

    /// Rows become columns.
    static func turned(_ matrix: [Float], rows: Int, columns: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: rows * columns) { turned, count in
            for column in 0..<columns {
                for row in 0..<rows { turned[column * rows + row] = matrix[row * columns + column] }
            }
            count = rows * columns
        }
    }
}
