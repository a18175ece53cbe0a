/// How good a node is; the smaller, the better.
package struct NodeRank: Comparable, Sendable {
    package var first: Int64
    package var second: Int64
    package var third: Int64

    package init(_ first: Int64 = 0, _ second: Int64 = 0, _ third: Int64 = 0) {
        (self.first, self.second, self.third) = (first, second, third)
    }

    package static func < (left: NodeRank, right: NodeRank) -> Bool {
        if left.first != right.first { return left.first < right.first }
        return left.second != right.second ? left.second < right.second : left.third < right.third
    }
}

/// What a search looks for.
package protocol NodeGoal {
    /// The best rank that any node of these can have; nil: none of them will do.
    func bound(_ digest: NodeDigest) -> NodeRank?
    /// The rank of a node; nil: it will not do.
    mutating func rank(_ node: Int) -> NodeRank?
}

extension ChunkedArray where Element == NodeOutlook, Digest == NodeDigest {
    /// The node of the best rank, and of equals the first. Pieces whose bound can't beat what was found are left out,
    /// and the most promising ones come first.
    package func best(_ goal: inout some NodeGoal, than given: (node: Int, rank: NodeRank)? = nil) -> (
        node: Int, rank: NodeRank
    )? {
        var best = given
        root.search(&goal, from: 0, &best)
        return best
    }
}

extension ChunkedPiece where Element == NodeOutlook, Digest == NodeDigest {
    fileprivate func search(_ goal: inout some NodeGoal, from start: Int, _ best: inout (node: Int, rank: NodeRank)?) {
        var open: [(rank: NodeRank, start: Int, number: Int)] = []
        if children.isEmpty {
            for number in elements.indices {
                if let rank = goal.bound(elements[number].digest) { open.append((rank, start + number, number)) }
            }
        } else {
            var start = start
            for number in children.indices {
                if let rank = goal.bound(children[number].digest) { open.append((rank, start, number)) }
                start += children[number].count
            }
        }
        open.sort { $0.rank != $1.rank ? $0.rank < $1.rank : $0.start < $1.start }
        for part in open {
            if let best, best.rank < part.rank || best.rank == part.rank && best.node < part.start { continue }
            if !children.isEmpty {
                children[part.number].search(&goal, from: part.start, &best)
            } else if let rank = goal.rank(part.start) {
                if let best, best.rank < rank || best.rank == rank && best.node < part.start { continue }
                best = (part.start, rank)
            }
        }
    }
}
