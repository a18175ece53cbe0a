/// How a processor multiplies matrices of single precision.
enum MatrixProduct {
    /// The plain way, one thread: what a program does that nobody has tuned.
    static func serial(_ a: [Float], _ b: [Float], _ shape: MatrixShape) -> [Float] {
        var c = [Float](repeating: 0, count: shape.rows * shape.columns)
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    for row in 0..<shape.rows {
                        for column in 0..<shape.columns {
                            var sum: Float = 0
                            for inner in 0..<shape.inner {
                                sum += a[row * shape.inner + inner] * b[inner * shape.columns + column]
                            }
                            c[row * shape.columns + column] = sum
                        }
                    }
                }
            }
        }
        return c
    }

    /// In blocks that fit the caches and the registers, on the pool's threads.
    static func blocked(_ a: [Float], _ b: [Float], _ shape: MatrixShape, _ pool: WorkerPool) -> [Float] {
        var c = [Float](repeating: 0, count: shape.rows * shape.columns)
        // Bands of rows are independent; several for each thread even out their speeds.
        let bands = min(max(1, shape.rows / BlockedProduct.rowsAtOnce), pool.count == 1 ? 1 : pool.count * 4)
        let height = (shape.rows + bands - 1) / max(1, bands)
        let step = (height + BlockedProduct.rowsAtOnce - 1) / BlockedProduct.rowsAtOnce * BlockedProduct.rowsAtOnce
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    let product = BlockedProduct(a: a, b: b, c: c, shape: shape)
                    pool.forEach((shape.rows + max(1, step) - 1) / max(1, step)) { band in
                        product.multiply(rows: band * step..<min(shape.rows, (band + 1) * step))
                    }
                }
            }
        }
        return c
    }
}

/// The places of one product. Threads write to different rows of `c`.
private struct BlockedProduct: @unchecked Sendable {
    typealias Lanes = SIMD16<Float>

    static let rowsAtOnce = 4
    /// A panel of b: this many of its rows, and `columnsAtOnce` columns, stay in the first cache.
    private static let innerAtOnce = 256

    let a: UnsafeBufferPointer<Float>
    let b: UnsafeBufferPointer<Float>
    let c: UnsafeMutableBufferPointer<Float>
    let shape: MatrixShape

    func multiply(rows: Range<Int>) {
        var inner = 0
        while inner < shape.inner {
            let depth = inner..<min(shape.inner, inner + Self.innerAtOnce)
            let whole = shape.columns / Lanes.scalarCount * Lanes.scalarCount
            var column = 0
            while column < whole {
                multiplyPanel(rows, depth, column)
                column += Lanes.scalarCount
            }
            if whole < shape.columns { multiplyRest(rows, depth, whole..<shape.columns) }
            inner = depth.upperBound
        }
    }

    private func multiplyPanel(_ rows: Range<Int>, _ depth: Range<Int>, _ column: Int) {
        guard let bStart = b.baseAddress, let cStart = c.baseAddress else { return }
        var row = rows.lowerBound
        while row + Self.rowsAtOnce <= rows.upperBound {
            var sums = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
            for k in depth {
                let lanes = UnsafeRawPointer(bStart + k * shape.columns + column).loadUnaligned(as: Lanes.self)
                sums.0 += a[row * shape.inner + k] * lanes
                sums.1 += a[(row + 1) * shape.inner + k] * lanes
                sums.2 += a[(row + 2) * shape.inner + k] * lanes
                sums.3 += a[(row + 3) * shape.inner + k] * lanes
            }
            add(sums.0, cStart + row * shape.columns + column)
            add(sums.1, cStart + (row + 1) * shape.columns + column)
            add(sums.2, cStart + (row + 2) * shape.columns + column)
            add(sums.3, cStart + (row + 3) * shape.columns + column)
            row += Self.rowsAtOnce
        }
        if row < rows.upperBound {
            multiplyRest(row..<rows.upperBound, depth, column..<column + Lanes.scalarCount)
        }
    }

    private func add(_ sum: Lanes, _ place: UnsafeMutablePointer<Float>) {
        let raw = UnsafeMutableRawPointer(place)
        raw.storeBytes(of: raw.loadUnaligned(as: Lanes.self) + sum, as: Lanes.self)
    }

    /// What fills no block.
    private func multiplyRest(_ rows: Range<Int>, _ depth: Range<Int>, _ columns: Range<Int>) {
        for row in rows {
            for k in depth {
                let factor = a[row * shape.inner + k]
                for column in columns { c[row * shape.columns + column] += factor * b[k * shape.columns + column] }
            }
        }
    }
}
