import FleetModel
import Testing

@Suite("Predicted figures")
struct RoughTests {
    @Test(
        "times with three digits at most",
        arguments: [
            (0, "0 µs"), (1.5e-3, "1.5 ms"), (12, "12 s"), (119, "119 s"), (150, "2.5 min"), (11_520, "3.2 h"),
            (86_400 * 12.34, "12.3 days"), (1e8, "3.17 years"), (1e300, "over a million years"),
            (.infinity, "over a million years"), (31_557_600 * 12_345.0, "12,345 years"),
        ])
    func times(_ seconds: Double, _ text: String) {
        #expect(Rough.seconds(seconds) == text)
    }

    @Test("ranges have one unit, that of the figure between them")
    func ranges() {
        #expect(Rough.seconds(from: 5_760, to: 23_040, beside: 11_520) == "1.6 to 6.4 h")
        #expect(Rough.seconds(from: 60, to: 200_000, beside: 7_200) == "0.02 to 56 h")
        #expect(Rough.energy(fromJoules: 1.8e7, to: 7.2e7) == "5 to 20 kWh")
        #expect(Rough.energy(fromJoules: 1.8444e7, to: 4.44e8) == "5.1 to 120 kWh")
        #expect(Rough.energy(fromJoules: 1, to: 1) == "1 J")
        #expect(Rough.energy(fromJoules: 1, to: 1e30) == "no end of energy")
        #expect(Rough.money(fromMicros: 1_600_000, to: 6_404_999, "USD") == "1.60 to 6.40 USD")
        #expect(Rough.money(fromMicros: 1_600_000, to: 12_345_600_000, "USD") == "2 to 12,346 USD")
        #expect(Rough.money(4_000, "USD") == "under 0.01 USD" && Rough.money(0, "USD") == "0.00 USD")
        #expect(Rough.money(fromMicros: 1, to: 4_000, "USD") == "under 0.01 USD")
        #expect(Rough.money(fromMicros: 1, to: 40_000, "USD") == "under 0.01 to 0.04 USD")
        #expect(Rough.money(.max, "USD") == "9,223,372,036,855 USD")
    }

    @Test(
        "memory as drivers count it",
        arguments: [
            (24 << 30, "24 GiB"), (19_327_352_832, "18 GiB"), (20_293_720_474, "18.9 GiB"), (0, "0 GiB"),
            (141 << 30, "141 GiB"), (300_000_000, "0.3 GiB"), (Int64.max, "8589934592 GiB"),
        ])
    func memory(_ bytes: Int64, _ text: String) {
        #expect(MemoryBytes(bytes).gibibytesText == text)
    }
}
