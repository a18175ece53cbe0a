import FleetModel
import Testing

@testable import Advisor

@Suite("Measured use")
struct MeasuredUseTests {
    private static func day(_ day: Int64) -> Timestamp { Timestamp(milliseconds: day * 86_400_000) }

    private static func use(
        _ leases: [(devices: Int, from: Int64, until: Int64?)], devices: Int = 8, from: Int64 = 100, until: Int64 = 130
    ) -> Int? {
        var use = MeasuredUse(from: day(from), until: day(until))
        for lease in leases { use.add(devices: lease.devices, from: day(lease.from), until: lease.until.map { day($0) }) }
        return use.thousandths(devices: devices)
    }

    @Test("only what lies within the span counts, of what runs still as of what began before")
    func overlap() {
        #expect(Self.use([(8, 10, nil)]) == 1_000)
        #expect(Self.use([(8, 10, 115)]) == 500)
        #expect(Self.use([(4, 10, 200), (2, 115, 130)]) == 625)
        // It was used before and is not now: that is a measurement.
        #expect(Self.use([(8, 10, 90)]) == 0)
    }

    @Test("a young pool is measured since its first lease; one of a few hours tells nothing")
    func young() {
        #expect(Self.use([(8, 125, nil)]) == 1_000)
        #expect(Self.use([(4, 120, 125), (8, 129, 130)]) == 350)
        #expect(Self.use([(8, 130, nil)]) == nil && Self.use([]) == nil)
        #expect(Self.use([(1, 10, nil)], devices: 0) == nil && Self.use([(0, 10, nil)]) == nil)
        // Devices that are gone meanwhile.
        #expect(Self.use([(16, 10, nil)], devices: 8) == 1_000)
    }
}
