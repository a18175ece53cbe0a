@testable import DeviceProbe
import Testing

/// The kernels' own text, run instruction by instruction.
@Suite struct KernelTests {
    private func machine(_ bytes: Int) throws -> PTXMachine { try PTXMachine(CUDAKernels.text, bytes: bytes) }

    private func parameters(_ pattern: KeyedPattern, _ blocks: Int) -> [UInt64] {
        [PTXMachine.base, UInt64(blocks)] + (0..<4).map { UInt64(pattern.key[$0]) } + [UInt64(pattern.step)]
    }

    private func expected(_ pattern: KeyedPattern, _ blocks: Int) -> [UInt32] {
        (0..<blocks).flatMap { block in (0..<4).map { pattern.block(block)[$0] } }
    }

    /// Grids that are smaller, larger and as large as the memory.
    @Test(arguments: [(100, 2, 8), (100, 16, 16), (7, 1, 7), (1, 1, 1), (33, 3, 5)], [true, false])
    func fillWritesThePatternAndNothingElse(size: (blocks: Int, grid: Int, threads: Int), isTheSame: Bool) throws {
        let pattern = KeyedPattern(seed: 31, isEverywhereTheSame: isTheSame)
        var machine = try machine(size.blocks * 16 + 32)
        try machine.launch(
            "carrel_fill", grid: (size.grid, 1), block: (size.threads, 1), parameters(pattern, size.blocks))
        #expect(machine.words(size.blocks * 4, at: 0) == expected(pattern, size.blocks))
        #expect(machine.words(8, at: size.blocks * 16).allSatisfy { $0 == 0 })
    }

    @Test func countFindsTheBlocksThatDifferAndTheFirst() throws {
        let pattern = KeyedPattern(seed: 32), blocks = 64
        var machine = try machine(blocks * 16 + 16)
        let found = blocks * 16
        func count(_ grid: Int, _ threads: Int) throws -> [UInt32] {
            machine.put([0, 0, .max, .max], at: found)
            try machine.launch(
                "carrel_count_mismatches", grid: (grid, 1), block: (threads, 1),
                parameters(pattern, blocks) + [PTXMachine.base + UInt64(found)])
            return machine.words(4, at: found)
        }
        machine.put(expected(pattern, blocks), at: 0)
        #expect(try count(2, 8) == [0, 0, .max, .max])
        // One bit in each of the four words, in different blocks.
        for place in [5 * 16 + 3, 9 * 16 + 4, 30 * 16 + 11, 63 * 16 + 15] { machine.memory[place] ^= 0x40 }
        for (grid, threads) in [(2, 8), (1, 1), (4, 32)] {
            #expect(try count(grid, threads) == [4, 0, 5, 0])
        }
        machine.memory[0] ^= 1
        #expect(try count(3, 5) == [5, 0, 0, 0])
    }

    @Test func saxpyRoundsOnce() throws {
        var numbers = SeededNumbers(seed: 33), machine = try machine(8 * 50)
        let x = numbers.floats(50), y = numbers.floats(50), factor = numbers.float()
        machine.put(x.map(\.bitPattern) + y.map(\.bitPattern), at: 0)
        // The last number is not to be touched.
        try machine.launch(
            "carrel_saxpy", grid: (2, 1), block: (7, 1),
            [PTXMachine.base, PTXMachine.base + 200, 49, UInt64(factor.bitPattern)])
        let wanted = (0..<49).map { y[$0].addingProduct(factor, x[$0]).bitPattern } + [y[49].bitPattern]
        #expect(machine.words(50, at: 200) == wanted)
        #expect(machine.words(50, at: 0) == x.map(\.bitPattern))
    }

    /// Whole tiles, parts of tiles in each direction, and less than one. One of the factors ends with the memory, so that
    /// reaching beyond it is an error.
    @Test(arguments: [(16, 16, 16), (20, 35, 33), (1, 1, 1), (17, 5, 3), (3, 40, 18)], [true, false])
    func sgemmIsTheProductSummedInOrder(size: (rows: Int, inner: Int, columns: Int), isALast: Bool) throws {
        let (rows, inner, columns) = size
        var numbers = SeededNumbers(seed: 34)
        let a = numbers.floats(rows * inner), b = numbers.floats(inner * columns), count = rows * columns
        let factors = (isALast ? b + a : a + b).map(\.bitPattern)
        let places = isALast ? (a: (count + b.count) * 4, b: count * 4) : (a: count * 4, b: (count + a.count) * 4)
        var machine = try machine((count + factors.count) * 4)
        machine.put(factors, at: count * 4)
        try machine.launch(
            "carrel_sgemm", grid: ((columns + 15) / 16, (rows + 15) / 16), block: (16, 16),
            [places.a, places.b, 0].map { PTXMachine.base + UInt64($0) } + [UInt64(rows), UInt64(inner), UInt64(columns)])
        let wanted = (0..<count).map { place in
            (0..<inner).reduce(Float(0)) { sum, k in
                sum.addingProduct(a[place / columns * inner + k], b[k * columns + place % columns])
            }.bitPattern
        }
        #expect(machine.words(count, at: 0) == wanted)
        #expect(machine.words(factors.count, at: count * 4) == factors)
    }

    /// Grids that are smaller and larger than the results; the image ends with the memory, so that reaching beyond it is an
    /// error.
    @Test(arguments: [(2, 8), (1, 1), (16, 64)])
    func convolutionSumsChannelsLinesAndColumnsInOrder(grid: (blocks: Int, threads: Int)) throws {
        let shape = Convolution(channels: 2, side: 7, filters: 3, window: 3)
        var numbers = SeededNumbers(seed: 35)
        let image = numbers.floats(2 * 49), weights = numbers.floats(3 * shape.summands), count = 3 * 25
        var machine = try machine((count + weights.count + image.count) * 4)
        machine.put((weights + image).map(\.bitPattern), at: count * 4)
        try machine.launch(
            "carrel_convolution", grid: (grid.blocks, 1), block: (grid.threads, 1),
            [(count + weights.count) * 4, count * 4, 0].map { PTXMachine.base + UInt64($0) } + [2, 7, 3, 3])
        let wanted = (0..<count).map { place -> UInt32 in
            var sum: Float = 0
            for term in 0..<shape.summands {
                let (channel, dy, dx) = (term / 9, term / 3 % 3, term % 3)
                let (y, x) = (place / 5 % 5 + dy, place % 5 + dx)
                sum.addProduct(weights[place / 25 * shape.summands + term], image[(channel * 7 + y) * 7 + x])
            }
            return sum.bitPattern
        }
        #expect(machine.words(count, at: 0) == wanted)
        #expect(machine.words(weights.count + image.count, at: count * 4) == (weights + image).map(\.bitPattern))
    }
}
