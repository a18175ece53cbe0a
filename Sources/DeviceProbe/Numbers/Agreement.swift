/// How far results may be from the reference.
///
/// A sum of n products of numbers below 1 wanders off by about √n roundings, each of which is of the size of the sum, √n
/// again: so the error grows as n. Eight units in the last place for each summand leave room for other orders of
/// summation, and are far below what one flipped bit of an exponent or of the upper half of a fraction does.
enum Agreement {
    /// Half a unit in the last place of 1 in single precision.
    static let roundingUnit = 1.0 / 16_777_216

    /// The largest difference that rounding explains.
    ///
    /// - Parameter summands: how many products of numbers between −1 and 1 each result sums up.
    static func tolerance(summands: Int) -> Double { 8 * roundingUnit * Double(max(1, summands)) }

    /// The largest difference between results and what they should be; infinite when one is no number, or one is missing.
    static func worstDifference(_ results: [Float], _ expected: [Double]) -> Double {
        guard results.count == expected.count else { return .infinity }
        var worst = 0.0
        for (result, expected) in zip(results, expected) {
            let difference = abs(Double(result) - expected)
            guard difference.isFinite else { return .infinity }
            worst = max(worst, difference)
        }
        return worst
    }

    /// The same as a part of the largest of the expected numbers, for results whose size is not known beforehand.
    static func worstShare(_ results: [Float], _ expected: [Double]) -> Double {
        let largest = expected.reduce(0) { max($0, abs($1)) }
        return worstDifference(results, expected) / max(largest, .leastNormalMagnitude)
    }

    /// A difference as it is told: JSON has no infinity.
    static func finite(_ difference: Double) -> Double { difference.isFinite ? difference : .greatestFiniteMagnitude }
}
