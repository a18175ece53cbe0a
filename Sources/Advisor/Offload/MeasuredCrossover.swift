/// From which measured size on one way is faster than another.
package struct MeasuredCrossover: Hashable, Sendable {
    /// The largest size at which it is slower still; nil: it is faster at all.
    package let slowerAt: Int?
    /// The smallest size from which on it is faster; nil: it never is.
    package let fasterFrom: Int?
    /// The largest size that both have: of larger ones nothing is known.
    package let largest: Int

    /// - Parameters: seconds by size. Sizes that only one of them has say nothing. nil: they have none in common.
    package init?(of one: [(size: Int, seconds: Double)], against other: [(size: Int, seconds: Double)]) {
        var both: [(size: Int, isFaster: Bool)] = []
        for point in one {
            guard let its = other.first(where: { $0.size == point.size }) else { continue }
            both.append((point.size, point.seconds < its.seconds))
        }
        both.sort { $0.size < $1.size }
        guard let end = both.last else { return nil }
        largest = end.size
        // A single size where noise made it faster is no crossover: it must stay so.
        let last = both.lastIndex { !$0.isFaster }
        slowerAt = last.map { both[$0].size }
        let first = last.map { $0 + 1 } ?? 0
        fasterFrom = first < both.count ? both[first].size : nil
    }

    /// The fastest of several ways at each size.
    package static func best(_ ways: [[(size: Int, seconds: Double)]]) -> [(size: Int, seconds: Double)] {
        var best: [(size: Int, seconds: Double)] = []
        for point in ways.flatMap({ $0 }) {
            if let index = best.firstIndex(where: { $0.size == point.size }) {
                best[index].seconds = min(best[index].seconds, point.seconds)
            } else {
                best.append(point)
            }
        }
        return best.sorted { $0.size < $1.size }
    }
}
