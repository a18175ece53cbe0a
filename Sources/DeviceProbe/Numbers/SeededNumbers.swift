/// The same numbers for the same seed on every machine: Steele, Lea and Flood's SplitMix64 (2014), which is small and good
/// enough for inputs.
struct SeededNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// From −1 up to but without 1, in steps of 2⁻²³.
    mutating func float() -> Float {
        Float(next() >> 40) * (1 / 8_388_608) - 1
    }

    mutating func floats(_ count: Int) -> [Float] {
        (0..<count).map { _ in float() }
    }
}
