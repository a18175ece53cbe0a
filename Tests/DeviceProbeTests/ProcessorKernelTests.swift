@testable import DeviceProbe
import Synchronization
import Testing

@Suite struct ProcessorKernelTests {
    private let pools = [WorkerPool(1), WorkerPool(3)]

    /// Whole blocks, parts of blocks, rows and columns that fill none, and nothing at all.
    @Test(arguments: [
        (1, 1, 1), (3, 5, 7), (4, 16, 16), (5, 17, 33), (16, 300, 48), (37, 513, 19), (64, 64, 64), (1, 400, 100),
        (100, 1, 1),
    ])
    func productsAgreeWithTheReference(rows: Int, inner: Int, columns: Int) {
        var numbers = SeededNumbers(seed: 11)
        let shape = MatrixShape(rows: rows, inner: inner, columns: columns)
        let a = numbers.floats(rows * inner), b = numbers.floats(inner * columns)
        let tolerance = Agreement.tolerance(summands: inner)
        let serial = MatrixReference.worstDifference(MatrixProduct.serial(a, b, shape), a, b, shape)
        #expect(serial <= tolerance, "serial: \(serial)")
        for pool in pools {
            let blocked = MatrixReference.worstDifference(MatrixProduct.blocked(a, b, shape, pool), a, b, shape)
            #expect(blocked <= tolerance, "blocked on \(pool.count): \(blocked)")
        }
    }

    @Test func aWrongElementIsSeen() {
        var numbers = SeededNumbers(seed: 12)
        let shape = MatrixShape.square(40), a = numbers.floats(1_600), b = numbers.floats(1_600)
        let right = MatrixProduct.serial(a, b, shape)
        for bit in [16, 22, 23, 28, 31] {
            var wrong = right
            wrong[777] = Float(bitPattern: wrong[777].bitPattern ^ 1 << bit)
            let difference = MatrixReference.worstDifference(wrong, a, b, shape)
            #expect(difference > Agreement.tolerance(summands: 40), "bit \(bit) flipped: \(difference)")
        }
        var short = right
        short.removeLast()
        #expect(MatrixReference.worstDifference(short, a, b, shape) == .infinity)
        let large = MatrixShape.square(100), c = numbers.floats(10_000), d = numbers.floats(10_000)
        var product = MatrixProduct.serial(c, d, large)
        for place in 0..<40 {
            product[place * 241] += 1
            let found = MatrixReference.worstDifference(product, c, d, large, isComplete: true)
            #expect(abs(found - 1) < 0.01)
            product[place * 241] -= 1
        }
        var nothing = right
        nothing[3] = .nan
        #expect(MatrixReference.worstDifference(nothing, a, b, shape) == .infinity)
    }

    @Test(arguments: [(1, 5, 1, 3), (3, 8, 2, 3), (2, 20, 5, 5), (4, 18, 3, 3), (1, 33, 2, 2), (16, 40, 4, 3), (2, 3, 2, 3)])
    func convolutionsAgreeWithTheReference(channels: Int, side: Int, filters: Int, window: Int) {
        var numbers = SeededNumbers(seed: 13)
        let shape = Convolution(channels: channels, side: side, filters: filters, window: window)
        let image = numbers.floats(channels * side * side), weights = numbers.floats(filters * shape.summands)
        for pool in pools {
            let result = shape.run(image, weights, pool)
            let expected = shape.reference(image, weights, at: Array(result.indices))
            let difference = Agreement.worstDifference(result, expected)
            #expect(difference <= Agreement.tolerance(summands: shape.summands), "on \(pool.count): \(difference)")
            #expect(result.count == filters * (side - window + 1) * (side - window + 1))
        }
    }

    @Test func aConvolutionWithOneWeightMovesTheImage() {
        let shape = Convolution(channels: 1, side: 4, filters: 1, window: 2)
        let image = (0..<16).map(Float.init)
        #expect(shape.run(image, [0, 0, 0, 2], WorkerPool(1)) == [5, 6, 7, 9, 10, 11, 13, 14, 15].map { $0 * 2 })
    }

    @Test(arguments: [1, 7, 16, 50, 129])
    func stepsOfAnLSTMAgreeWithTheReference(size: Int) {
        var numbers = SeededNumbers(seed: 14)
        let step = LSTMStep(size: size), weights = numbers.floats(step.weightCount)
        let input = numbers.floats(size)
        let state = LSTMStep.State(hidden: numbers.floats(size), cell: numbers.floats(size))
        let expected = step.reference(input, state, weights)
        for pool in pools {
            let next = step.run(input, state, weights, pool)
            let difference = Agreement.worstDifference(next.hidden + next.cell, expected)
            #expect(difference <= Agreement.tolerance(summands: 2 * size), "on \(pool.count): \(difference)")
        }
    }

    @Test func anLSTMWithoutWeightsHalvesItsCell() {
        // All gates are at sigmoid(0) = 1/2, the candidate at tanh(0) = 0.
        let step = LSTMStep(size: 3), state = LSTMStep.State(hidden: [1, 2, 3], cell: [2, 4, -8])
        let next = step.run([1, 1, 1], state, [Float](repeating: 0, count: step.weightCount), WorkerPool(1))
        #expect(next.cell == [1, 2, -4])
    }

    @Test func aPoolDoesEachPartOnce() {
        for threads in [1, 2, 5] {
            let pool = WorkerPool(threads)
            #expect(pool.count == threads)
            for parts in [0, 1, 2, 7, 200] {
                let done = Mutex([Int](repeating: 0, count: parts))
                pool.forEach(parts) { part in done.withLock { $0[part] += 1 } }
                #expect(done.withLock { $0 } == [Int](repeating: 1, count: parts))
            }
        }
    }

    @Test func theSameSeedGivesTheSameNumbers() {
        var one = SeededNumbers(seed: 1_234_567), other = SeededNumbers(seed: 1_234_567)
        // The first number of this seed, as its authors' program prints it.
        #expect(one.next() == 6_457_827_717_110_365_317)
        #expect(other.next() == 6_457_827_717_110_365_317)
        let numbers = one.floats(10_000)
        #expect(numbers == other.floats(10_000))
        #expect(numbers.allSatisfy { $0 >= -1 && $0 < 1 })
        #expect(abs(numbers.reduce(0, +)) < 200)
    }

    @Test func thisProcessMayUseSomeCores() {
        #expect((1...65_536).contains(ProcessorFacts.availableCores))
    }

    @Test(.enabled(if: OpenBLAS() != nil, "OpenBLAS is not installed: apt-get install libopenblas0"))
    func openBLASAgreesWithTheReference() throws {
        let blas = try #require(OpenBLAS())
        for (rows, inner, columns) in [(1, 1, 1), (5, 17, 33), (100, 300, 64)] {
            var numbers = SeededNumbers(seed: 15)
            let shape = MatrixShape(rows: rows, inner: inner, columns: columns)
            let a = numbers.floats(rows * inner), b = numbers.floats(inner * columns)
            let difference = MatrixReference.worstDifference(blas.product(a, b, shape), a, b, shape)
            #expect(difference <= Agreement.tolerance(summands: inner), "\(shape): \(difference)")
        }
    }
}
