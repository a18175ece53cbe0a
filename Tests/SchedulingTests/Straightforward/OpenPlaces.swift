/// The places of a line whose turn has not come, when the last part of a walk begins. That part goes in order, so that
/// what is said of the places after the current one stays true.
struct OpenPlaces {
    /// For each place how many open ones lie before it.
    private let before: [Int]
    /// For each place the first open one from there on; the line's length: none.
    private let next: [Int]

    init(_ isConsidered: [Bool]) {
        var before = [0]
        for considered in isConsidered { before.append(before[before.count - 1] + (considered ? 0 : 1)) }
        var next = Array(repeating: isConsidered.count, count: isConsidered.count + 1)
        for place in isConsidered.indices.reversed() { next[place] = isConsidered[place] ? next[place + 1] : place }
        self.before = before
        self.next = next
    }

    func count(in places: Range<Int>) -> Int { before[places.upperBound] - before[places.lowerBound] }

    func first(from place: Int) -> Int? { next[place] < next.count - 1 ? next[place] : nil }
}
