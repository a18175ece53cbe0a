/// The sizes of a product: rows × inner times inner × columns. Matrices lie row by row.
struct MatrixShape: Hashable, Sendable {
    let rows: Int
    let inner: Int
    let columns: Int

    init(rows: Int, inner: Int, columns: Int) {
        self.rows = rows
        self.inner = inner
        self.columns = columns
    }

    static func square(_ side: Int) -> MatrixShape { MatrixShape(rows: side, inner: side, columns: side) }

    /// A multiplication and an addition for each product of elements.
    var operations: Double { 2 * Double(rows) * Double(inner) * Double(columns) }
}

/// What is compared with results: each element a sum in order, in double precision.
enum MatrixReference {
    static func element(_ a: [Float], _ b: [Float], _ shape: MatrixShape, row: Int, column: Int) -> Double {
        var sum = 0.0
        for inner in 0..<shape.inner {
            sum += Double(a[row * shape.inner + inner]) * Double(b[inner * shape.columns + column])
        }
        return sum
    }

    /// The largest difference in an element.
    ///
    /// - Parameter isComplete: each element is looked at; otherwise, of large matrices some, from all over, the corners
    ///   among them: enough to judge a way of computing, too few to find one bad place.
    static func worstDifference(
        _ results: [Float], _ a: [Float], _ b: [Float], _ shape: MatrixShape, isComplete: Bool = false
    ) -> Double {
        guard results.count == shape.rows * shape.columns, !results.isEmpty else { return .infinity }
        let corners = [0, shape.columns - 1, results.count - shape.columns, results.count - 1]
        // Long sums are dear: fewer of them.
        let most = isComplete ? results.count : max(64, min(4_096, 4_194_304 / max(1, shape.inner)))
        let places = corners + Sampling.places(below: results.count, atMost: most)
        return Agreement.worstDifference(
            places.map { results[$0] },
            places.map { element(a, b, shape, row: $0 / shape.columns, column: $0 % shape.columns) })
    }
}
