import Glibc

/// One step of a long short-term memory (Hochreiter and Schmidhuber, 1997, with the forget gate of Gers, 2000) for one
/// sequence: input and hidden state have the same size. A step is a few products of a matrix with a vector, so it is
/// bound by memory; that is why small recurrent networks gain little on a GPU.
struct LSTMStep: Sendable {
    let size: Int

    /// Four gates, each of which sees the input and the hidden state.
    var operations: Double { 2 * 4 * Double(size) * Double(2 * size) }
    /// Four gates of `size` rows, in the order input, forget, cell, output; a row has the weights of the input, then
    /// those of the hidden state.
    var weightCount: Int { 4 * size * 2 * size }

    struct State: Equatable, Sendable {
        var hidden: [Float]
        var cell: [Float]
    }

    func run(_ input: [Float], _ state: State, _ weights: [Float], _ pool: WorkerPool) -> State {
        let seen = input + state.hidden
        var next = state
        let parts = pool.count == 1 ? 1 : min(size, pool.count * 2)
        let height = (size + parts - 1) / parts
        seen.withUnsafeBufferPointer { seen in
            weights.withUnsafeBufferPointer { weights in
                next.hidden.withUnsafeMutableBufferPointer { hidden in
                    next.cell.withUnsafeMutableBufferPointer { cell in
                        let places = Places(seen: seen, weights: weights, hidden: hidden, cell: cell)
                        pool.forEach(parts) { part in
                            for unit in min(size, part * height)..<min(size, (part + 1) * height) { update(unit, places) }
                        }
                    }
                }
            }
        }
        return next
    }

    /// Units write to different places.
    private struct Places: @unchecked Sendable {
        let seen: UnsafeBufferPointer<Float>
        let weights: UnsafeBufferPointer<Float>
        let hidden: UnsafeMutableBufferPointer<Float>
        let cell: UnsafeMutableBufferPointer<Float>
    }

    private func update(_ unit: Int, _ places: Places) {
        let input = sigmoid(gate(0, unit, places)), forget = sigmoid(gate(1, unit, places))
        let candidate = tanhf(gate(2, unit, places)), output = sigmoid(gate(3, unit, places))
        let cell = forget * places.cell[unit] + input * candidate
        places.cell[unit] = cell
        places.hidden[unit] = output * tanhf(cell)
    }

    private func sigmoid(_ value: Float) -> Float { 1 / (1 + expf(-value)) }

    private func gate(_ number: Int, _ unit: Int, _ places: Places) -> Float {
        guard let weights = places.weights.baseAddress, let seen = places.seen.baseAddress else { return 0 }
        let row = UnsafeRawPointer(weights + (number * size + unit) * 2 * size), count = 2 * size
        let vector = UnsafeRawPointer(seen)
        var lanes = SIMD16<Float>.zero
        var index = 0
        while index + 16 <= count {
            lanes +=
                row.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
                * vector.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
            index += 16
        }
        var sum = lanes.sum()
        while index < count {
            sum += weights[(number * size + unit) * 2 * size + index] * seen[index]
            index += 1
        }
        return sum
    }

    /// In double precision, one unit after the other: hidden state, then cell.
    func reference(_ input: [Float], _ state: State, _ weights: [Float]) -> [Double] {
        let seen = (input + state.hidden).map(Double.init)
        func gate(_ number: Int, _ unit: Int) -> Double {
            let start = (number * size + unit) * 2 * size
            return seen.indices.reduce(0.0) { $0 + Double(weights[start + $1]) * seen[$1] }
        }
        func sigmoid(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
        var hidden: [Double] = [], cells: [Double] = []
        for unit in 0..<size {
            let cell = sigmoid(gate(1, unit)) * Double(state.cell[unit]) + sigmoid(gate(0, unit)) * tanh(gate(2, unit))
            cells.append(cell)
            hidden.append(sigmoid(gate(3, unit)) * tanh(cell))
        }
        return hidden + cells
    }
}
