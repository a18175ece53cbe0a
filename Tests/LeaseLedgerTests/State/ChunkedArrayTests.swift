import FleetTestKit
import LeaseLedger
import Testing

@Suite struct ChunkedArrayTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func itIsAnArray(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var plain = Array(0..<random.number(0...3_000))
        var chunked = Chunked(plain)
        for step in 0..<3_000 {
            let grows = step / 500 % 2 == 0
            if plain.isEmpty || random.number(0...9) < (grows ? 8 : 2) {
                let place = random.oneIn(3) ? plain.count : random.number(0...plain.count)
                plain.insert(step, at: place)
                chunked.insert(step, at: place)
            } else if random.oneIn(4) {
                let place = random.number(0...plain.count - 1)
                plain[place] += 1
                chunked.update(at: place) { $0 += 1 }
            } else {
                let place = random.oneIn(3) ? 0 : random.number(0...plain.count - 1)
                plain.remove(at: place)
                chunked.remove(at: place)
            }
            #expect(chunked.count == plain.count)
            if !plain.isEmpty {
                let place = random.number(0...plain.count - 1)
                #expect(chunked[place] == plain[place])
            }
        }
        #expect(Array(chunked) == plain)
        #expect(chunked == Chunked(plain))
        #expect(chunked.hashValue == Chunked(plain).hashValue)
    }

    @Test func aCopyKeepsWhatItWas() {
        let before = Chunked(0..<10_000)
        var after = before
        after.update(at: 5_000) { $0 = -1 }
        after.remove(at: 0)
        after.insert(7, at: 9_999)
        #expect(Array(before) == Array(0..<10_000))
        #expect(after[4_999] == -1)
        #expect(after.last == 7)
    }

    @Test(arguments: [0, 1, 31, 32, 33, 512, 513, 20_000]) func theFirstPlaceOfTheSecondPart(count: Int) {
        let numbers = Chunked((0..<count).map { $0 * 2 })
        for value in stride(from: -1, through: 2 * count + 1, by: max(1, count / 50)) {
            #expect(numbers.partitioningIndex { $0 >= value } == min(count, max(0, (value + 1) / 2)))
        }
    }

    @Test func allOfItCanBeRemoved() {
        var numbers = Chunked(0..<5_000)
        while !numbers.isEmpty { numbers.remove(at: numbers.count / 2) }
        #expect(numbers == [])
        numbers.insert(1, at: 0)
        #expect(Array(numbers) == [1])
    }
}
