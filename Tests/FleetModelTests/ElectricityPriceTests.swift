import FleetModel
import Testing

@Suite("The price of energy")
struct ElectricityPriceTests {
    private static func cost(_ millijoules: Int64, _ micros: Int64) -> Cost {
        ElectricityPrice(microsPerKilowattHour: micros, currency: "EUR").cost(of: Energy(millijoules: millijoules))
    }

    @Test("a kilowatt-hour costs its price, and parts of it their part, rounded half up")
    func cost() {
        #expect(Self.cost(3_600_000_000, 300_000).micros == 300_000)
        #expect(Self.cost(420 * 3_600_000, 300_000).text == "0.13 EUR")
        #expect(Self.cost(1_800_000_000, 1).micros == 1)
        #expect(Self.cost(1_799_999_999, 1).micros == 0)
        #expect(Self.cost(0, 300_000).text == "0.00 EUR")
        #expect(Self.cost(.max, 1_000_000_000_000).micros == .max)
        #expect(Self.cost(-5, 300_000).micros == 0)
    }

    @Test("amounts have two digits after the point, and small ones all that they have")
    func text() {
        #expect(Cost(micros: 12_345_678, currency: "USD").text == "12.35 USD")
        #expect(Cost(micros: 10_000, currency: "USD").text == "0.01 USD")
        #expect(Cost(micros: 9_990, currency: "USD").text == "0.00999 USD")
        #expect(Cost(micros: 400, currency: "USD").text == "0.0004 USD")
    }

    @Test("what makes no sense is known")
    func sense() {
        #expect(ElectricityPrice(microsPerKilowattHour: 0, currency: "EUR").makesSense)
        for (micros, currency) in [(-1, "EUR"), (1, "eur"), (1, "EURO"), (1, ""), (1_000_000_000_001, "EUR"), (1, "E\n1")] {
            #expect(!ElectricityPrice(microsPerKilowattHour: Int64(micros), currency: currency).makesSense)
        }
    }
}
