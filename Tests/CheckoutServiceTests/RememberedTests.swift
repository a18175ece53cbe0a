import FleetModel
import Foundation
import Synchronization
import Testing

@testable import CheckoutService

@Suite("What is found once for a state")
struct RememberedTests {
    private static let now = Timestamp(milliseconds: 1_000)

    @Test("whoever looks long keeps nobody waiting who asks about another state, and does not replace what is newer")
    func nobodyWaits() throws {
        let remembered = Remembered<String>()
        var looks = 0
        func value(_ sequence: Int64, at now: Timestamp = Self.now, _ find: () -> String) -> String {
            remembered.value(of: sequence, at: now, freshness: .seconds(1)) {
                looks += 1
                return find()
            }
        }
        // Did a look at a newer state wait for one at an older state, this would never end.
        let old = value(1) {
            #expect(value(2) { "two" } == "two")
            return "one"
        }
        #expect(old == "one" && looks == 2)
        #expect(value(2) { "again" } == "two" && looks == 2)
        #expect(value(2, at: Self.now + .seconds(2)) { "later" } == "later" && looks == 3)
        #expect(value(3, at: Self.now + .seconds(2)) { "three" } == "three" && looks == 4)
    }

    @Test("of many who ask about one state at once one looks, and all get what it finds")
    func once() async throws {
        let remembered = Remembered<Int>(), looks = Mutex(0), asking = Mutex(0), many = 8
        let found = AsyncStream.makeStream(of: Int.self)
        for number in 0..<many {
            // Threads of their own: the pool may have fewer.
            Thread.detachNewThread {
                asking.withLock { $0 += 1 }
                found.continuation.yield(
                    remembered.value(
                        of: 7, at: Self.now + TimeSpan(milliseconds: Int64(number)), freshness: .seconds(1)
                    ) {
                        // Not before all others ask, too.
                        while asking.withLock({ $0 }) < many { usleep(1_000) }
                        usleep(20_000)
                        return looks.withLock { looks in
                            looks += 1
                            return looks
                        }
                    })
            }
        }
        var values: [Int] = []
        for await value in found.stream {
            values.append(value)
            if values.count == many { break }
        }
        #expect(values == [Int](repeating: 1, count: many))
    }

    @Test("without a time that it holds for it holds for its state")
    func forGood() {
        let remembered = Remembered<Int>()
        #expect(remembered.value(of: 1, at: Self.now, freshness: nil) { 1 } == 1)
        #expect(remembered.value(of: 1, at: Self.now + .hours(30), freshness: nil) { 2 } == 1)
        #expect(remembered.value(of: 2, at: Self.now, freshness: nil) { 2 } == 2)
    }
}
