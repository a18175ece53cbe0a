/// Which of some words somebody may have meant.
package enum Likeness {
    /// The nearest ones: those that begin so, else those that a slip or two of the fingers make of it.
    package static func nearest(to word: String, in words: [String]) -> [String] {
        let begun = words.filter { word.count >= 2 && ($0.hasPrefix(word) || word.hasPrefix($0)) }
        if !begun.isEmpty { return begun }
        let slips = words.map { (word: $0, count: distance(word, $0)) }
        guard let fewest = slips.map(\.count).min(), fewest <= max(1, min(2, word.count / 3)) else { return [] }
        return slips.filter { $0.count == fewest }.map(\.word)
    }

    /// Letters put in, left out, changed, or swapped with their neighbour: the optimal string alignment distance.
    package static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left), right = Array(right)
        var rows = [Array(0...right.count)]
        for (row, letter) in left.enumerated() {
            var next = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(rows[row][column + 1], next[column]) + 1
                best = min(best, rows[row][column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, rows[row - 1][column - 1] + 1)
                }
                next.append(best)
            }
            rows.append(next)
        }
        return rows[left.count][right.count]
    }
}
