import FleetModel
import FleetTestKit
import Testing

@testable import LeaseLedger

/// Sums by the hour, beside the spans that they are made of.
@Suite struct WeekOfUseTests {
    @Test(arguments: 1...20) func whatCountsIsWhatWasUsedAndAtMostAnHourMore(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var week = WeekOfUse()
        var spans: [(devices: Int, from: Int64, until: Int64)] = []
        var now: Int64 = 1_700_000_000_000 + Int64(random.next() % 10_000_000)
        for _ in 1...200 {
            now += Int64(random.next() % 14_400_000)
            let devices = 1 + Int(random.next() % 4)
            let length = Int64(random.next() % (random.next() % 10 == 0 ? 1_000_000_000 : 20_000_000))
            spans.append((devices, now - length, now))
            week.add(
                devices, from: Timestamp(milliseconds: now - length), until: Timestamp(milliseconds: now),
                at: Timestamp(milliseconds: now))
            for ahead in [Int64(0), 1, 3_599_999, 86_400_000, 604_800_000, 608_400_000] {
                let since = now + ahead - 604_800_000
                let exact = spans.reduce(Int64(0)) { $0 + Int64($1.devices) * max(0, $1.until - max($1.from, since)) }
                let longer = spans.reduce(Int64(0)) {
                    $0 + Int64($1.devices) * max(0, $1.until - max($1.from, since - 3_600_000))
                }
                let counted = week.counted(at: Timestamp(milliseconds: now + ahead)).milliseconds
                #expect(counted >= exact && counted <= longer, "seed \(seed): \(counted), not \(exact) to \(longer)")
            }
        }
    }

    @Test func timesBeyondAllClocksStopNothing() {
        var week = WeekOfUse()
        let ends = [Int64.min, -1, 0, 1, .max].map { Timestamp(milliseconds: $0) }
        for now in ends {
            for from in ends where from <= now {
                var copy = week
                copy.add(2, from: from, until: now, at: now)
                _ = copy.counted(at: now)
            }
        }
        week.add(1, from: ends[2], until: ends[3], at: ends[3])
        #expect(week.counted(at: ends[4]) == .zero)
    }
}
