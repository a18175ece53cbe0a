/// A piece of a `ChunkedArray`: elements, or pieces that are all equally high.
struct ChunkedPiece<Element, Digest: ChunkDigest> where Digest.Element == Element {
    /// The most elements of one piece: about a kilobyte, since a change copies all of them.
    static var mostElements: Int { max(4, min(32, 1_024 / max(1, MemoryLayout<Element>.stride))) }
    /// The most pieces of one piece.
    static var mostChildren: Int { max(8, min(16, 1_024 / MemoryLayout<ChunkedPiece>.stride)) }

    private(set) var elements: [Element]
    private(set) var children: [ChunkedPiece]
    private(set) var count: Int
    private(set) var digest: Digest

    init(_ elements: [Element]) {
        self.elements = elements
        children = []
        count = elements.count
        digest = Digest(of: elements)
    }

    init(joining children: [ChunkedPiece]) {
        elements = []
        self.children = children
        count = children.reduce(0) { $0 + $1.count }
        digest = Digest(joining: children.map(\.digest))
    }

    private var most: Int { children.isEmpty ? Self.mostElements : Self.mostChildren }
    private var width: Int { children.isEmpty ? elements.count : children.count }

    /// The child that a place is in, and the place there. The end of a child is its own and not the next one's beginning.
    private func child(at place: Int) -> (number: Int, place: Int) {
        var number = 0, place = place
        while place >= children[number].count, number < children.count - 1 {
            place -= children[number].count
            number += 1
        }
        return (number, place)
    }

    private mutating func refresh() {
        if children.isEmpty {
            count = elements.count
            digest = Digest(of: elements)
        } else {
            count = children.reduce(0) { $0 + $1.count }
            digest = Digest(joining: children.map(\.digest))
        }
    }

    func element(at place: Int) -> Element {
        if children.isEmpty { return elements[place] }
        let (number, place) = child(at: place)
        return children[number].element(at: place)
    }

    /// All elements of the lowest piece that a place is in. The place is the first of its piece.
    func elements(around place: Int) -> [Element] {
        if children.isEmpty { return elements }
        let (number, place) = child(at: place)
        return children[number].elements(around: place)
    }

    mutating func update<Result>(at place: Int, _ change: (inout Element) -> Result) -> Result {
        defer { refresh() }
        if children.isEmpty { return change(&elements[place]) }
        let (number, place) = child(at: place)
        return children[number].update(at: place, change)
    }

    /// - Returns: the second half, where one piece would be too wide.
    mutating func insert(_ element: Element, at place: Int) -> ChunkedPiece? {
        defer { refresh() }
        if children.isEmpty {
            elements.insert(element, at: place)
        } else {
            let (number, place) = child(at: place)
            if let sibling = children[number].insert(element, at: place) { children.insert(sibling, at: number + 1) }
        }
        guard width > most else { return nil }
        // What grows at its end leaves full pieces behind.
        let kept = place == count ? most : width / 2
        if children.isEmpty {
            let rest = ChunkedPiece(Array(elements[kept...]))
            elements.removeSubrange(kept...)
            return rest
        }
        let rest = ChunkedPiece(joining: Array(children[kept...]))
        children.removeSubrange(kept...)
        return rest
    }

    mutating func remove(at place: Int) {
        defer { refresh() }
        if children.isEmpty {
            elements.remove(at: place)
            return
        }
        let (number, place) = child(at: place)
        children[number].remove(at: place)
        if children[number].count == 0, children.count > 1 {
            children.remove(at: number)
            return
        }
        for left in [number, number - 1] where left >= 0 && left + 1 < children.count {
            guard children[left].width + children[left + 1].width <= most / 2 else { continue }
            children[left] = children[left].joined(with: children[left + 1])
            children.remove(at: left + 1)
            return
        }
    }

    private func joined(with next: ChunkedPiece) -> ChunkedPiece {
        children.isEmpty ? ChunkedPiece(elements + next.elements) : ChunkedPiece(joining: children + next.children)
    }

    private var first: Element { children.isEmpty ? elements[0] : children[0].first }

    func partitioningIndex(where belongsInSecondPart: (Element) -> Bool) -> Int {
        if children.isEmpty { return elements.partitioningIndex(where: belongsInSecondPart) }
        // The last child that does not begin in the second part has the place.
        var low = 1, high = children.count
        while low < high {
            let middle = low + (high - low) / 2
            if belongsInSecondPart(children[middle].first) { high = middle } else { low = middle + 1 }
        }
        let before = children[..<(low - 1)].reduce(0) { $0 + $1.count }
        return before + children[low - 1].partitioningIndex(where: belongsInSecondPart)
    }
}

extension ChunkedPiece: Sendable where Element: Sendable {}
