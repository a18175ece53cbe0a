@testable import DeviceProbe
import Testing

@Suite struct PatternTests {
    @Test func blocksDifferUnlessTheyShallNot() {
        let pattern = KeyedPattern(seed: 3), canary = KeyedPattern(seed: 3, isEverywhereTheSame: true)
        #expect(Set((0..<10_000).map(pattern.block)).count == 10_000)
        #expect(Set((0..<10_000).map(canary.block)) == [canary.key])
        #expect(KeyedPattern(seed: 4).key != pattern.key)
        // Whatever lies there when nobody has written is no key.
        #expect(canary.key != .zero)
    }

    @Test func eachFlippedBitIsSeen() {
        let pattern = KeyedPattern(seed: 5)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 16, alignment: 16)
        defer { memory.deallocate() }
        for index in 0..<64 {
            memory.storeBytes(of: pattern.block(index), toByteOffset: index * 16, as: SIMD4<UInt32>.self)
        }
        #expect(pattern.mismatches(in: UnsafeRawBufferPointer(memory)) == (0, nil))
        for bit in 0..<memory.count * 8 {
            memory[bit / 8] ^= 1 << (bit % 8)
            let found = pattern.mismatches(in: UnsafeRawBufferPointer(memory))
            #expect(found.count == 1 && found.first == bit / 128)
            memory[bit / 8] ^= 1 << (bit % 8)
        }
    }
}
