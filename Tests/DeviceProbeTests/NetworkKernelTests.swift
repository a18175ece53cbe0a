@testable import DeviceProbe
import Testing

/// The text of the kernels for networks, run instruction by instruction.
@Suite struct NetworkKernelTests {
    private let base = PTXMachine.base

    /// Memory with these numbers one behind the other, and where each begins.
    private func machine(_ parts: [[Float]]) throws -> (PTXMachine, [UInt64]) {
        var machine = try PTXMachine(CUDANetworkKernels.text, bytes: parts.reduce(0) { $0 + $1.count * 4 })
        var places: [UInt64] = [], place = 0
        for part in parts {
            machine.put(part.map(\.bitPattern), at: place)
            places.append(base + UInt64(place))
            place += part.count * 4
        }
        return (machine, places)
    }

    private func numbers(_ machine: PTXMachine, _ count: Int, at address: UInt64) -> [Float] {
        machine.words(count, at: Int(address - base)).map(Float.init(bitPattern:))
    }

    private func room(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }

    /// Grids smaller and larger than the matrix, which ends with the memory.
    @Test(arguments: [(5, 7, 1, 8), (7, 5, 4, 32), (1, 9, 1, 1), (64, 16, 3, 64)])
    func turnExchangesRowsAndColumns(size: (rows: Int, columns: Int, grid: Int, threads: Int)) throws {
        var random = SeededNumbers(seed: 41)
        let count = size.rows * size.columns, from = random.floats(count)
        var (machine, places) = try machine([room(count), from])
        try machine.launch(
            "carrel_turn", grid: (size.grid, 1), block: (size.threads, 1),
            [places[1], places[0], UInt64(size.rows), UInt64(size.columns)])
        #expect(numbers(machine, count, at: places[0]) == TrainingStep.turned(from, rows: size.rows, columns: size.columns))
        #expect(numbers(machine, count, at: places[1]) == from)
    }

    @Test func elementsAreActivatedTakenBackAndMovedOneByOne() throws {
        var random = SeededNumbers(seed: 42)
        let count = 50, before = random.floats(count), back = random.floats(count)
        var (machine, places) = try machine([before, room(count), back, room(count)])
        // The last number is not to be touched.
        try machine.launch("carrel_activate", grid: (2, 1), block: (7, 1), [places[0], places[1], 49])
        #expect(numbers(machine, count, at: places[1]) == before.prefix(49).map { $0 / (1 + abs($0)) } + [0])
        try machine.launch("carrel_backward", grid: (3, 1), block: (8, 1), [places[2], places[0], 49])
        let taken = (0..<49).map { back[$0] / ((1 + abs(before[$0])) * (1 + abs(before[$0]))) } + [back[49]]
        #expect(numbers(machine, count, at: places[2]) == taken)
        let factor: Float = -0.1
        try machine.launch(
            "carrel_move", grid: (1, 1), block: (64, 1),
            [places[0], places[2], places[3], 49, UInt64(factor.bitPattern)])
        #expect(
            numbers(machine, count, at: places[3]) == (0..<49).map { before[$0].addingProduct(factor, taken[$0]) } + [0])
        #expect(numbers(machine, count, at: places[0]) == before)
    }

    /// Fewer answers than threads, as many, and more.
    @Test(arguments: [3, 256, 1_000]) func slopesAndTheLossAreThoseOfTheMeanSquare(count: Int) throws {
        var random = SeededNumbers(seed: 43)
        let answers = random.floats(count), targets = random.floats(count), scale = 1 / Float(count)
        var (machine, places) = try machine([room(1), room(count), answers, targets])
        try machine.launch(
            "carrel_slopes", grid: (1, 1), block: (256, 1),
            [places[2], places[3], places[1], places[0], UInt64(count), UInt64(scale.bitPattern)])
        #expect(numbers(machine, count, at: places[1]) == zip(answers, targets).map { ($0 - $1) * scale })
        let loss = zip(answers, targets).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
        #expect(abs(Double(numbers(machine, 1, at: places[0])[0]) - loss / Double(2 * count)) < 1e-6)
    }

    /// Rows shorter than a line of threads, as long, longer, and of no round number.
    @Test(arguments: [1, 16, 32, 40, 77]) func aStepOfAnLSTMAgreesWithTheReference(size: Int) throws {
        let sample = LSTMSample(size, seed: 44)
        var (machine, places) = try machine([
            room(size), room(size), sample.weights, sample.state.cell, sample.input + sample.state.hidden,
        ])
        try machine.launch(
            "carrel_lstm", grid: (size, 1), block: (64, 4),
            [places[4], places[3], places[2], places[0], places[1], UInt64(size)])
        let result = numbers(machine, size, at: places[0]) + numbers(machine, size, at: places[1])
        #expect(sample.difference(result) <= sample.tolerance)
        #expect(numbers(machine, size, at: places[3]) == sample.state.cell)
        // What the check is worth: another gate's weights give another result.
        #expect(sample.difference(result.reversed()) > sample.tolerance || size == 1)
    }

    /// What saturates: e to the power of a large number is infinite on the way.
    @Test func gatesSaturateWithoutBecomingNoNumber() throws {
        let weights = [Float](repeating: 200, count: 4 * 2), seen: [Float] = [-1, -1]
        for sign: Float in [1, -1] {
            var (machine, places) = try machine([room(1), room(1), weights, [0.5], seen.map { $0 * sign }])
            try machine.launch(
                "carrel_lstm", grid: (1, 1), block: (64, 4), [places[4], places[3], places[2], places[0], places[1], 1])
            let cell = numbers(machine, 1, at: places[1])[0], hidden = numbers(machine, 1, at: places[0])[0]
            #expect(sign > 0 ? cell == 0 && hidden == 0 : cell == 1.5 && abs(hidden - 0.90514827) < 1e-6)
        }
    }
}
