import FleetModel
import Synchronization
import Testing

@testable import CheckoutService

@Suite("What is found once for a state")
struct RememberedTests {
    private static let now = Timestamp(milliseconds: 1_000)

    @Test("whoever looks long keeps nobody else waiting, and does not replace what is newer")
    func nobodyWaits() throws {
        let remembered = Remembered<String>()
        var looks = 0
        func value(_ sequence: Int64, at now: Timestamp = Self.now, _ find: () -> String) -> String {
            remembered.value(of: sequence, at: now, freshness: .seconds(1)) {
                looks += 1
                return find()
            }
        }
        // With a lock held while it looks, the second would wait for the first for ever.
        let old = value(1) {
            #expect(value(2) { "two" } == "two")
            return "one"
        }
        #expect(old == "one" && looks == 2)
        #expect(value(2) { "again" } == "two" && looks == 2)
        #expect(value(2, at: Self.now + .seconds(2)) { "later" } == "later" && looks == 3)
        #expect(value(3, at: Self.now + .seconds(2)) { "three" } == "three" && looks == 4)
    }

    @Test("without a time that it holds for it holds for its state")
    func forGood() {
        let remembered = Remembered<Int>()
        #expect(remembered.value(of: 1, at: Self.now, freshness: nil) { 1 } == 1)
        #expect(remembered.value(of: 1, at: Self.now + .hours(30), freshness: nil) { 2 } == 1)
        #expect(remembered.value(of: 2, at: Self.now, freshness: nil) { 2 } == 2)
    }
}
