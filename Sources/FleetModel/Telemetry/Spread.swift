/// How many whole numbers were seen, their sum and their extremes. Merging is exact, and in any order gives the same.
package struct Spread: Hashable, Codable, Sendable {
    /// At least 1: what was never seen has no spread.
    package private(set) var count: Int64
    package private(set) var sum: Int64
    package private(set) var least: Int64
    package private(set) var most: Int64

    package init(_ value: Int64) { self.init(count: 1, sum: value, least: value, most: value) }

    package init(count: Int64, sum: Int64, least: Int64, most: Int64) {
        self.count = count
        self.sum = sum
        self.least = least
        self.most = most
    }

    /// Rounded towards zero; in the numbers' own unit.
    package var mean: Int64 { sum / max(1, count) }

    /// Takes in what was seen besides.
    package mutating func merge(_ other: Spread) {
        count &+= other.count
        // Wraps rather than saturates, so that the order can't matter; petabytes over a century don't reach it.
        sum &+= other.sum
        least = min(least, other.least)
        most = max(most, other.most)
    }

    /// nil is nothing seen.
    package static func merged(_ left: Spread?, _ right: Spread?) -> Spread? {
        guard var merged = left else { return right }
        if let right { merged.merge(right) }
        return merged
    }
}
