import FleetModel
import LeaseLedger

/// Which devices of a node belong together.
///
/// A set is worth the sum of the links between its pairs, plus half of what the best set of the same size among the
/// devices left over is worth: a group that is taken should hurt the rest as little as may be. A single device is the
/// one with the worst links to the others that are free, so that groups stay whole. Devices of one NUMA node are
/// preferred where links are equal, then those whose keys come first. Exact over at most `largestExact` devices;
/// above that sets are grown greedily from every device.
enum DeviceGroups {
    static let largestExact = 16
    /// A NUMA node in common counts less than any link, even summed over all pairs of the largest exact set.
    private static let linkWeight = 256
    private static let strongestLink = 1_000_000

    /// Chooses `count` of the slots, which are in order of their keys; so is the result.
    static func choose(_ count: Int, of slots: [Int], on node: NodeRecord) -> [Int] {
        guard count > 0, count < slots.count else { return Array(slots.prefix(count)) }
        let pairs = pairs(of: slots, on: node)
        if areAllEqual(pairs) { return Array(slots.prefix(count)) }
        if count == 1 { return [slots[worstLinked(pairs)]] }
        let chosen = slots.count <= largestExact ? exact(count, pairs) : greedy(count, pairs)
        return chosen.map { slots[$0] }
    }

    private static func pairs(of slots: [Int], on node: NodeRecord) -> [[Int]] {
        slots.map { left in
            slots.map { right in
                guard left != right else { return 0 }
                let link = node.links.isEmpty ? 0 : max(0, min(strongestLink, node.links[left][right]))
                let leftNuma = node.slots[left].device.numaNode, rightNuma = node.slots[right].device.numaNode
                return link * linkWeight + (leftNuma != nil && leftNuma == rightNuma ? 1 : 0)
            }
        }
    }

    private static func areAllEqual(_ pairs: [[Int]]) -> Bool {
        let first = pairs[0][1]
        return pairs.indices.allSatisfy { left in
            pairs.indices.allSatisfy { $0 == left || pairs[left][$0] == first }
        }
    }

    private static func worstLinked(_ pairs: [[Int]]) -> Int {
        var worst = 0
        var least = Int.max
        for (index, row) in pairs.enumerated() {
            let sum = row.reduce(0, +)
            if sum < least { (worst, least) = (index, sum) }
        }
        return worst
    }

    /// Weighs every set: sets are bit masks, and each is worth what it is worth without its lowest device and what that
    /// one adds. 2ⁿ·n steps for n devices: a million at most.
    private static func exact(_ count: Int, _ pairs: [[Int]]) -> [Int] {
        let devices = pairs.count
        let full = 1 << devices - 1
        var worth = Array(repeating: 0, count: full + 1)
        for mask in 1...full {
            let lowest = mask.trailingZeroBitCount
            var rest = mask & (mask - 1)
            var sum = worth[rest]
            while rest != 0 {
                sum += pairs[lowest][rest.trailingZeroBitCount]
                rest &= rest - 1
            }
            worth[mask] = sum
        }
        let bestLeft = devices - count > count ? bestSubsets(of: count, worth) : worth
        var best = 0
        var bestScore = Int.min
        for mask in 1...full where mask.nonzeroBitCount == count {
            let score = 2 * worth[mask] + bestLeft[full ^ mask]
            if score > bestScore || (score == bestScore && comesFirst(mask, best)) { (best, bestScore) = (mask, score) }
        }
        return (0..<devices).filter { best & (1 << $0) != 0 }
    }

    /// For every mask the worth of its best subset of `count` devices; a mask of fewer is taken whole.
    private static func bestSubsets(of count: Int, _ worth: [Int]) -> [Int] {
        var best = worth
        for mask in worth.indices where mask.nonzeroBitCount > count {
            var most = Int.min
            var rest = mask
            while rest != 0 {
                let lowest = rest & -rest
                most = max(most, best[mask ^ lowest])
                rest ^= lowest
            }
            best[mask] = most
        }
        return best
    }

    /// Whether one mask's devices come before another's in order of their keys.
    private static func comesFirst(_ left: Int, _ right: Int) -> Bool {
        let difference = left ^ right
        return left & (difference & -difference) != 0
    }

    /// From every device: adds the one that links best to those chosen so far; keeps the best set found.
    private static func greedy(_ count: Int, _ pairs: [[Int]]) -> [Int] {
        var best: [Int] = []
        var bestWorth = Int.min
        for start in pairs.indices {
            var gains = pairs[start]
            var isChosen = Array(repeating: false, count: pairs.count)
            isChosen[start] = true
            var worth = 0
            for _ in 1..<count {
                var next = -1
                for index in pairs.indices where !isChosen[index] && (next < 0 || gains[index] > gains[next]) {
                    next = index
                }
                isChosen[next] = true
                worth += gains[next]
                for index in pairs.indices { gains[index] += pairs[next][index] }
            }
            if worth > bestWorth { (best, bestWorth) = (pairs.indices.filter { isChosen[$0] }, worth) }
        }
        return best
    }
}
