package import FleetModel

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): one seed, one sequence, on
/// every machine.
package struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A generator of its own, so that more draws in one place change nothing in another.
    package mutating func split() -> SeededGenerator { SeededGenerator(seed: next()) }

    /// From 0 to `limit` - 1. The bias of the remainder is below 2⁻⁴⁰ for the small limits used here.
    package mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    /// True as often as the ratio says.
    package mutating func chance(_ ratio: Ratio) -> Bool { below(1_000) < ratio.perMille }

    /// One of the elements, each as likely as the others; there must be one.
    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// Between two spans, the later one left out.
    package mutating func span(_ from: TimeSpan, _ to: TimeSpan) -> TimeSpan {
        TimeSpan(milliseconds: from.milliseconds + Int64(below(Int(max(1, to.milliseconds - from.milliseconds)))))
    }
}

/// A probability.
package struct Ratio: Hashable, Sendable {
    package let perMille: Int

    package init(perMille: Int) { self.perMille = max(0, min(1_000, perMille)) }

    package static let never = Ratio(perMille: 0)
    package static let always = Ratio(perMille: 1_000)
}
