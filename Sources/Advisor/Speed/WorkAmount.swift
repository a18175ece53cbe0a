/// How much is to be trained with, read or written.
package enum WorkAmount: Hashable, Sendable {
    /// Of a transformer: what it is trained with, or what it reads.
    case tokens(Double)
    /// A decoder's answers, and the prompts that it reads before.
    case answers(written: Double, read: Double)
    /// Images.
    case images(Double)
}

/// A figure between two others.
package struct Bracket: Hashable, Sendable {
    package let lower: Double
    package let expected: Double
    package let upper: Double

    package init(_ lower: Double, _ expected: Double, _ upper: Double) {
        self.lower = lower
        self.expected = expected
        self.upper = upper
    }

    static func + (left: Bracket, right: Bracket) -> Bracket {
        Bracket(left.lower + right.lower, left.expected + right.expected, left.upper + right.upper)
    }

    static func * (bracket: Bracket, factor: Double) -> Bracket {
        Bracket(bracket.lower * factor, bracket.expected * factor, bracket.upper * factor)
    }
}
