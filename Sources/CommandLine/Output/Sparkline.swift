/// A row of numbers as a line of characters.
enum Sparkline {
    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let plain: [Character] = ["_", "-", "~", "+", "=", "*", "%", "#"]

    /// - Parameters:
    ///   - values: nil: nothing was seen there; it is shown as a gap, which no number looks like.
    ///   - most: what fills a character.
    static func text(_ values: [Double?], most: Double, unicode: Bool) -> String {
        let levels = unicode ? blocks : plain
        return String(
            values.map { value in
                guard let value else { return unicode ? "·" : "." }
                guard most > 0 else { return levels[0] }
                let share = max(0, min(1, value / most))
                return levels[min(levels.count - 1, Int(share * Double(levels.count)))]
            })
    }

    /// How full something is: `██▌░░░░░░░`, or `##>.......`.
    static func bar(_ share: Double, width: Int, unicode: Bool) -> String {
        let halves = Int((max(0, min(1, share)) * Double(width * 2)).rounded())
        let half = halves % 2 == 1
        let text = String(repeating: unicode ? "█" : "#", count: halves / 2) + (half ? (unicode ? "▌" : ">") : "")
        return text + String(repeating: unicode ? "░" : ".", count: width - halves / 2 - (half ? 1 : 0))
    }
}
