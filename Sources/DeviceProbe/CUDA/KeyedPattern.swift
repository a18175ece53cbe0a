/// What is written into a device's memory: blocks of 16 bytes. Word j of block i is `key[j] ^ (i · step)` in 32 bits.
///
/// With step 0 every block is the key itself, and is recognised wherever it turns up. With an odd step each block of the first
/// 64 GiB is another, so that an address that leads to another place shows.
package struct KeyedPattern: Hashable, Sendable {
    package let key: SIMD4<UInt32>
    package let step: UInt32

    package static let blockBytes = 16

    /// - Parameter isEverywhereTheSame: for memory that somebody else will search.
    package init(seed: UInt64, isEverywhereTheSame: Bool = false) {
        var numbers = SeededNumbers(seed: seed)
        let halves = (numbers.next(), numbers.next())
        key = SIMD4(
            UInt32(truncatingIfNeeded: halves.0), UInt32(halves.0 >> 32), UInt32(truncatingIfNeeded: halves.1),
            UInt32(halves.1 >> 32))
        step = isEverywhereTheSame ? 0 : 0x9e37_79b1
    }

    func block(_ index: Int) -> SIMD4<UInt32> {
        key ^ SIMD4(repeating: UInt32(truncatingIfNeeded: index) &* step)
    }

    /// How many blocks of memory differ from the pattern, and the first of them. What fills no block is not looked at.
    func mismatches(in bytes: UnsafeRawBufferPointer) -> (count: Int, first: Int?) {
        var count = 0, first: Int?
        for index in 0..<bytes.count / Self.blockBytes {
            let found = bytes.loadUnaligned(fromByteOffset: index * Self.blockBytes, as: SIMD4<UInt32>.self)
            if found == block(index) { continue }
            count += 1
            if first == nil { first = index }
        }
        return (count, first)
    }
}
