import FleetModel
import Testing

@testable import Advisor

/// Worked examples, reckoned by hand beside each.
@Suite("Own or rent")
struct OwnOrRentTests {
    private static func usd(_ amount: Int64) -> Cost { Cost(micros: amount * 1_000_000, currency: "USD") }

    private static func electricity(_ micros: Int64) -> ElectricityPrice {
        ElectricityPrice(microsPerKilowattHour: micros, currency: "USD")
    }

    /// Eight GPUs of 35,000, 40 % for what is around, four years, 0.7 kW each at a PUE of 1.4 and 0.12 a kWh, 3,000 a month for
    /// people; 400 hours a month against 4.50 an hour.
    private static let published = OwnOrRent(
        OwnedNode(
            price: usd(280_000), devices: 8, surroundings: 400, residual: 0, months: 48, maintenance: 0,
            staff: usd(36_000), busyWatts: 5_600, idleWatts: 0, roomFactor: 1_400, electricity: electricity(120_000),
            availability: 1_000),
        RentedDevice(perHour: Cost(micros: 4_500_000, currency: "USD")))

    /// A month here has 730 hours; the example's 400 hours are 0.548 of it.
    @Test("a purchase that a published table calls never paid back pays back after 36 months: worth lost is counted once")
    func countedOnce() throws {
        let example = Self.published
        #expect(example.node.capital == Self.usd(392_000))
        // 392,000 / 48 + 3,000 a month.
        #expect(abs(Double(example.node.fixedPerYear.micros) / 12e6 - 11_166.67) < 0.01)
        let month = example.month(busy: 548)
        #expect(abs(Double(month.electricity.micros) / 1e6 - 376.36) < 0.1)
        #expect(abs(Double(month.own.micros) / 1e6 - 11_543.0) < 0.3)
        #expect(abs(Double(month.rent.micros) / 1e6 - 14_401.4) < 1)
        #expect(month.own.micros < month.rent.micros)
        #expect(abs(try #require(example.paybackMonths(busy: 548)) - 35.6) < 0.1)
        // 11,166.67 / (36 − 0.9408) an hour: 318.5 of 730 hours.
        #expect(abs(try #require(example.breakEven) * 730 - 318.5) < 0.1)
    }

    @Test("a node of 300,000 is cheaper than p5 at 55.04 from 27 % of the time, than 31.92 from 47 %")
    func range() throws {
        func breakEven(_ perNodeHour: Int64) -> Double? {
            let node = OwnedNode(
                price: Self.usd(300_000), devices: 8, staff: Self.usd(30_000), busyWatts: 8_000, idleWatts: 2_200,
                electricity: Self.electricity(130_000), availability: 1_000)
            return OwnOrRent(node, RentedDevice(perHour: Cost(micros: perNodeHour / 8, currency: "USD"))).breakEven
        }
        #expect(abs(try #require(breakEven(55_040_000)) - 0.27) < 0.005)
        #expect(abs(try #require(breakEven(31_920_000)) - 0.47) < 0.005)
    }

    @Test("30,000 at 4 an hour are paid back after 7,500 hours: 10.4 months of 720")
    func oneDevice() throws {
        let node = OwnedNode(
            price: Self.usd(30_000), devices: 1, surroundings: 0, residual: 0, maintenance: 0, staff: Self.usd(0),
            busyWatts: 0, idleWatts: 0, electricity: Self.electricity(0), availability: 1_000)
        let months = try #require(OwnOrRent(node, RentedDevice(perHour: Self.usd(4))).paybackMonths(busy: 1_000))
        #expect(abs(months * 730 / 720 - 10.4) < 0.05)
    }

    @Test("39.3 million hours of an H100 at 98.32 for eight are 483 million")
    func manyHours() {
        let perHour = Cost(parsing: "98.32", currency: "USD").map { Micros($0.micros, times: 39_300_000, by: 8).value }
        #expect(perHour == 482_997_000_000_000)
    }

    @Test("where electricity alone costs more than renting there is no break-even; a use of nothing has no price an hour")
    func never() {
        var cheap = Self.published
        cheap = OwnOrRent(cheap.node, RentedDevice(perHour: Cost(micros: 10_000, currency: "USD")))
        #expect(cheap.breakEven == nil && cheap.paybackMonths(busy: 1_000) == nil)
        #expect(cheap.node.costPerUsefulHour(busy: 0) == nil)
        let dear = OwnOrRent(Self.published.node, RentedDevice(perHour: Self.usd(1)))
        #expect((dear.breakEven ?? 0) > 1)
        #expect(Self.published.curve.count == 20)
        #expect(Self.published.curve.allSatisfy { $0.rent.micros == 4_500_000 })
        let (low, high) = Self.published.breakEvenRange
        #expect((low ?? 1) < 0.436 && (high ?? 0) > 0.436)
    }

    @Test("money of any size saturates and never ends the program")
    func huge() {
        let most = Cost(micros: .max, currency: "USD")
        let node = OwnedNode(
            price: most, devices: .max, surroundings: 10_000, staff: most, busyWatts: 1 << 40, idleWatts: 0,
            electricity: Self.electricity(1_000_000_000_000))
        let both = OwnOrRent(node, RentedDevice(perHour: most, extras: 1_000))
        #expect(node.capital == most && node.fixedPerYear == most)
        _ = both.curve
        _ = both.breakEvenRange
    }

    @Test(
        "prices are read to the millionth",
        arguments: [
            ("0.526", 526_000), ("1599", 1_599_000_000), ("3.06", 3_060_000), ("11.59521234", 11_595_212), (".5", 500_000),
        ])
    func prices(text: String, micros: Int64) {
        #expect(Cost(parsing: text, currency: "USD")?.micros == micros)
    }

    @Test("what is no price is refused", arguments: ["", ".", "1.", "-1", "1e3", "1,5", "12345678901", "٣"])
    func noPrices(text: String) {
        #expect(Cost(parsing: text, currency: "USD") == nil)
    }

    @Test("a verdict turns only well beyond the break-even, and tells since when")
    func standing() throws {
        let example = Self.published, even = try #require(example.breakEven)
        let percent = Int(even * 1_000)
        func at(_ day: Int64) -> Timestamp { Timestamp(milliseconds: day * 86_400_000) }
        var standing = OwnershipStanding.after(nil, example, busy: percent + 10, at: at(1))
        #expect(standing.ownsCheaper && standing.since == at(1) && !standing.hasTurned)
        // A few points below and above again: nothing turns.
        for (day, busy) in [(2, percent - 20), (3, percent + 20), (4, percent - 40)] {
            standing = .after(standing, example, busy: busy, at: at(Int64(day)))
            #expect(standing.ownsCheaper && standing.since == at(1))
        }
        standing = .after(standing, example, busy: percent - 60, at: at(5))
        #expect(!standing.ownsCheaper && standing.hasTurned && standing.since == at(5))
        standing = .after(standing, example, busy: percent + 40, at: at(6))
        #expect(!standing.ownsCheaper && standing.since == at(5))
        standing = .after(standing, example, busy: percent + 60, at: at(7))
        #expect(standing.ownsCheaper && standing.since == at(7))
        let never = OwnOrRent(example.node, RentedDevice(perHour: Cost(micros: 10_000, currency: "USD")))
        #expect(!OwnershipStanding.after(standing, never, busy: 990, at: at(8)).ownsCheaper)
    }

    @Test("near no use and near full use a verdict can still turn", arguments: [(0.98, 1_000), (0.04, 15)])
    func reachable(wanted: Double, busy: Int) throws {
        let example = Self.published, even = try #require(example.breakEven)
        let perHour = Double(example.rented.perHour.micros)
        // The dearer the rent, the earlier owning pays.
        let candidates = stride(from: 0.2, through: 30, by: 0.01).map {
            OwnOrRent(example.node, RentedDevice(perHour: Cost(micros: Int64(perHour * even * $0), currency: "USD")))
        }
        let both = try #require(
            candidates.min { abs(($0.breakEven ?? 9) - wanted) < abs(($1.breakEven ?? 9) - wanted) })
        #expect(abs((both.breakEven ?? 9) - wanted) < 0.02)
        let before = OwnershipStanding(
            ownsCheaper: wanted < 0.5, since: Timestamp(milliseconds: 0), hasTurned: false)
        #expect(OwnershipStanding.after(before, both, busy: busy, at: Timestamp(milliseconds: 1)).hasTurned)
    }

    @Test("a month of which no day is known is shown as a month and counts from its first day")
    func months() throws {
        let month = try #require(CivilDate("2024-12")), day = try #require(CivilDate("2024-12-01"))
        #expect(month.text == "2024-12" && day.text == "2024-12-01" && month.days == day.days)
        #expect(month.lastOfMonth.text == "2024-12-31" && day.dayBefore.text == "2024-11-30")
        #expect(
            CivilDate("2024-02")?.lastOfMonth.text == "2024-02-29" && CivilDate("2026-01-01")?.dayBefore.text == "2025-12-31"
        )
    }
}

@Suite("Crossover of what was measured")
struct MeasuredCrossoverTests {
    @Test("it must stay faster; one size of noise is no crossover")
    func stays() throws {
        let slow: [(size: Int, seconds: Double)] = [(16, 1), (32, 2), (64, 4), (128, 8)]
        let gpu: [(size: Int, seconds: Double)] = [(16, 0.5), (32, 3), (64, 3), (128, 3)]
        let found = try #require(MeasuredCrossover(of: gpu, against: slow))
        #expect(found.slowerAt == 32 && found.fasterFrom == 64)
        #expect(MeasuredCrossover(of: slow, against: gpu)?.fasterFrom == nil)
        #expect(MeasuredCrossover(of: [(1, 1)], against: slow) == nil)
        let always = try #require(MeasuredCrossover(of: [(16, 0.1)], against: slow))
        #expect(always.slowerAt == nil && always.fasterFrom == 16)
    }

    @Test("the best of several ways at each size")
    func best() {
        let best = MeasuredCrossover.best([[(2, 5), (1, 1)], [(2, 3)]])
        #expect(best.map(\.size) == [1, 2] && best.map(\.seconds) == [1, 3])
    }
}
