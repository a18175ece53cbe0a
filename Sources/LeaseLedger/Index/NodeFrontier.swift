/// Nodes in the order of their ranks, as far as somebody asks: the best first, and of equals the first by number.
package struct NodeFrontier {
    private enum Part {
        case piece(ChunkedPiece<NodeOutlook, NodeDigest>)
        /// Its rank is a bound.
        case guessed
        case ranked
    }

    private struct Entry {
        let rank: NodeRank
        let start: Int
        let part: Part

        func comes(before other: Entry) -> Bool {
            rank != other.rank ? rank < other.rank : start < other.start
        }
    }

    /// A heap: the entry at n comes before those at 2n + 1 and 2n + 2.
    private var heap: [Entry] = []

    package init(_ nodes: ChunkedArray<NodeOutlook, NodeDigest>, _ goal: some NodeGoal) {
        if let rank = goal.bound(nodes.digest) { push(Entry(rank: rank, start: 0, part: .piece(nodes.root))) }
    }

    /// The best node that is left, without taking it out; nil: there are no more.
    package mutating func first(_ goal: inout some NodeGoal) -> (node: Int, rank: NodeRank)? {
        while let top = heap.first {
            switch top.part {
            case .ranked: return (top.start, top.rank)
            case .guessed:
                removeFirst()
                if let rank = goal.rank(top.start) { push(Entry(rank: rank, start: top.start, part: .ranked)) }
            case .piece(let piece):
                removeFirst()
                open(piece, from: top.start, goal)
            }
        }
        return nil
    }

    private mutating func open(_ piece: ChunkedPiece<NodeOutlook, NodeDigest>, from start: Int, _ goal: some NodeGoal) {
        for (number, element) in piece.elements.enumerated() {
            guard let rank = goal.bound(element.digest) else { continue }
            push(Entry(rank: rank, start: start + number, part: .guessed))
        }
        var start = start
        for child in piece.children {
            if let rank = goal.bound(child.digest) { push(Entry(rank: rank, start: start, part: .piece(child))) }
            start += child.count
        }
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var place = heap.count - 1
        while place > 0, heap[place].comes(before: heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes out the one that `first` gave.
    package mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child].comes(before: heap[least]) {
                least = child
            }
            if least == place { return }
            heap.swapAt(place, least)
            place = least
        }
    }
}
