/// An array as a tree of small pieces. A copy that changes one element copies a path of pieces and not all of it, so
/// that a batch can decide on a copy of the state while readers keep the one before. Reading, changing, inserting and
/// removing take a time that grows with the logarithm of the count.
///
/// Every piece knows a digest of what is in it, so that a search leaves out the pieces that can't hold what it looks for.
package struct ChunkedArray<Element, Digest: ChunkDigest> where Digest.Element == Element {
    private(set) var root = ChunkedPiece<Element, Digest>([])

    package init() {}

    package init(_ elements: some Sequence<Element>) {
        typealias Piece = ChunkedPiece<Element, Digest>
        var level = Self.parts(of: Array(elements), Piece.mostElements).map { Piece($0) }
        while level.count > 1 { level = Self.parts(of: level, Piece.mostChildren).map { Piece(joining: $0) } }
        if let whole = level.first { root = whole }
    }

    private static func parts<Whole>(of whole: [Whole], _ most: Int) -> [[Whole]] {
        stride(from: 0, to: whole.count, by: most).map { Array(whole[$0...].prefix(most)) }
    }

    package var digest: Digest { root.digest }

    /// Puts an element at a place; those from there on move up.
    package mutating func insert(_ element: Element, at place: Int) {
        precondition(0...root.count ~= place, "there is no place \(place) in \(root.count)")
        if let sibling = root.insert(element, at: place) { root = ChunkedPiece(joining: [root, sibling]) }
    }

    /// Takes the element of a place out; those behind it move down.
    package mutating func remove(at place: Int) {
        precondition(0..<root.count ~= place, "there is no place \(place) in \(root.count)")
        root.remove(at: place)
        while root.children.count == 1 { root = root.children[0] }
    }

    /// Changes an element in place.
    package mutating func update<Result>(at place: Int, _ change: (inout Element) -> Result) -> Result {
        precondition(0..<root.count ~= place, "there is no place \(place) in \(root.count)")
        return root.update(at: place, change)
    }

    /// The first place whose element is in the second part; the array is sorted so that these come last.
    package func partitioningIndex(where belongsInSecondPart: (Element) -> Bool) -> Int {
        root.partitioningIndex(where: belongsInSecondPart)
    }
}

/// An array in pieces whose digest tells nothing.
package typealias Chunked<Element> = ChunkedArray<Element, NoDigest<Element>>

/// What a piece says about its elements.
package protocol ChunkDigest: Sendable {
    associatedtype Element
    init(of elements: [Element])
    init(joining parts: [Self])
}

/// Nothing.
package struct NoDigest<Element>: ChunkDigest {
    package init(of elements: [Element]) {}
    package init(joining parts: [Self]) {}
}

extension ChunkedArray: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { root.count }
    package var count: Int { root.count }

    package subscript(place: Int) -> Element {
        precondition(0..<root.count ~= place, "there is no place \(place) in \(root.count)")
        return root.element(at: place)
    }

    package func makeIterator() -> Iterator { Iterator(self) }

    /// Goes through the pieces one by one.
    package struct Iterator: IteratorProtocol {
        private let array: ChunkedArray
        private var elements: [Element] = []
        private var place = 0
        /// Where the next piece begins.
        private var end = 0

        init(_ array: ChunkedArray) { self.array = array }

        package mutating func next() -> Element? {
            if place == elements.count {
                guard end < array.count else { return nil }
                elements = array.root.elements(around: end)
                place = 0
                end += elements.count
            }
            place += 1
            return elements[place - 1]
        }
    }
}

extension ChunkedArray: Sendable where Element: Sendable {}

/// Equal elements make equal arrays, whatever pieces they are in.
extension ChunkedArray: Equatable where Element: Equatable {
    package static func == (left: Self, right: Self) -> Bool { left.count == right.count && left.elementsEqual(right) }
}

extension ChunkedArray: Hashable where Element: Hashable {
    package func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for element in self { hasher.combine(element) }
    }
}

extension ChunkedArray: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: Element...) { self.init(elements) }
}

extension ChunkedArray: Encodable where Element: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Array(self))
    }
}

extension ChunkedArray: Decodable where Element: Decodable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode([Element].self))
    }
}

extension ChunkedArray where Element: Comparable {
    /// Keeps the array sorted; an element that is there already is not added again.
    mutating func insertSorted(_ element: Element) {
        let place = partitioningIndex { $0 >= element }
        if place == count || self[place] != element { insert(element, at: place) }
    }

    mutating func removeSorted(_ element: Element) {
        let place = partitioningIndex { $0 >= element }
        if place < count, self[place] == element { remove(at: place) }
    }
}
