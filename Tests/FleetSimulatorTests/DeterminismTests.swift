import FleetModel
import Testing

@testable import FleetSimulator

/// The seed is all there is.
@Suite struct DeterminismTests {
    @Test(arguments: [1, 17, 252, 4_711] as [UInt64]) func oneSeedGivesOneHistory(seed: UInt64) {
        let first = Simulation(seed: seed).run(), second = Simulation(seed: seed).run()
        #expect(first.digest == second.digest)
        #expect(first.counts == second.counts)
        #expect(first.struck == second.struck)
        #expect(first.span == second.span)
        #expect(first.counts.events > 0)
    }

    @Test func otherSeedsGiveOtherHistories() {
        let digests = Set((1...20).map { Simulation(seed: $0).run().digest })
        #expect(digests.count == 20)
    }

    @Test func optionsAreDrawnFromTheSeedAndCanBeGiven() {
        #expect(SimulationOptions(seed: 5) == SimulationOptions(seed: 5))
        #expect(SimulationOptions(seed: 5) != SimulationOptions(seed: 6))
        var options = SimulationOptions(seed: 5)
        options.faults = .none
        #expect(Simulation(seed: 5, options: options).run().struck.allSatisfy { $0 == 0 })
        #expect(options.text.hasSuffix("faults[]"))
    }

    /// The first numbers of SplitMix64 for seed 1234567, as its author's C code prints them.
    @Test func theGeneratorIsSplitMix64() {
        var random = SeededGenerator(seed: 1_234_567)
        #expect(
            (1...3).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test func theQueueGivesTheEarliestAndOfEqualMomentsTheFirst() {
        var random = SeededGenerator(seed: 3)
        var queue = EventQueue<Int>()
        var expected: [(at: Int64, number: Int)] = []
        for number in 0..<500 {
            let at = Int64(random.below(60))
            expected.append((at, number))
            queue.add(number, at: Timestamp(milliseconds: at))
        }
        expected.sort { ($0.at, $0.number) < ($1.at, $1.number) }
        for entry in expected { #expect(queue.next()?.happening == entry.number) }
        #expect(queue.next() == nil)
    }

    @Test func chancesAreWhatTheirRatioSays() {
        var random = SeededGenerator(seed: 9)
        let hits = (0..<10_000).count { _ in random.chance(Ratio(perMille: 250)) }
        #expect((2_300...2_700).contains(hits))
        #expect(!(0..<1_000).contains { _ in random.chance(.never) })
        #expect((0..<1_000).allSatisfy { _ in random.chance(.always) })
    }
}
